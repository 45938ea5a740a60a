"""What a case is after it got a priority, tags or, with a type, other terms. Pure."""

from dataclasses import replace
from datetime import datetime

from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.model import Case
from gigdesk.cases.terms import Priority, Terms, is_weightier


def prioritised(case: Case, event: PriorityChanged, _: datetime) -> Case:
    return replace(case, chosen_priority=event.priority)


def tagged(case: Case, event: TagsChanged, _: datetime) -> Case:
    return replace(case, tags=tuple(sorted({*case.tags, *event.added} - {*event.removed})))


def still_chosen(case: Case, terms: Terms) -> Priority | None:
    """The priority that a person gave it, on these terms: what was raised is not lowered by being sorted anew."""
    chosen = case.chosen_priority
    return chosen if chosen and is_weightier(chosen, terms.priority) else None
