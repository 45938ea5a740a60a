"""The shell around the rules: permits, decides, appends; the one place where a case changes.

1. Opening a case costs one round trip: it appends at number 1 and loads only if something stands there.
2. A commit's id is made once per call and kept through retries, so that a lost answer does no work twice.
3. Files belong to nobody until the append returns; who called discards them unless told that they are kept.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache, partial
from uuid import UUID

from gigdesk.cases.commands import Command
from gigdesk.cases.decide import decide
from gigdesk.cases.events import CaseOpened, Event
from gigdesk.cases.evolve import fold
from gigdesk.cases.joining import owed_by_joining
from gigdesk.cases.model import Case
from gigdesk.cases.opening import (
    People,
    Report,
    first_summary,
    new_objects,
    new_people,
    opening,
    personal_values,
    summary,
)
from gigdesk.cases.ports import (
    Append,
    CappedError,
    CaseIndex,
    CaseLog,
    Commit,
    DailyCap,
    ObjectRow,
    SealedValue,
    StaleError,
)
from gigdesk.cases.seal import (
    CommandKey,
    commit_of,
    effect_rows,
    events_of,
    fingerprint,
    person_key,
    record_of,
    replay,
    seal_values,
)
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.cases.wire import root
from gigdesk.clock import Clock
from gigdesk.errors import Invalid, TooMany, Unavailable
from gigdesk.ids import uuid7, uuid8
from gigdesk.records import maker, record

ATTEMPTS = 5
KNOWN = 4096
DAY = timedelta(days=1)
_new_append = maker(Append)
_new_daily_cap = maker(DailyCap)


@record(frozen=True, slots=True, kw_only=True)
class Opened:
    """The first commit of a case and what is sealed of it; ``repeated`` if an equal report was there."""

    commit: Commit
    events: tuple[Event, ...]
    sealed: dict[str, SealedValue]
    repeated: bool


_new_opened = maker(Opened)
Meanwhile = Callable[[Opened], None]


class CaseHandler:
    """Handles commands on cases."""

    def __init__(self, log: CaseLog, index: CaseIndex, clock: Clock, *, key: bytes, daily_cap: int) -> None:
        self._log = log
        self._index = index
        self._clock = clock
        self._key = key
        self._cap = daily_cap
        self._persons = lru_cache(maxsize=KNOWN)(partial(person_key, key))

    def person(self, user_id: str) -> str:
        """The pseudonym under which the store knows this person."""
        return self._persons(user_id)

    def case_id(self, sender: str, key: str | None) -> UUID:
        """The id of the case that this sender opens with this Idempotency-Key, or a fresh one without."""
        return uuid8(self._key, sender, key) if key else uuid7()

    async def opened_before(self, sender: str, key: str | None) -> bool:
        """Whether a case stands for this key already: a repeat, which no rate limit counts."""
        return bool(key) and bool(await self._log.load(self.case_id(sender, key)))

    async def open(self, report: Report, meanwhile: Meanwhile | None = None) -> Opened:
        """Open the case of this report, or find the one that an equal report with its key opened.

        ``meanwhile`` may prepare, while the store writes, what is to be said if that goes well.
        Raises Invalid (``idempotency.other_body``), TooMany (the daily cap), Unavailable.
        """
        now = self._clock.now()
        case = self.case_id(report.sender, report.key)
        key = self._command_key(case, report)
        people = self._people(report)
        sealed, digests = seal_values(personal_values(report, people))
        events = decide(None, opening(case, now, report, digests))
        commit = commit_of(
            events, case=case, number=1, commit=uuid7(), at=now, by=report.by, before=root(case), key=key
        )
        row = first_summary(commit, _opened(events), len(report.files), people)
        append = _new_append(
            commit=commit,
            row=row,
            sealed=sealed,
            objects=tuple(ObjectRow(key=f.key, evidence=f.id, size=f.size) for f in report.files),
            effects=effect_rows(commit, events),
            cap=_new_daily_cap(since=now - DAY, limit=self._cap),
        )
        opened = _new_opened(
            commit=commit, events=events, sealed=dict(zip(digests, sealed, strict=True)), repeated=False
        )
        try:
            await self._log.append(append, partial(meanwhile, opened) if meanwhile else None)
        except StaleError:
            return await self._repeat(case, key)
        except CappedError:
            raise self._too_many() from None
        return opened

    async def handle(self, command: Command, sealed: Sequence[SealedValue] = ()) -> Case | None:
        """Load, decide, append, again if somebody was faster; the case after it.

        A command that was done before makes no events and writes nothing.
        """
        commit_id = uuid7()
        for _ in range(ATTEMPTS):
            commits = await self._log.load(command.case)
            with suppress(StaleError):
                return await self.append_next(commits, command, tuple(sealed), commit_id)
        raise busy()

    async def append_next(
        self,
        commits: Sequence[Commit],
        command: Command,
        sealed: tuple[SealedValue, ...],
        commit_id: UUID,
        key: CommandKey | None = None,
    ) -> Case | None:
        """Decide on what these commits made, and append what follows; the case after it.

        Raises StaleError where somebody was faster, and what ``decide`` raises.
        """
        before = replay(commits)
        events = decide(before, command)
        if not events:
            return before
        after = fold(command.case, before, events, command.at)
        commit = commit_of(
            events,
            case=command.case,
            number=len(commits) + 1,
            commit=commit_id,
            at=command.at,
            by=command.by if isinstance(command.by, str) else command.by.name,
            before=commits[-1].hash if commits else root(command.case),
            key=key,
        )
        history = [*map(record_of, commits), record_of(commit)]
        changed_at = seen_by(Viewer.REPORTER, history)[-1].at
        append = await self._next(commit, (before, _known(after)), events, sealed, changed_at=changed_at)
        await self._log.append(append)
        return after

    async def _repeat(self, case: UUID, key: CommandKey | None) -> Opened:
        commits = await self._log.load(case)
        if not commits or key is None:
            raise Unavailable("case.busy", "The report was not stored. Send it again.", retry_after=1)
        if commits[0].fingerprint != key.fingerprint:
            raise Invalid(
                "idempotency.other_body",
                "This Idempotency-Key was used for another report. Use a new key for a new report.",
            )
        sealed = (await self._index.sealed([case])).get(case, {})
        first = commits[0]
        return _new_opened(commit=first, events=events_of(first), sealed=dict(sealed), repeated=True)

    def _command_key(self, case: UUID, report: Report) -> CommandKey | None:
        if report.key is None:
            return None
        body: dict[str, object] = {
            "gig": report.gig.id,
            "issueType": report.issue_type.code,
            "reporter": report.reporter.user_id,
            "description": report.description,
            "details": report.details,
            "files": sorted([f.name, f.size, f.sha256] for f in report.files),
        }
        return CommandKey(id=case.bytes, fingerprint=fingerprint(self._key, body))

    def _people(self, report: Report) -> People:
        other = report.gig.opposite(report.reporter.side)
        return new_people(
            reporter=self.person(report.reporter.user_id),
            respondent=self.person(other.user_id) if other else None,
            other=other,
        )

    async def _next(
        self,
        commit: Commit,
        cases: tuple[Case | None, Case],
        events: Sequence[Event],
        sealed: tuple[SealedValue, ...],
        *,
        changed_at: datetime,
    ) -> Append:
        before, after = cases
        stands = await self._index.get_row(commit.case)
        if stands is None:
            raise Unavailable("case.busy", "This case is still being written. Try again.", retry_after=1)
        people = new_people(reporter=stands.reporter, respondent=stands.respondent)
        return _new_append(
            commit=commit,
            row=summary(commit, after, people, changed_at),
            sealed=sealed,
            objects=new_objects(events),
            effects=effect_rows(
                commit,
                events,
                _wake(before, after),
                owed_by_joining(before, after, commit.number, events),
                before,
            ),
        )

    def _too_many(self) -> TooMany:
        return TooMany(
            "rate.daily_cap",
            "You have reported this gig %(limit)s times in 24 hours. Add to a report that you sent, or try"
            " again tomorrow.",
            retry_after=3600,
            limit=self._cap,
            policy="day",
            quota=self._cap,
            window=int(DAY.total_seconds()),
        )


def busy() -> Unavailable:
    """Others were faster, time and again."""
    return Unavailable("case.busy", "Many people are changing this case. Try again now.", retry_after=1)


def _wake(before: Case | None, after: Case | None) -> datetime | None:
    """When to wake next, if that is not already so."""
    due = next_wake(after) if after else None
    return due if before is None or due != next_wake(before) else None


def _opened(events: Sequence[Event]) -> CaseOpened:
    opened = events[0]
    assert isinstance(opened, CaseOpened)  # an opened case begins with it
    return opened


def _known(case: Case | None) -> Case:
    if case is None:
        raise ValueError("events leave a case behind")
    return case
