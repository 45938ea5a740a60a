"""What follows from giving a case a priority or tags. Pure."""

from collections.abc import Iterator

from gigdesk.cases import life_commands as ask
from gigdesk.cases.events import Event
from gigdesk.cases.issue_types import msg
from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.lifecycle import Act, Who, permit_move
from gigdesk.cases.model import Case
from gigdesk.cases.tags import MAX_TAGS
from gigdesk.cases.terms import is_weightier
from gigdesk.cases.timing import is_sensitive
from gigdesk.errors import FieldError, Invalid, NotAllowed


def change_priority(case: Case, command: ask.ChangePriority) -> Iterator[Event]:
    permit_move(case, Act.PRIORITY, command.by.who)
    if command.priority is case.priority:
        return
    is_lower = is_weightier(case.priority, command.priority)
    if is_lower and is_sensitive(case) and not command.by.who & {Who.SPECIALIST, Who.LEAD}:
        raise NotAllowed(
            "priority.specialist",
            "A specialist or a lead gives a case about safety or harassment a lower priority.",
        )
    yield PriorityChanged(priority=command.priority, digests=command.texts)


def change_tags(case: Case, command: ask.ChangeTags) -> Iterator[Event]:
    permit_move(case, Act.TAGS, command.by.who)
    if both := command.add & command.remove:
        values: dict[str, object] = {"tags": ", ".join(sorted(both))}
        raise _wrong(FieldError("add", "tags.both", msg("Add a tag or remove it: %(tags)s."), values))
    has = frozenset(case.tags)
    added, removed = command.add - has, command.remove & has
    if len(has | added) - len(removed) > MAX_TAGS:
        sentence = msg("A case has at most %(limit)s tags.")
        raise _wrong(FieldError("add", "tags.too_many", sentence, {"limit": MAX_TAGS}))
    if added or removed:
        yield TagsChanged(added=tuple(sorted(added)), removed=tuple(sorted(removed)))


def _wrong(error: FieldError) -> Invalid:
    return Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=[error])
