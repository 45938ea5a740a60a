"""A case as the desk's lists know it: one row that follows the log, and what is drawn of it. Pure.

Nothing here depends on what time it is: that a clock has run out is seen when a line is drawn.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.insights.facts import CaseFacts
from gigdesk.records import record


class WaitsOn(StrEnum):
    """Who has the next word."""

    DESK = "desk"
    REPORTER = "reporter"
    RESPONDENT = "respondent"
    EXTERNAL = "external"
    NOBODY = "nobody"


class Awaits(StrEnum):
    """What that word is."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    STATEMENT = "statement"
    QUESTION = "question"
    OUTSIDE = "outside"
    DECISION = "decision"
    APPEAL = "appeal"
    NOTHING = "nothing"


class Sort(StrEnum):
    """In which order a list is: ``clock`` has the nearest first, and those without a clock last."""

    CLOCK = "clock"
    NEWEST = "newest"
    OLDEST = "oldest"
    UPDATED = "updated"


class Where(StrEnum):
    """Where in a case the words of a search stand."""

    DESCRIPTION = "description"
    MESSAGE = "message"
    NOTE = "note"
    FILE = "file"
    GIG = "gig"


@record(frozen=True, slots=True, kw_only=True)
class DeskEntry:
    """A case in the desk's lists, as its log up to ``version`` left it.

    ``owner``, ``reporter`` and ``respondent`` are person keys. ``due_at`` is of the nearest clock that runs, statutory
    or not, and ``clock`` its kind; ``paused_since`` is set while the clocks of the desk stand still. ``has_answered``:
    a party spoke last, and the desk has not replied.
    """

    case: UUID
    version: int
    reference: str
    status: str
    queue: str
    issue_type: str
    severity: str
    priority: str
    gig_id: str
    side: str
    waits_on: WaitsOn
    awaits: Awaits
    owner: str | None
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None
    clock: str | None
    is_statutory: bool
    paused_since: datetime | None
    has_answered: bool
    is_escalated: bool
    is_held: bool
    snoozed_until: datetime | None
    files: int
    reporter: str
    respondent: str | None
    tags: tuple[str, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Projected:
    """What is kept of a case beside its log: its entry, its facts, the words to find it by, whose words they are.

    ``words`` are plain (see ``words``) and stand in their order; None is a gap that no phrase reaches across.
    ``followed`` is what the store said when the case was found behind.
    """

    entry: DeskEntry
    facts: CaseFacts
    followed: int
    words: tuple[str | None, ...]
    authors: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Where a search matched, and the text around it in three plain pieces, 120 characters at most."""

    where: Where
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """A line of a list as it is drawn: ``said`` is the beginning of the reporter's words."""

    entry: DeskEntry
    gig_title: str
    said: str
    type_label: str
    owner_name: str | None
    owner_is_me: bool
    matched: tuple[Snippet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """Some lines, and the opaque place where the next page begins, or None at the end.

    A page that would have to look at very many cases comes out short, or empty, and the next goes on from there.
    """

    lines: tuple[DeskLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The cases before and after one in a list, the place that it has there from 1, and how many the list has.

    ``place`` is None where the case is not in the list any more. Neither number counts beyond ``MOST_COUNTED``.
    """

    previous: UUID | None
    next: UUID | None
    place: int | None
    count: int


@record(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A list with a name. ``owner`` is a person key; others see it only where it ``is_shared``."""

    id: UUID
    owner: str
    name: str
    query: str
    is_shared: bool
    created_at: datetime


@record(frozen=True, slots=True, kw_only=True)
class Reading:
    """Somebody who reads a case now; ``person`` is their key."""

    person: str
    name: str


MOST_COUNTED = 999
