"""The sites of the attacks in this folder."""

from sites import another, site

__all__ = ["another", "site"]
