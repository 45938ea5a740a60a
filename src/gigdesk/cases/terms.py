"""On which terms a case is worked: what its rules need to know of its type, its queue and its priority. Pure.

A host may edit all of that while cases are open. So what differs from the built-in table is written into the log
with the opening event, and a case keeps the terms that it was opened on: see docs/adr. What does not differ is
not written, so **the built-in values of a released issue type never change**; a test holds them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from gigdesk.access.queues import SENSITIVE_QUEUES
from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_table import built_in
from gigdesk.cases.issue_types import Severity
from gigdesk.records import record

RESOLVED_WITHIN = {
    Severity.CRITICAL: timedelta(days=1),
    Severity.HIGH: timedelta(days=3),
    Severity.NORMAL: timedelta(days=7),
    Severity.LOW: timedelta(days=14),
}


class Priority(StrEnum):
    """What the desk takes up first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


_WEIGHTS = {priority: weight for weight, priority in enumerate(Priority)}
PRIORITIES = {
    Severity.CRITICAL: Priority.URGENT,
    Severity.HIGH: Priority.HIGH,
    Severity.NORMAL: Priority.NORMAL,
    Severity.LOW: Priority.LOW,
}


def is_weightier(one: Priority, other: Priority) -> bool:
    """Whether the first is to be taken up before the second."""
    return _WEIGHTS[one] > _WEIGHTS[other]


@record(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for one case. ``first_reply`` is None where nothing is known of its type: it has no clocks.

    ``hours`` are those of its queue, None day and night; ``is_sensitive`` speaks of its queue.
    """

    first_reply: timedelta | None
    resolution: timedelta
    shields_reporter: bool
    may_expire: bool
    permits_contact: bool
    is_sensitive: bool
    priority: Priority
    hours: Hours | None = None


@lru_cache(maxsize=512)
def default_terms(code: str, severity: str, queue: str) -> Terms:
    """The terms of a case of which nothing is recorded: the built-in ones, and the careful ones for an unknown type."""
    known, grave = built_in(code), Severity(severity)
    return Terms(
        first_reply=known.first_reply if known else None,
        resolution=RESOLVED_WITHIN[grave],
        shields_reporter=known.shields_reporter if known else True,
        may_expire=known.may_expire if known else False,
        permits_contact=True,
        is_sensitive=queue in SENSITIVE_QUEUES,
        priority=PRIORITIES[grave],
    )


def recorded(terms: Terms, default: Terms) -> dict[str, object] | None:
    """What the log must say of these terms, as JSON: where they differ; None where they do not."""
    differs = {
        name: write(getattr(terms, field))
        for name, (field, write, _) in _WIRE.items()
        if getattr(terms, field) != getattr(default, field)
    }
    return differs or None


def terms_of(code: str, severity: str, queue: str, said: Mapping[str, object] | None) -> Terms:
    """The terms of a case by what its opening event says. Raises ValueError for what this version does not know."""
    default = default_terms(code, severity, queue)
    if not said:
        return default
    if unknown := said.keys() - _WIRE.keys():
        raise ValueError(f"unknown terms {sorted(unknown)}: the log was written by a newer gigdesk")
    given = {_WIRE[name][0]: _WIRE[name][2](value) for name, value in said.items()}
    return replace(default, **given)  # type: ignore[arg-type]  # by name, each read as its field is


def hours_to_wire(hours: Hours | None) -> dict[str, object] | None:
    """The hours as the log has them."""
    if hours is None:
        return None
    return {
        "zone": hours.zone,
        "week": [[list(span) for span in day] for day in hours.week],
        "holidays": [day.isoformat() for day in sorted(hours.holidays)],
    }


def _hours_from_wire(value: object) -> Hours | None:
    if not isinstance(value, dict):
        return None
    week = tuple(tuple((int(opens), int(closes)) for opens, closes in day) for day in value["week"])
    holidays = frozenset(date.fromisoformat(day) for day in value["holidays"])
    return Hours(zone=str(value["zone"]), week=week, holidays=holidays)


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _span(value: object) -> timedelta | None:
    return None if value is None else timedelta(seconds=int(str(value)))


# The name in the log → the field, how it is written, how it is read.
_WIRE: dict[str, tuple[str, Callable[..., object], Callable[[object], object]]] = {
    "firstReply": ("first_reply", _seconds, _span),
    "resolution": ("resolution", _seconds, _span),
    "shieldsReporter": ("shields_reporter", bool, bool),
    "mayExpire": ("may_expire", bool, bool),
    "permitsContact": ("permits_contact", bool, bool),
    "sensitive": ("is_sensitive", bool, bool),
    "priority": ("priority", str, lambda value: Priority(str(value))),
    "hours": ("hours", hours_to_wire, _hours_from_wire),
}
