"""What follows from a command about a flag: what stands beside the status. Pure."""

from collections.abc import Iterator, Sequence

from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.lifecycle import Act, Who, permit_move
from gigdesk.cases.model import Case, ClosedReason, Flag
from gigdesk.errors import Invalid


def snooze(case: Case, command: ask.Snooze) -> Iterator[Event]:
    permit_move(case, Act.SNOOZE, command.by.who)
    if command.until is None:
        if Flag.SNOOZED in case.flags:
            yield did.SnoozeEnded()
        return
    if command.until <= command.at:
        raise Invalid("due.past", "That time is over. Give one that is still to come.")
    yield did.CaseSnoozed(until=command.until)


def escalate(case: Case, command: ask.Escalate) -> Iterator[Event]:
    permit_move(case, Act.ESCALATION, command.by.who)
    is_on = Flag.ESCALATED in case.flags
    if command.ends and is_on:
        yield did.EscalationEnded()
    elif not command.ends and not is_on:
        yield did.CaseEscalated(digests=command.reason)


def hold(case: Case, command: ask.Hold) -> Iterator[Event]:
    permit_move(case, Act.HOLD, command.by.who)
    if command.ends == (Flag.LEGAL_HOLD not in case.flags):
        return
    yield did.HoldLifted(digests=command.reason) if command.ends else did.HoldPlaced(digests=command.reason)


def ended_along(case: Case, events: Sequence[Event], by: ask.By) -> Iterator[Event]:
    """The flags that these events end: what a party says wakes a case, and what is over needs nobody any more.

    A duplicate keeps its call for somebody with more say, since a merge can be undone.
    """
    closed = next((event for event in events if isinstance(event, did.CaseClosed)), None)
    wakes = bool(by.who & {Who.REPORTER, Who.RESPONDENT}) or any(
        isinstance(e, did.CaseDecided) for e in events
    )
    is_awake = any(isinstance(event, did.SnoozeEnded) for event in events)
    if Flag.SNOOZED in case.flags and wakes and not is_awake and closed is None:
        yield did.SnoozeEnded()
    if Flag.ESCALATED in case.flags and closed and closed.reason is not ClosedReason.DUPLICATE:
        yield did.EscalationEnded()
