"""What cases need from the store: a log that is the truth, an index to find things, an outbox for deeds."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from gigdesk.cases.owed import ClaimedEffect, EffectRow, OutboxState, ParkedEffect, UpcomingEffect
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.paging import Page, Place
from gigdesk.records import record

# The code of an Unavailable after which what was sent may stand in the store nevertheless.
UNSURE = "store.unsure"


class StaleError(Exception):
    """Somebody else's commit stands at this number, or the number before it is missing."""


class CappedError(Exception):
    """The daily cap of this person and gig is used up; nothing was written."""


@record(frozen=True, slots=True, kw_only=True)
class Commit:
    """Events of one accepted command, as exact bytes: the unit that is written, numbered per case from 1.

    ``hash`` is sha256(hash of the commit before ‖ ``content``); before the first stands sha256(case id).
    ``id`` is made once per call and kept through retries: whose id stands at the number has won.
    ``command`` is the id of the command (actor and Idempotency-Key) and ``fingerprint`` tells two bodies
    apart; both are None where the client sent no key.
    """

    case: UUID
    number: int
    id: UUID
    at: datetime
    content: bytes
    hash: bytes
    command: bytes | None = None
    fingerprint: bytes | None = None


@record(frozen=True, slots=True, kw_only=True)
class SealedValue:
    """A personal value that the chain knows by digest only: sha256(salt ‖ value).

    ``item`` names it within its case; ``person`` is the pseudonymous key of whom it concerns.
    """

    item: str
    salt: bytes
    value: bytes
    person: str


@record(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """An object that a case refers to; the sweeper spares what has a row."""

    key: str
    evidence: UUID
    size: int


@record(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The summary of a case that lists are made of; rebuilt from the log at any time.

    ``reporter`` and ``respondent`` are pseudonymous person keys; ``version`` is the head's number; ``decided_at``
    is of the first decision that was not taken back.
    """

    id: UUID
    version: int
    status: str
    reference: str
    gig_id: str
    issue_type: str
    severity: str
    queue: str
    side: str
    reporter: str
    respondent: str | None
    files: int
    opened_at: datetime
    updated_at: datetime
    decided_at: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class DailyCap:
    """At most ``limit`` cases of this reporter on this gig since ``since``; judged while writing."""

    since: datetime
    limit: int


@record(frozen=True, slots=True, kw_only=True)
class Append:
    """Everything that one accepted command writes, all of it or nothing."""

    commit: Commit
    row: CaseRow
    sealed: tuple[SealedValue, ...] = ()
    objects: tuple[ObjectRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    cap: DailyCap | None = None


class CaseLog(Protocol):
    """The append-only, hash-chained history of every case."""

    async def load(self, case: UUID) -> Sequence[Commit]:
        """Every commit of the case in order; empty where there is none. Raises Unavailable."""
        ...

    async def load_all(self, cases: Sequence[UUID]) -> Mapping[UUID, Sequence[Commit]]:
        """The same of several cases; one without commits is missing."""
        ...

    async def append(self, append: Append, meanwhile: Callable[[], None] | None = None) -> None:
        """Write all of it durably, or nothing; returns after the COMMIT that holds it.

        ``meanwhile`` may be called while the store writes: for work that the caller has to do anyway, and
        that tells nobody of anything. Whether it is called does not tell how the append ends.

        The commit is accepted if its number is 1 or the number before it stands, and nothing stands at it.
        The caller has won if and only if **its commit id** was written or already stands at that number,
        so an answer lost after COMMIT does no work twice. From a later commit that leaves the case at
        ``waiting_respondent``, its respondent finds it in lists. Raises StaleError, CappedError (number 1
        only), Unavailable when the store is away, its disk full, or 1,024 appends are already waiting.
        """
        ...

    def all_cases(self, after: UUID | None = None) -> AsyncIterator[UUID]:
        """Ids of every case that has a commit or a summary, in id order, in bounded pages. For the audit."""
        ...


class CaseIndex(Protocol):
    """Finds cases without reading their history."""

    async def list_cases(
        self, query: CaseQuery | PartyQuery, after: Place | None, limit: int
    ) -> Page[CaseRow]:
        """Cases newest first, ordered by (opened_at, id), from an index. Raises Unavailable."""
        ...

    async def get_row(self, case: UUID) -> CaseRow | None:
        """The summary of one case, or None."""
        ...

    async def sealed(
        self, cases: Sequence[UUID], items: Sequence[str] | None = None
    ) -> Mapping[UUID, Mapping[str, SealedValue]]:
        """The sealed values of these cases by item; all items, or only these. Erased ones are missing."""
        ...

    async def decided_after(
        self, issue_type: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[timedelta]:
        """How long after their opening cases of this type were first decided, of those decided from ``since``
        on and before ``until``: the newest ``limit`` decisions, from an index. A decision that was taken back
        does not count. Raises Unavailable.
        """
        ...

    async def knows_type(self, issue_type: str) -> bool:
        """Whether any case is of this type. Raises Unavailable."""
        ...

    async def knows_object(self, key: str) -> bool:
        """Whether any case refers to this object."""
        ...

    async def knows_objects(self) -> bool:
        """Whether any case refers to any object at all."""
        ...


class SeenMarks(Protocol):
    """Up to which version of their own view each person has looked at a case; beside the log, in no commit."""

    async def seen(self, person: str, cases: Sequence[UUID]) -> Mapping[UUID, int]:
        """The version that this person saw last, of each of these that they ever looked at."""
        ...

    async def since(self) -> datetime:
        """Since when marks are kept: who looked at what before is not known. Raises Unavailable."""
        ...

    async def mark(self, person: str, case: UUID, version: int) -> None:
        """They have seen this version; a later one that stands already stays. Raises Unavailable."""
        ...


class Outbox(Protocol):
    """Effects that are owed, worked off at least once, by the store's own clock."""

    async def claim(self, limit: int, lease: timedelta, turn: int = 0) -> Sequence[ClaimedEffect]:
        """Take due effects that nobody holds for ``lease``, the oldest of each sort first. Raises Unavailable.

        Mail goes before all others, but for ``turn`` of them: so many of ``limit`` go before mail.
        """
        ...

    async def owe(self, case: UUID, effects: Sequence[EffectRow]) -> None:
        """Keep further effects of a case beside any commit; one whose id is there is left as it is."""
        ...

    async def settle(self, effect: UUID) -> None:
        """Done: it is owed no longer; asking twice is no error."""
        ...

    async def postpone(self, effect: UUID, delay: timedelta, reason: str) -> None:
        """Not now: let go of it until ``delay`` from now."""
        ...

    async def hold(
        self, effects: Sequence[UUID], kinds: Sequence[str], delay: timedelta, destination: str
    ) -> None:
        """Let go of claimed effects that were not tried: their claim does not count.

        They wait until ``delay`` from now, because ``destination`` is away, and with them what else of these
        kinds is due and held by nobody, thousands at once.
        """
        ...

    async def park(self, effect: UUID, reason: str) -> None:
        """Never by itself again: keep it, with the reason, until somebody retries it."""
        ...

    async def park_old(self, kinds: Sequence[str], older: timedelta, reason: str) -> int:
        """Park what of these kinds has been due for longer than that and is held by nobody; says how many."""
        ...

    async def wait(self, at_most: timedelta) -> None:
        """Sleep until an effect may be due: woken by a commit, by the next due time, or after ``at_most``."""
        ...

    async def state(self) -> OutboxState:
        """How far behind it is. Raises Unavailable."""
        ...

    async def parked(self, limit: int, after: Place | None = None) -> Sequence[ParkedEffect]:
        """Parked effects, oldest first, those after the place where a page before ended."""
        ...

    async def find_parked(self, effect: UUID) -> ParkedEffect | None:
        """The parked effect of this id, or None. Raises Unavailable."""
        ...

    async def retry(self, effect: UUID) -> bool:
        """Make a parked effect due now, as if owed now; False where none of that id is parked."""
        ...

    async def retry_all(self) -> int:
        """Make every parked effect due now; says how many there were."""
        ...

    async def upcoming(self, limit: int) -> Sequence[UpcomingEffect]:
        """Effects that are not due yet, the next first."""
        ...
