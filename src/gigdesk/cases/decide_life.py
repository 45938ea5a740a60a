"""What follows from a command on a case that is open: events, none where it was done before, or a refusal. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from gigdesk.cases import decide_joins as joins
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.decide_files import received
from gigdesk.cases.decide_flags import ended_along, escalate, hold, snooze
from gigdesk.cases.decide_labels import change_priority, change_tags
from gigdesk.cases.decide_type import change_type
from gigdesk.cases.events import Event
from gigdesk.cases.evolve_life import WAITS, evolve_life
from gigdesk.cases.lifecycle import (
    Act,
    Who,
    illegal,
    may_appeal,
    may_reopen,
    may_retract,
    permit_move,
)
from gigdesk.cases.model import Addressee, Case, ClosedReason, Flag, Status
from gigdesk.cases.timing import is_sensitive, on_time
from gigdesk.cases.watch_events import StaffMentioned
from gigdesk.errors import Conflict, Invalid, NotAllowed
from gigdesk.evidence.model import Verdict


def decide_life(case: Case, command: ask.LifeCommand) -> tuple[Event, ...]:
    """The events of this command; raises Conflict for a move that is not open, NotAllowed, Invalid.

    A decision that nobody was told of yet is taken back when a party brings something new: who decided did not
    know of it, and an answer of ours must not tell of the decision.
    """
    if _is_untold(case) and command.by.who & {Who.REPORTER, Who.RESPONDENT}:
        return _instead_of_decision(case, command)
    events = tuple(_RULES[type(command)](case, command))
    if not events:
        return ()
    named = sorted(item for item in command.digests if item.startswith("staff:"))
    joined = [did.StaffJoined(staff=name, digests=_only(command, name)) for name in named]
    return (*joined, *events, *ended_along(case, events, command.by))


def permit_act(case: Case, act: Act, who: frozenset[Who], at: datetime) -> None:
    """Return if this could be done now, as far as status and standing tell; else raise Conflict with what can.

    For who has yet to send what it is about: the command is judged again, and by more.
    """
    if _is_untold(case) and who & {Who.REPORTER, Who.RESPONDENT}:
        case = evolve_life(case, did.DecisionRetracted(digests={}), at)
    permit_move(case, act, who)


def _instead_of_decision(case: Case, command: ask.LifeCommand) -> tuple[Event, ...]:
    """The decision is taken back, and the command judged on the case as the parties know it: a wait goes on."""
    retracted = did.DecisionRetracted(digests={})
    events = tuple(_RULES[type(command)](evolve_life(case, retracted, command.at), command))
    return (retracted, *events, *ended_along(case, events, command.by)) if events else ()


def _is_untold(case: Case) -> bool:
    decision = case.decision
    return case.status is Status.DECIDED and decision is not None and decision.announced_at is None


def _only(command: ask.Asked, *items: str) -> dict[str, str]:
    return {item: command.digests[item] for item in items if item in command.digests}


def _change_owner(case: Case, command: ask.ChangeOwner) -> Iterator[Event]:
    permit_move(case, Act.ASSIGNMENT, command.by.who)
    if command.owner == case.owner and case.status is not Status.RECEIVED:
        return
    is_own = command.owner in (command.by.name, None) and case.owner in (command.by.name, None)
    if not is_own and Who.LEAD not in command.by.who:
        raise NotAllowed("assignment.lead", "An agent claims what nobody owns. Ask a lead to assign it anew.")
    if command.owner != case.owner:
        yield did.OwnerChanged(owner=command.owner)
    if case.status is Status.RECEIVED and command.owner is not None:
        yield did.ReviewBegun()


def _request(case: Case, command: ask.RequestReply) -> Iterator[Event]:
    permit_move(case, Act.REQUEST, command.by.who, WAITS[command.of])
    if command.due <= command.at:
        raise Invalid("due.past", "The reply is due in the past. Give a time that is still to come.")
    if command.of is Addressee.RESPONDENT:
        _permit_contact(case, command)
    yield did.ReplyRequested(
        message=command.message,
        sender=command.by.name,
        of=command.of,
        due=command.due,
        digests=command.texts,
    )


def _permit_contact(case: Case, command: ask.RequestReply) -> None:
    if not case.terms.permits_contact:
        raise Conflict(
            "contact.not_permitted",
            "In a case of this type the other side is not asked. Decide without them.",
        )
    if is_sensitive(case) and not command.by.who & {Who.SPECIALIST, Who.LEAD}:
        raise NotAllowed(
            "contact.specialist", "In a case like this a specialist or a lead asks the other side."
        )


def _resume(case: Case, command: ask.ResumeReview) -> Iterator[Event]:
    permit_move(case, Act.REVIEW, command.by.who)
    decision = case.decision
    if case.status is not Status.DECIDED or decision is None:
        yield did.ReviewResumed(why=did.Resumption.BY_DESK)
        return
    is_decider = decision.decider == command.by.name and may_retract(decision, command.at)
    if not is_decider and Who.LEAD not in command.by.who:
        raise illegal(case, Act.REVIEW, command.by.who, command.at)
    yield did.DecisionRetracted(digests=command.texts if is_decider else command.reason)


def _message(case: Case, command: ask.SendMessage) -> Iterator[Event]:
    permit_move(case, Act.MESSAGES, command.by.who)
    if command.to is Addressee.RESPONDENT and not case.is_contacted:
        raise Conflict("respondent.not_asked", "The other side was not asked yet. Send them a request first.")
    yield did.MessageSent(
        message=command.message, sender=command.by.name, to=command.to, digests=command.texts
    )
    yield from received(command.files, command, to=command.to, message=command.message)
    if Who.REPORTER in command.by.who and case.status is Status.WAITING_REPORTER:
        yield did.ReviewResumed(why=did.Resumption.ANSWERED)


def _note(case: Case, command: ask.WriteNote) -> Iterator[Event]:
    permit_move(case, Act.NOTES, command.by.who)
    yield did.NoteWritten(note=command.note, author=command.by.name, digests=command.texts)
    if command.places:
        yield StaffMentioned(note=command.note, places=command.places)


def _statement(case: Case, command: ask.GiveStatement) -> Iterator[Event]:
    permit_move(case, Act.STATEMENT, command.by.who)
    yield did.MessageSent(
        message=command.message, sender=command.by.name, to=Addressee.DESK, digests=command.texts
    )
    yield from received(command.files, command, message=command.message)
    yield did.ReviewResumed(why=did.Resumption.ANSWERED)


def _evidence(case: Case, command: ask.AddEvidence) -> Iterator[Event]:
    permit_move(case, Act.EVIDENCE, command.by.who)
    yield from received(command.files, command)
    if command.files and Who.REPORTER in command.by.who and case.status is Status.WAITING_REPORTER:
        yield did.ReviewResumed(why=did.Resumption.ANSWERED)


def _decide(case: Case, command: ask.DecideCase) -> Iterator[Event]:
    permit_move(case, Act.DECISION, command.by.who)
    if case.status is Status.APPEALED:
        raise Invalid(
            "decision.of_appeal", "This is under appeal: say also what the appeal did, its outcome."
        )
    _permit_by_verdicts(case)
    if unknown := set(command.evidence) - {file.id for file in case.files}:
        raise Invalid("evidence.unknown", "The case has no file %(file)s.", file=str(min(unknown)))
    yield did.CaseDecided(
        disposition=command.disposition,
        decider=command.by.name,
        evidence=command.evidence,
        digests=command.reason,
    )
    if command.announce:
        yield did.DecisionAnnounced()


def _decide_appeal(case: Case, command: ask.DecideAppeal) -> Iterator[Event]:
    permit_move(case, Act.DECISION, command.by.who)
    if case.status is not Status.APPEALED:
        raise Conflict("appeal.none", "No appeal is open. Send a decision without an outcome.")
    if any(decision.decider == command.by.name for decision in case.decisions):
        raise NotAllowed(
            "appeal.same_decider", "Who decided first does not judge the appeal. Ask somebody else."
        )
    _permit_by_verdicts(case)
    yield did.AppealDecided(
        outcome=command.outcome,
        disposition=command.disposition,
        decider=command.by.name,
        digests=command.reason,
    )


def _permit_by_verdicts(case: Case) -> None:
    """Nobody decides on what nobody could look at yet."""
    if any(file.verdict is Verdict.PENDING for file in case.files):
        raise Conflict("evidence.pending", "Files of this case are still being checked. Decide in a moment.")


def _accept(case: Case, command: ask.AcceptDecision) -> Iterator[Event]:
    permit_move(case, Act.ACCEPTANCE, command.by.who)
    if case.decision is None or case.decision.announced_at is None:
        raise illegal(case, Act.ACCEPTANCE, command.by.who, command.at)
    yield did.CaseClosed(reason=ClosedReason.RESOLVED, digests=command.texts)


def _appeal(case: Case, command: ask.AppealDecision) -> Iterator[Event]:
    permit_move(case, Act.APPEAL, command.by.who)
    if not may_appeal(case, command.by.who, command.at):
        raise illegal(case, Act.APPEAL, command.by.who, command.at)
    yield did.CaseAppealed(party=Addressee(command.by.name), digests=command.reason)


def _withdraw(case: Case, command: ask.WithdrawReport) -> Iterator[Event]:
    permit_move(case, Act.WITHDRAWAL, command.by.who)
    if is_sensitive(case) or Flag.LEGAL_HOLD in case.flags:
        if Flag.WITHDRAWAL_ASKED not in case.flags:
            yield did.WithdrawalAsked(digests=command.texts)
        return
    yield did.CaseClosed(reason=ClosedReason.WITHDRAWN, digests=command.texts)


def _reopen(case: Case, command: ask.ReopenCase) -> Iterator[Event]:
    permit_move(case, Act.REOPENING, command.by.who)
    if Who.REPORTER in command.by.who and not may_reopen(case, command.at):
        raise illegal(case, Act.REOPENING, command.by.who, command.at)
    yield did.CaseReopened(by=command.by.name, digests=command.reason)


def _close(case: Case, command: ask.CloseCase) -> Iterator[Event]:
    permit_move(case, Act.CLOSURE, command.by.who)
    if command.closed_reason not in (ClosedReason.INVALID, ClosedReason.SPAM):
        raise Invalid("closure.reason", "A case is closed as %(allowed)s.", allowed="invalid, spam")
    if command.closed_reason is ClosedReason.SPAM and Who.LEAD not in command.by.who:
        raise NotAllowed("closure.lead", "A lead closes as spam. Close it as invalid, or ask a lead.")
    yield did.CaseClosed(reason=command.closed_reason, digests=command.reason)


def _on_time(case: Case, command: ask.ActOnTime) -> Iterator[Event]:
    yield from on_time(case, command.at)


_RULES: dict[type[ask.LifeCommand], Callable[[Case, Any], Iterator[Event]]] = {
    ask.ChangeOwner: _change_owner,
    ask.RequestReply: _request,
    ask.ResumeReview: _resume,
    ask.SendMessage: _message,
    ask.WriteNote: _note,
    ask.GiveStatement: _statement,
    ask.AddEvidence: _evidence,
    ask.DecideCase: _decide,
    ask.DecideAppeal: _decide_appeal,
    ask.AcceptDecision: _accept,
    ask.AppealDecision: _appeal,
    ask.WithdrawReport: _withdraw,
    ask.ReopenCase: _reopen,
    ask.CloseCase: _close,
    ask.MergeCase: joins.merge,
    ask.UndoMerge: joins.undo_merge,
    ask.NoteDuplicate: joins.note,
    ask.FollowPrimary: joins.follow,
    ask.Snooze: snooze,
    ask.Escalate: escalate,
    ask.Hold: hold,
    ask.ChangeType: change_type,
    ask.ChangePriority: change_priority,
    ask.ChangeTags: change_tags,
    ask.ActOnTime: _on_time,
}
