"""What a case is after an event of its life. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from gigdesk.cases import life_events as did
from gigdesk.cases.clocks import is_of_account, run_of
from gigdesk.cases.evolve_labels import prioritised, still_chosen, tagged
from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.model import (
    Addressee,
    Appeal,
    Case,
    Decision,
    Disposition,
    Flag,
    Followed,
    Hold,
    Message,
    Note,
    Pause,
    Status,
    Step,
    Warned,
)
from gigdesk.cases.terms import terms_of
from gigdesk.cases.watch_events import (
    BreachWarned,
    DuplicateJoined,
    DuplicateLeft,
    PrimaryMoved,
    StaffMentioned,
)

WAITS = {
    Addressee.REPORTER: Status.WAITING_REPORTER,
    Addressee.RESPONDENT: Status.WAITING_RESPONDENT,
    Addressee.EXTERNAL: Status.WAITING_EXTERNAL,
}
_FLAGS = {
    did.Resumption.NO_REPLY: Flag.NO_REPLY,
    did.Resumption.RESPONDENT_SILENT: Flag.RESPONDENT_SILENT,
}


def evolve_life(before: Case, event: did.LifeEvent, at: datetime) -> Case:
    """The case after one event."""
    after: Case = _STEPS[type(event)](before, event, at)
    return replace(after, updated_at=at)


def _joined(case: Case, event: did.StaffJoined, _: datetime) -> Case:
    return replace(case, staff=max(case.staff, int(event.staff.removeprefix("staff:"))))


def _owned(case: Case, event: did.OwnerChanged, at: datetime) -> Case:
    return replace(case, owner=event.owner, owned_at=at if event.owner else None)


def _warned(case: Case, clock: str, step: Step, at: datetime) -> Case:
    taken = Warned(clock=clock, since=run_of(case, clock), step=step, at=at)
    return replace(case, warned=(*case.warned, taken))


def _in_review(case: Case, _: object, at: datetime) -> Case:
    return replace(_unpaused(case, at), status=Status.IN_REVIEW)


def _message(case: Case, event: did.MessageSent, at: datetime) -> Case:
    message = Message(id=event.message, at=at, sender=event.sender, to=event.to)
    case = replace(case, messages=(*case.messages, message))
    if event.to is Addressee.DESK:
        return case
    return _replied(case, at) if event.to is Addressee.REPORTER else case


def _note(case: Case, event: did.NoteWritten, at: datetime) -> Case:
    return replace(case, notes=(*case.notes, Note(id=event.note, at=at, author=event.author)))


def _requested(case: Case, event: did.ReplyRequested, at: datetime) -> Case:
    message = Message(id=event.message, at=at, sender=event.sender, to=event.of, due=event.due)
    case = replace(
        case,
        status=WAITS[event.of],
        waiting_until=event.due,
        reminders=0,
        messages=(*case.messages, message),
        pauses=(*case.pauses, Pause(of=event.of, since=at)),
        flags=case.flags - set(_FLAGS.values()),
        is_contacted=case.is_contacted or event.of is Addressee.RESPONDENT,
    )
    return _replied(case, at) if event.of is Addressee.REPORTER else case


def _reminded(case: Case, _: did.ReplyReminded, at: datetime) -> Case:
    return replace(case, reminders=case.reminders + 1)


def _resumed(case: Case, event: did.ReviewResumed, at: datetime) -> Case:
    flag = _FLAGS.get(event.why)
    return replace(
        _unpaused(case, at), status=Status.IN_REVIEW, flags=case.flags | {flag} if flag else case.flags
    )


def _decided(case: Case, event: did.CaseDecided, at: datetime) -> Case:
    decision = Decision(
        disposition=event.disposition, decider=event.decider, at=at, evidence=tuple(event.evidence)
    )
    return replace(
        _unpaused(case, at),
        status=Status.DECIDED,
        status_before=case.status,
        decisions=(*case.decisions, decision),
    )


def _announced(case: Case, _: did.DecisionAnnounced, at: datetime) -> Case:
    *others, last = case.decisions
    return _replied(replace(case, decisions=(*others, replace(last, announced_at=at))), at)


def _retracted(case: Case, _: did.DecisionRetracted, at: datetime) -> Case:
    """Back in review; back to the wait that the decision ended where nobody was told: they see it go on."""
    is_told = case.decision is not None and case.decision.announced_at is not None
    case = replace(case, status=Status.IN_REVIEW, decisions=case.decisions[:-1])
    if is_told or case.status_before not in WAITS.values():
        return case
    *others, last = case.pauses
    return replace(
        case,
        status=WAITS[last.of],
        waiting_until=next(message.due for message in reversed(case.messages) if message.due),
        pauses=(*others, replace(last, until=None)),
    )


def _appealed(case: Case, event: did.CaseAppealed, at: datetime) -> Case:
    appeal = Appeal(party=event.party, at=at)
    return replace(_opened(case), status=Status.APPEALED, appeals=(*case.appeals, appeal))


def _appeal_decided(case: Case, event: did.AppealDecided, at: datetime) -> Case:
    appeals = tuple(
        replace(appeal, outcome=event.outcome) if appeal.outcome is None else appeal
        for appeal in case.appeals
    )
    decision = Decision(
        disposition=Disposition(event.disposition), decider=event.decider, at=at, announced_at=at
    )
    return replace(case, status=Status.DECIDED, appeals=appeals, decisions=(*case.decisions, decision))


def _closed(case: Case, event: did.CaseClosed, at: datetime) -> Case:
    return replace(
        _unpaused(case, at),
        status=Status.CLOSED,
        status_before=case.status,
        closed_reason=event.reason,
        closed_at=at,
        merged_into=event.into,
        snoozed_until=None,
        snoozed_before=case.snoozed_until,
        flags=case.flags - {Flag.SNOOZED},
    )


def _unmerged(case: Case, _: did.MergeUndone, at: datetime) -> Case:
    before = case.status_before
    # What it waited for is over by now as often as not: the desk looks first.
    status = before if before in (Status.RECEIVED, Status.IN_REVIEW) else Status.IN_REVIEW
    case = replace(_opened(case), status=status)
    until = case.snoozed_before
    return replace(_flagged(case, Flag.SNOOZED), snoozed_until=until) if until and until > at else case


def _joined_by(case: Case, event: DuplicateJoined, _: datetime) -> Case:
    return replace(case, duplicates=(*case.duplicates, event.duplicate))


def _left_by(case: Case, event: DuplicateLeft, _: datetime) -> Case:
    return replace(case, duplicates=tuple(one for one in case.duplicates if one != event.duplicate))


def _followed(case: Case, event: PrimaryMoved, _: datetime) -> Case:
    followed = Followed(number=event.number, status=event.status, disposition=event.disposition)
    return replace(case, followed=followed)


def _reopened(case: Case, event: did.CaseReopened, at: datetime) -> Case:
    by_reporter = event.by == "reporter"
    return replace(
        _opened(case), status=Status.IN_REVIEW, reopenings=case.reopenings + (1 if by_reporter else 0)
    )


def _snoozed(case: Case, event: did.CaseSnoozed, _: datetime) -> Case:
    return replace(_flagged(case, Flag.SNOOZED), snoozed_until=event.until)


def _awake(case: Case, _: did.SnoozeEnded, at: datetime) -> Case:
    return replace(case, flags=case.flags - {Flag.SNOOZED}, snoozed_until=None)


def _held(case: Case, _: did.HoldPlaced, at: datetime) -> Case:
    return replace(_flagged(case, Flag.LEGAL_HOLD), holds=(*case.holds, Hold(since=at)))


def _lifted(case: Case, _: did.HoldLifted, at: datetime) -> Case:
    *others, last = case.holds
    holds = (*others, replace(last, until=at))
    return replace(case, flags=case.flags - {Flag.LEGAL_HOLD}, holds=holds)


def _retyped(case: Case, event: did.TypeChanged, at: datetime) -> Case:
    """On other terms, and so with clocks that nobody was warned of yet.

    Whoever was promised not to be named is not named for being sorted anew.
    """
    terms = terms_of(event.issue_type, event.severity, event.queue, event.terms)
    shields = case.terms.shields_reporter or terms.shields_reporter
    return replace(
        case,
        issue_type=event.issue_type,
        severity=event.severity,
        queue=event.queue,
        terms=replace(terms, shields_reporter=shields),
        warned=(),
        account_since=_account_since(case, event, at),
        chosen_priority=still_chosen(case, terms),
    )


def _account_since(case: Case, event: did.TypeChanged, at: datetime) -> datetime | None:
    """Since when the law's clock for accounts runs: sorted away and back it does not begin anew."""
    if is_of_account(case.issue_type):
        return case.account_since or case.opened_at
    return case.account_since or (at if is_of_account(event.issue_type) else None)


def _flagged(case: Case, flag: Flag) -> Case:
    return replace(case, flags=case.flags | {flag})


def _opened(case: Case) -> Case:
    return replace(case, closed_reason=None, closed_at=None, merged_into=None, followed=None)


def _replied(case: Case, at: datetime) -> Case:
    return case if case.replied_at else replace(case, replied_at=at)


def _unpaused(case: Case, at: datetime) -> Case:
    """Nothing is waited for any more. How often it was asked for stays, should the wait go on after all."""
    if not case.pauses or case.pauses[-1].until is not None:
        return case
    *others, last = case.pauses
    return replace(case, pauses=(*others, replace(last, until=at)), waiting_until=None)


_STEPS: dict[type[did.LifeEvent], Callable[[Case, Any, datetime], Case]] = {
    did.StaffJoined: _joined,
    did.OwnerChanged: _owned,
    did.ReviewBegun: _in_review,
    did.MessageSent: _message,
    did.NoteWritten: _note,
    did.ReplyRequested: _requested,
    did.ReplyReminded: _reminded,
    did.ReviewResumed: _resumed,
    did.CaseDecided: _decided,
    did.DecisionAnnounced: _announced,
    did.DecisionRetracted: _retracted,
    did.CaseAppealed: _appealed,
    did.AppealDecided: _appeal_decided,
    did.CaseClosed: _closed,
    did.MergeUndone: _unmerged,
    did.WithdrawalAsked: lambda case, _event, _at: _flagged(case, Flag.WITHDRAWAL_ASKED),
    did.CaseReopened: _reopened,
    did.CaseEscalated: lambda case, _event, _at: _flagged(case, Flag.ESCALATED),
    did.EscalationEnded: lambda case, _event, _at: replace(case, flags=case.flags - {Flag.ESCALATED}),
    did.CaseSnoozed: _snoozed,
    did.SnoozeEnded: _awake,
    did.HoldPlaced: _held,
    did.TargetMissed: lambda case, event, at: _warned(case, event.clock, Step.MISSED, at),
    DuplicateJoined: _joined_by,
    DuplicateLeft: _left_by,
    PrimaryMoved: _followed,
    StaffMentioned: lambda case, _event, _at: case,
    BreachWarned: lambda case, event, at: _warned(case, event.clock, event.step, at),
    did.HoldLifted: _lifted,
    did.TypeChanged: _retyped,
    PriorityChanged: prioritised,
    TagsChanged: tagged,
}
