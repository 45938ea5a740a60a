"""``/desk``: the pages of the people who resolve."""
