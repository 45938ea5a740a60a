"""The pages of staff: what they show, made of cases and of words. Pure; handlers stand in ``web/desk/``."""
