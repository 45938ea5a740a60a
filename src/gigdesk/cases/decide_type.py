"""What follows from giving a case another type. Pure."""

from collections.abc import Iterator

from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.evolve_life import evolve_life
from gigdesk.cases.lifecycle import Act, Who, permit_move
from gigdesk.cases.model import Case
from gigdesk.cases.timing import is_sensitive
from gigdesk.errors import NotAllowed


def change_type(case: Case, command: ask.ChangeType) -> Iterator[Event]:
    permit_move(case, Act.TYPE, command.by.who)
    if command.issue_type == case.issue_type:
        return
    changed = did.TypeChanged(
        issue_type=command.issue_type,
        severity=command.severity,
        queue=command.queue,
        terms=command.terms,
        digests=command.reason,
    )
    after = evolve_life(case, changed, command.at)
    if is_sensitive(case) and not is_sensitive(after) and not command.by.who & {Who.SPECIALIST, Who.LEAD}:
        raise NotAllowed(
            "type.specialist", "A specialist or a lead says that a case is not about safety or harassment."
        )
    yield changed
    if case.owner is not None and not command.keeps_owner:
        yield did.OwnerChanged(owner=None)
