"""What the desk says of a case to sort it by: its priority and its tags. No party ever knows of either.

Kept and written as the events of ``life_events`` are, of which they are a part.
"""

from collections.abc import Mapping

from gigdesk.cases.terms import Priority
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class PriorityChanged:
    """Somebody gave it this priority; why is sealed, where they said so."""

    priority: Priority
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class TagsChanged:
    """It got some tags and lost some, each list in its order. Tags stand in the log as they are: see docs/adr."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


LabelEvent = PriorityChanged | TagsChanged
LABEL_TYPES: dict[str, type[LabelEvent]] = {
    "priority.changed": PriorityChanged,
    "tags.changed": TagsChanged,
}
