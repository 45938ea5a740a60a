"""The view from above: what the desk's lists, counts and search are made of."""
