"""The sites of the stories in this folder."""

from sites import another, site

__all__ = ["another", "site"]
