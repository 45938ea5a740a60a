"""What the page ``/reports`` shows. Titles and next steps are said already; labels of issue types are message ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.cases.issue_types import msg

# How each choice is called, and what is said where it holds nothing.
CHOICES = {"all": msg("All"), "open": msg("Open"), "closed": msg("Closed")}
NEWS = {"decision": msg("Decision"), "message": msg("New message"), "change": msg("New")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListed:
    """One line. ``title`` is the reporter's own first words, ``news`` names what is new, or is empty.

    ``gig_url`` leads to the reports on this gig alone.
    """

    url: str
    reference: str
    status: str
    title: str
    issue_label: str
    gig_title: str
    opened_at: datetime
    gig_url: str = ""
    files: int = 0
    news: str = ""
    next_text: str = ""
    next_by: datetime | None = None

    @property
    def needs_you(self) -> bool:
        """Whether the reader has the next word."""
        return self.status == "waiting_reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One of the choices above the list; ``name`` is that of ``CHOICES``."""

    name: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """The page; ``next_url`` is empty on the last page, ``first_url`` on the first, ``all_gigs_url`` for all gigs."""

    cases: Sequence[CaseListed]
    tabs: Sequence[Tab] = ()
    next_url: str = ""
    first_url: str = ""
    all_gigs_url: str = ""
    mailed_to: str = ""

    @property
    def chosen(self) -> str:
        """The name of the choice that is shown."""
        return next((tab.name for tab in self.tabs if tab.is_chosen), "all")

    @property
    def is_whole(self) -> bool:
        """Whether this is the first page of everything."""
        return self.chosen == "all" and not (self.all_gigs_url or self.first_url)
