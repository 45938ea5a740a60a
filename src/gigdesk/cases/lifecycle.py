"""The life of a case, as a table: which move is open to whom, from which status, and where it leads. Pure.

``decide`` asks this table before anything else, the API lists from it what a caller may do now, and the diagram
in the docs is drawn from it. What else must hold (a due date, a reason, another reviewer) is a guard in
``decide``; the column ``guard`` says it in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gigdesk.cases.model import Case, ClosedReason, Decision, Status
from gigdesk.errors import Conflict

GRACE = timedelta(minutes=15)  # in which a decision can be taken back before the parties are told
ACCEPTED_AFTER = timedelta(days=7)
REOPENED_WITHIN = timedelta(days=14)
REOPENINGS = 2
APPEALED_WITHIN = timedelta(days=183)
UNMERGED_WITHIN = timedelta(days=7)
EXPIRES_AFTER = timedelta(days=14)  # after the due date
LAST_REMINDER = timedelta(days=3)  # before that end


class Who(StrEnum):
    """What somebody is towards a case."""

    REPORTER = "reporter"
    RESPONDENT = "respondent"
    AGENT = "agent"
    OWNER = "owner"
    SPECIALIST = "specialist"
    LEAD = "lead"
    SYSTEM = "system"


class Act(StrEnum):
    """What may be done with a case: the names of the API's sub-resources."""

    ASSIGNMENT = "assignment"
    REQUEST = "request"
    REVIEW = "review"
    MESSAGES = "messages"
    NOTES = "notes"
    EVIDENCE = "evidence"
    STATEMENT = "statement"
    DECISION = "decision"
    ACCEPTANCE = "acceptance"
    WITHDRAWAL = "withdrawal"
    APPEAL = "appeal"
    REOPENING = "reopening"
    CLOSURE = "closure"
    MERGE = "merge"
    SNOOZE = "snooze"
    ESCALATION = "escalation"
    HOLD = "hold"
    TYPE = "type"
    PRIORITY = "priority"
    TAGS = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row: who may do it from which statuses, and to which status it leads (None: it stays)."""

    act: Act
    who: frozenset[Who]
    sources: frozenset[Status]
    target: Status | None
    guard: str = ""


R, V, WR, WP, WE = (
    Status.RECEIVED,
    Status.IN_REVIEW,
    Status.WAITING_REPORTER,
    Status.WAITING_RESPONDENT,
    Status.WAITING_EXTERNAL,
)
D, A, C = Status.DECIDED, Status.APPEALED, Status.CLOSED
WAITING = frozenset({WR, WP, WE})
OPEN = frozenset({R, V}) | WAITING
ALIVE = OPEN | {D, A}
EVERY = frozenset(Status)
_STAFF = frozenset({Who.AGENT, Who.OWNER, Who.LEAD})
_OWNER = frozenset({Who.OWNER, Who.LEAD})


def _move(
    act: Act, who: Iterable[Who], sources: Iterable[Status], target: Status | None, guard: str = ""
) -> Move:
    return Move(act=act, who=frozenset(who), sources=frozenset(sources), target=target, guard=guard)


MOVES: tuple[Move, ...] = (
    _move(Act.ASSIGNMENT, _STAFF, {R}, V, "an agent claims; a lead assigns anybody"),
    _move(
        Act.ASSIGNMENT, _STAFF, ALIVE - {R}, None, "an agent claims what nobody owns, or lets go of their own"
    ),
    _move(Act.REQUEST, _OWNER, {V}, WR, "a public question and a due date"),
    _move(Act.REQUEST, _OWNER, {V}, WP, "safety and harassment: a specialist or a lead asks"),
    _move(Act.REQUEST, _OWNER, {V}, WE, "a named body and a follow-up date"),
    _move(Act.REVIEW, _OWNER, WAITING, V),
    _move(
        Act.REVIEW,
        {Who.OWNER, Who.LEAD},
        {D},
        V,
        "the decider within 15 minutes; a lead with a reason",
    ),
    _move(Act.REVIEW, {Who.SYSTEM}, {WR, WP}, V, "at the due date; flagged"),
    _move(Act.MESSAGES, {Who.REPORTER}, {WR}, V, "the reply that was asked for"),
    _move(Act.MESSAGES, {Who.REPORTER}, ALIVE - {WR}, None),
    _move(Act.MESSAGES, {Who.RESPONDENT}, ALIVE, None, "once they were asked"),
    _move(Act.MESSAGES, _STAFF, EVERY, None),
    _move(Act.NOTES, _STAFF, EVERY, None),
    _move(Act.EVIDENCE, {Who.REPORTER}, {WR}, V, "files that were asked for"),
    _move(Act.EVIDENCE, {Who.REPORTER}, ALIVE - {WR}, None),
    _move(Act.EVIDENCE, {Who.RESPONDENT}, ALIVE, None, "once they were asked"),
    _move(Act.EVIDENCE, _STAFF, EVERY, None, "for the desk alone; with a message it goes to who gets that"),
    _move(Act.STATEMENT, {Who.RESPONDENT}, {WP}, V),
    _move(Act.DECISION, _OWNER, {V} | WAITING, D, "disposition and reasons; no verdict pending"),
    _move(
        Act.DECISION,
        _STAFF,
        {A},
        D,
        "not by who decided first; outcome, disposition and reasons; no verdict pending",
    ),
    _move(
        Act.ACCEPTANCE, {Who.REPORTER, Who.SYSTEM}, {D}, C, "the parties were told; by itself after 7 days"
    ),
    _move(
        Act.APPEAL, {Who.REPORTER, Who.RESPONDENT}, {D, C}, A, "within 6 months of the decision; one a party"
    ),
    _move(Act.WITHDRAWAL, {Who.REPORTER}, OPEN, C, "safety, harassment and legal hold: only flagged"),
    _move(Act.REOPENING, {Who.REPORTER}, {C}, V, "within 14 days, twice at most; a reason; not spam"),
    _move(Act.REOPENING, _STAFF, {C}, V, "a reason"),
    _move(Act.CLOSURE, _STAFF, {R, V}, C, "invalid, or spam by a lead; a reason"),
    _move(Act.CLOSURE, {Who.SYSTEM}, {WR}, C, "types that may expire: 14 days after the due date"),
    _move(Act.MERGE, _STAFF, OPEN, C, "the other case is of the same gig; undone within 7 days"),
    _move(Act.SNOOZE, _STAFF, OPEN, None),
    _move(Act.ESCALATION, _STAFF, ALIVE, None, "a reason"),
    _move(Act.HOLD, {Who.LEAD}, EVERY, None, "a reason"),
    _move(
        Act.TYPE,
        _OWNER,
        OPEN,
        None,
        "a type that the reporter's side may report; a reason; from safety and harassment to another by a"
        " specialist or a lead",
    ),
    _move(
        Act.PRIORITY,
        _STAFF,
        ALIVE,
        None,
        "about safety and harassment a lower one by a specialist or a lead",
    ),
    _move(Act.TAGS, _STAFF, EVERY, None, "at most 20"),
)


def moves(case: Case, who: frozenset[Who]) -> list[Move]:
    """The rows that are open to these standings from the status that the case has."""
    return [move for move in MOVES if case.status in move.sources and who & move.who]


def permit_move(case: Case, act: Act, who: frozenset[Who], target: Status | None = None) -> None:
    """Return if this act is open now, to this status where one is given; else raise Conflict with what is."""
    found = [move for move in moves(case, who) if move.act is act]
    if not found or (target is not None and all(move.target is not target for move in found)):
        raise illegal(case, act, who)


def illegal(case: Case, act: Act, who: frozenset[Who], at: datetime | None = None) -> Conflict:
    """The refusal of a move that is not open now; its value ``allowed`` lists the acts that are."""
    acts = ", ".join(allowed(case, who, at))
    if not acts:
        return Conflict(
            "move.illegal",
            "This cannot be done while the case is “%(status)s”: %(act)s. Nothing is open to you now.",
            status=case.status.value,
            act=act.value,
            allowed="",
        )
    return Conflict(
        "move.illegal",
        "This cannot be done while the case is “%(status)s”: %(act)s. Open to you now: %(allowed)s.",
        status=case.status.value,
        act=act.value,
        allowed=acts,
    )


def as_shown(refused: Conflict, shown: Case, who: frozenset[Who], at: datetime) -> Conflict:
    """The refusal of an illegal move in terms of the case that a party sees; any other stays as it is."""
    if refused.code != "move.illegal":
        return refused
    return illegal(shown, Act(str(refused.values["act"])), who, at)


def allowed(case: Case, who: frozenset[Who], at: datetime | None = None) -> list[str]:
    """The acts that are open to these standings, by name; with a time, those whose time is over are left out."""
    acts = {move.act for move in moves(case, who)}
    if at is not None:
        acts -= {act for act in acts if not _in_time(case, act, who, at)}
    return sorted(act.value for act in acts)


def _in_time(case: Case, act: Act, who: frozenset[Who], at: datetime) -> bool:
    """Whether what time and history alone rule out is not ruled out."""
    match act:
        case Act.APPEAL:
            return may_appeal(case, who, at)
        case Act.REOPENING:
            return Who.REPORTER not in who or may_reopen(case, at)
        case Act.ACCEPTANCE:
            return case.decision is not None and case.decision.announced_at is not None
        case Act.REVIEW if case.status is Status.DECIDED:
            return Who.LEAD in who or (case.decision is not None and may_retract(case.decision, at))
        case _:
            return True


def may_retract(decision: Decision, at: datetime) -> bool:
    """Whether the decider may still take it back: nobody was told, and 15 minutes are not over."""
    return decision.announced_at is None and at < decision.at + GRACE


def may_reopen(case: Case, at: datetime) -> bool:
    """Whether the reporter may still say that there is something new."""
    in_time = case.closed_at is not None and at < case.closed_at + REOPENED_WITHIN
    never = {ClosedReason.SPAM, ClosedReason.DUPLICATE}
    return in_time and case.reopenings < REOPENINGS and case.closed_reason not in never


def may_appeal(case: Case, who: frozenset[Who], at: datetime) -> bool:
    """Whether a party may still ask for another look: of an announced decision, in time, once each."""
    decision = case.decision
    if decision is None or decision.announced_at is None or case.open_appeal is not None:
        return False
    if at >= decision.announced_at + APPEALED_WITHIN:
        return False
    return not any(appeal.party.value in who for appeal in case.appeals)
