"""A case in a list: what may be asked of it, and how it looks there. Pure."""

import unicodedata
from dataclasses import dataclass

from gigdesk.cases import wire
from gigdesk.cases.model import PHASES, Status
from gigdesk.cases.news import News
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.view import CaseView, side_of
from gigdesk.cases.visibility import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases of a list; each None means all, and no words any.

    ``words`` are searched for in a party's own description and in the title of the gig, all of them, anywhere
    in a word, however accents and capitals are written. Staff have no search by words yet.
    """

    statuses: frozenset[str] | None = None
    issue_type: str | None = None
    gig_id: str | None = None
    reference: str | None = None
    words: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether a party's case must be opened to know that it is wanted."""
        return self.statuses is not None or self.issue_type is not None or bool(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a list. A party's has the case as they may know it, and what is new in it."""

    row: CaseRow
    gig_title: str
    issue_label: str
    view: CaseView | None = None
    news: News | None = None


def is_wanted(view: CaseView, wanted: Wanted) -> bool:
    """Whether the case that a party sees is one that they want."""
    if wanted.statuses is not None and view.case.status not in wanted.statuses:
        return False
    if wanted.issue_type not in (None, view.case.issue_type):
        return False
    text = plain(f"{view.description}\n{view.gig_title}") if wanted.words else ""
    return all(plain(word) in text for word in wanted.words)


def plain(text: str) -> str:
    """Letters by which words are compared: without capitals and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def item_document(listed: Listed) -> dict[str, object]:
    """A line as the API gives it; a party's is made of what they may know alone."""
    row, view = listed.row, listed.view
    status = Status(row.status) if view is None else view.case.status
    return {
        "id": str(row.id),
        "reference": row.reference,
        "status": status.value,
        "phase": PHASES[status].value,
        "issueType": row.issue_type if view is None else view.case.issue_type,
        "severity": row.severity if view is None else view.case.severity,
        "gig": {"id": row.gig_id, "title": listed.gig_title},
        "side": row.side if view is None else side_of(view),
        "role": (Viewer.STAFF if view is None else view.viewer).value,
        "fileCount": row.files if view is None else len(view.case.files),
        "unread": None if view is None else listed.news is not None,
        "createdAt": wire.moment(row.opened_at),
        "updatedAt": wire.moment(row.updated_at if view is None else view.case.updated_at),
    }
