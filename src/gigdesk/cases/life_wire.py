"""How the events of a case's life are written in the log, and read again: their fields by name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

from gigdesk.cases.life_events import NAMES, LifeEvent
from gigdesk.cases.model import Disposition
from gigdesk.cases.wire import moment, read_moment

_FIELDS: dict[type[LifeEvent], dict[str, Any]] = {kind: get_type_hints(kind) for kind in NAMES}


def life_event_to_wire(event: LifeEvent) -> dict[str, object]:
    """The event as the commit's content holds it: its fields by name."""
    fields = {name: _plain(getattr(event, name)) for name in _FIELDS[type(event)]}
    return {"type": NAMES[type(event)], **fields}


def life_event_from_wire(kind: type[LifeEvent], document: Mapping[str, Any]) -> LifeEvent:
    """The event that was written; raises TypeError, KeyError or ValueError for what is none."""
    hints = _FIELDS[kind]
    read = ((name, _reader(hint), document[name]) for name, hint in hints.items())
    given = {name: None if value is None else reader(value) for name, reader, value in read}
    made: Callable[..., LifeEvent] = kind
    return made(**given)


def _plain(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else str(value)


_READ: dict[Any, Callable[[Any], object]] = {
    str | None: str,
    UUID | None: UUID,
    Disposition | None: Disposition,
    Mapping[str, object] | None: dict,
    datetime: read_moment,
    tuple[UUID, ...]: lambda values: tuple(UUID(value) for value in values),
    tuple[str, ...]: tuple,
    Mapping[str, str]: lambda value: {str(item): str(digest) for item, digest in value.items()},
}


def _reader(hint: Any) -> Any:
    """What makes of a written value one of this type: of text, an id, a number or a code the type itself."""
    return _READ.get(hint, hint)
