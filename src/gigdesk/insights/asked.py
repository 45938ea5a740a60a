"""What the store is asked for: which cases, in which order, from where on. Pure."""

from dataclasses import field
from datetime import datetime
from uuid import UUID

from gigdesk.cases.model import Status
from gigdesk.insights.model import DeskEntry, Sort
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Plain words that stand next to each other; of the last one a beginning will do where ``is_prefix``."""

    words: tuple[str, ...]
    is_prefix: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which cases; each None is no condition. Nothing about ``person`` is found, on whichever side they are.

    In ``owners`` None stands for nobody. Of two moments a case lies from the first to before the second.
    ``breached`` names clocks, any of which was missed (``any``: whichever); ``unsettled`` are moments at which it was
    neither decided nor closed. It has each of ``tags``, and none of ``except_tags``.
    """

    person: str
    queues: frozenset[str] | None = None
    except_queues: frozenset[str] = frozenset()
    statuses: frozenset[str] = field(default_factory=lambda: frozenset(Status))
    types: frozenset[str] | None = None
    except_types: frozenset[str] = frozenset()
    owners: frozenset[str | None] | None = None
    except_owners: frozenset[str | None] = frozenset()
    flags: frozenset[tuple[str, bool]] = frozenset()
    due: tuple[datetime | None, datetime | None] = (None, None)
    has_clock: bool = False
    opened: tuple[datetime | None, datetime | None] = (None, None)
    files: tuple[int, int] | None = None
    gigs: frozenset[str] | None = None
    severities: frozenset[str] | None = None
    priorities: frozenset[str] | None = None
    references: frozenset[str] | None = None
    cases: frozenset[UUID] | None = None
    phrases: tuple[Phrase, ...] = ()
    decided: tuple[datetime | None, datetime | None] | None = None
    deciders: frozenset[str] | None = None
    breached: frozenset[str] | None = None
    unsettled: frozenset[datetime] = frozenset()
    tags: frozenset[str] = frozenset()
    except_tags: frozenset[str] = frozenset()
    sort: Sort = Sort.CLOCK


@record(frozen=True, slots=True, kw_only=True)
class DeskPlace:
    """A place in a list: what it is sorted by there (None: the case has no clock), and which case."""

    at: datetime | None
    case: UUID


@record(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list from a place on, or from its beginning; backwards, what stands before the place, nearest first."""

    asked: Asked
    after: DeskPlace | None = None
    is_backwards: bool = False


def place_of(entry: DeskEntry, sort: Sort) -> DeskPlace:
    """Where this entry stands in a list of this order."""
    moments = {Sort.CLOCK: entry.due_at, Sort.UPDATED: entry.updated_at}
    return DeskPlace(at=moments.get(sort, entry.opened_at), case=entry.case)
