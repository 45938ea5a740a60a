"""gigdesk: everything behind a gig marketplace's report-issue page."""

__version__ = "0.1.0"
