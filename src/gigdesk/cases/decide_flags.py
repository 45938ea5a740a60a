"""What follows from a command about a flag: what stands beside the status. Pure."""

from collections.abc import Iterator

from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.lifecycle import Act, permit_move
from gigdesk.cases.model import Case, Flag
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
