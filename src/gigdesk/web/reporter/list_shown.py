"""From a party's cases to the page that lists them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from gigdesk.cases.issue_types import msg
from gigdesk.cases.listed import Listed
from gigdesk.cases.model import Status
from gigdesk.cases.visibility import Viewer
from gigdesk.paging import Page
from gigdesk.web.api.listing import write_cursor
from gigdesk.web.language import Language
from gigdesk.web.reporter.case_shown import Url, next_shown
from gigdesk.web.reporter.list_views import CHOICES, CaseList, CaseListed, Tab
from gigdesk.web.reporter.words import pill_of

LONGEST_TITLE = 80
ASKED = msg("You are asked for your side")
WERE_ASKED = msg("You were asked for your side")
SHOWN = {
    "all": None,
    "open": frozenset(status.value for status in Status if status is not Status.CLOSED),
    "closed": frozenset({Status.CLOSED.value}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which reports the page is to show: a name of ``SHOWN``, of which gig, and whether from the first on."""

    show: str = "all"
    gig_id: str | None = None
    is_first: bool = True

    def url(self, url: Url, **changed: str | None) -> str:
        """The page's address with these choices; those that are the same for all stand in none."""
        values = {"show": self.show if self.show != "all" else None, "gigId": self.gig_id} | changed
        query = urlencode({name: value for name, value in values.items() if value})
        return url(f"/reports?{query}" if query else "/reports")


def list_shown(page: Page[Listed], chosen: Chosen, url: Url, language: Language, at: datetime) -> CaseList:
    """The page with its lines, its choices and the ways on."""
    cursor = write_cursor(page.next)
    return CaseList(
        cases=[_line(listed, chosen, url, language, at) for listed in page.items],
        tabs=[
            Tab(
                name=name,
                url=chosen.url(url, show=name if name != "all" else None),
                is_chosen=name == chosen.show,
            )
            for name in CHOICES
        ],
        next_url=chosen.url(url, cursor=cursor) if cursor else "",
        first_url="" if chosen.is_first else chosen.url(url),
        all_gigs_url=chosen.url(url, gigId=None) if chosen.gig_id else "",
    )


def first_words(text: str) -> str:
    """As much of how a text begins as makes a title: whole words, unless one is longer than that."""
    line = " ".join(text[: 4 * LONGEST_TITLE].split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE + 1].rpartition(" ")[0] or line[:LONGEST_TITLE]
    return f"{cut.rstrip(' ,;:–-')}…"


def _line(listed: Listed, chosen: Chosen, url: Url, language: Language, at: datetime) -> CaseListed:
    row, view = listed.row, listed.view
    case, step = (view.case, next_shown(view, at)) if view else (None, None)
    viewer = view.viewer if view else Viewer.STAFF
    return CaseListed(
        url=url(f"/reports/{row.id}"),
        reference=row.reference,
        status=pill_of(case.status if case else row.status, viewer),
        title=_title(listed, language),
        issue_label=listed.issue_label,
        gig_title=listed.gig_title,
        gig_url="" if chosen.gig_id else chosen.url(url, gigId=row.gig_id),
        opened_at=row.opened_at,
        files=len(case.files) if case else row.files,
        news=listed.news.value if listed.news else "",
        next_text=language.gettext(step.text) if step else "",
        next_by=step.by if step else None,
    )


def _title(listed: Listed, language: Language) -> str:
    """The reporter's own first words; for who is asked, that they are. Empty where neither is known."""
    view = listed.view
    if view is None:
        return ""
    if view.viewer is Viewer.RESPONDENT:
        return language.gettext(ASKED if view.case.status is Status.WAITING_RESPONDENT else WERE_ASKED)
    return first_words(view.description)
