"""From the log of a case to what it adds to figures: when it was answered and decided, and how well. Pure.

A decision counts once the parties were told of it: what is taken back before that never was. How long a first reply
took is counted as its clock counts, in the hours of the case's queue and without pauses, since its target is set in
these; how long a decision took is counted as the parties wait, by the calendar.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gigdesk.cases import life_events as did
from gigdesk.cases.clocks import Kind, State, clocks
from gigdesk.cases.hours import spent
from gigdesk.cases.model import Case, Decision, Outcome, Step
from gigdesk.cases.sight import Sealed
from gigdesk.cases.visibility import Record
from gigdesk.records import record

_SETTLED = (did.CaseDecided, did.AppealDecided, did.CaseClosed)
_UNSETTLED = (did.DecisionRetracted, did.CaseAppealed, did.CaseReopened, did.MergeUndone)


@record(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What figures know of a case. ``owner``, ``decided_by``, ``reporter`` and ``respondent`` are person keys.

    ``reply_took`` and ``is_reply_late`` are None while nobody has replied. ``missed`` counts the runs of each clock
    that ended too late, or are over by now. ``settled_at`` is since when it has been decided or closed without a
    break; None while there is something to do. ``size`` is that of its files, in bytes.
    """

    case: UUID
    version: int
    queue: str
    issue_type: str
    severity: str
    owner: str | None
    reporter: str
    respondent: str | None
    opened_at: datetime
    replied_at: datetime | None
    reply_took: timedelta | None
    is_reply_late: bool | None
    decided_at: datetime | None
    decision_took: timedelta | None
    decided_by: str | None
    disposition: str | None
    outcomes: Mapping[str, int]
    reopenings: int
    missed: Mapping[str, int]
    settled_at: datetime | None
    closed_at: datetime | None
    closed_reason: str | None
    files: int
    size: int


@record(frozen=True, slots=True, kw_only=True)
class Parties:
    """Whom a case is about, and the key of each person of staff by their name on it."""

    reporter: str
    respondent: str | None
    staff: Mapping[str, str]

    def of(self, name: str | None) -> str | None:
        """The key of ``staff:N``; of one whose name was erased, the name itself, which is nobody's key."""
        return None if name is None else self.staff.get(name, name)


def parties_of(reporter: str, respondent: str | None, sealed: Sealed) -> Parties:
    """Who takes part in a case, from its summary and its sealed values."""
    staff = {item: value.person for item, value in sealed.items() if item.startswith("staff:")}
    return Parties(reporter=reporter, respondent=respondent, staff=staff)


def facts_of(case: Case, records: Sequence[Record], parties: Parties) -> CaseFacts:
    """The facts of a case that ``records``, which are all there are, make."""
    told = [decision for decision in case.decisions if decision.announced_at]
    first = told[0] if told else None
    decided_at = first.announced_at if first else None
    outcomes = Counter(appeal.outcome.value for appeal in case.appeals if appeal.outcome)
    return CaseFacts(
        case=case.id,
        version=records[-1].number,
        queue=case.queue,
        issue_type=case.issue_type,
        severity=str(case.severity),
        owner=parties.of(case.owner),
        reporter=parties.reporter,
        respondent=parties.respondent,
        opened_at=case.opened_at,
        replied_at=case.replied_at,
        reply_took=_reply_took(case),
        is_reply_late=_is_reply_late(case),
        decided_at=decided_at,
        decision_took=decided_at - case.opened_at if decided_at else None,
        decided_by=parties.of(first.decider) if first else None,
        disposition=_standing(told),
        outcomes={outcome.value: outcomes[outcome.value] for outcome in Outcome},
        reopenings=sum(isinstance(event, did.CaseReopened) for one in records for event in one.events),
        missed=_missed(case),
        settled_at=_settled_at(records),
        closed_at=case.closed_at,
        closed_reason=case.closed_reason.value if case.closed_reason else None,
        files=len(case.files),
        size=sum(file.size for file in case.files),
    )


def _standing(told: Sequence[Decision]) -> str | None:
    return told[-1].disposition.value if told else None


def _reply_took(case: Case) -> timedelta | None:
    replied = case.replied_at
    if replied is None:
        return None
    pauses = [
        (pause.since, min(pause.until or replied, replied)) for pause in case.pauses if pause.since < replied
    ]
    return spent(case.terms.hours, case.opened_at, replied, pauses)


def _is_reply_late(case: Case) -> bool | None:
    """None too where nothing is known of its type: it has no clocks."""
    if case.replied_at is None:
        return None
    ended = (clock for clock in clocks(case, case.updated_at) if clock.kind is Kind.FIRST_REPLY)
    return next((clock.state is State.MISSED for clock in ended), None)


def _missed(case: Case) -> Mapping[str, int]:
    """Each run of a clock once: whether it is known from the warning that was written, or from the clock itself."""
    warned = {(one.clock, one.since) for one in case.warned if one.step is Step.MISSED}
    seen = {
        (clock.kind.value, clock.since)
        for clock in clocks(case, case.updated_at)
        if clock.state is State.MISSED
    }
    found = Counter(kind for kind, _ in warned | seen)
    return {kind.value: found[kind.value] for kind in Kind}


def _settled_at(records: Sequence[Record]) -> datetime | None:
    settled: datetime | None = None
    for one in records:
        for event in one.events:
            if isinstance(event, _UNSETTLED):
                settled = None
            elif isinstance(event, _SETTLED):
                settled = settled or one.at
    return settled
