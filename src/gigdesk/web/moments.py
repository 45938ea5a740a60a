"""Moments that staff choose in words: tomorrow at nine, in five working days. Pure.

A day begins where the reader is: the page's script names their time zone, else it is that of the queue's hours,
else UTC.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, Invalid

MORNING, EVENING = time(9), time(17)
OWN = "own"
_WHEN = msg("Choose a day and a time, like 30 November, 17:00.")


def zone_of(name: str, hours: Hours | None) -> tzinfo:
    """The zone of this name, that of these hours, or UTC."""
    for known in (name, hours.zone if hours else ""):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):  # it may be any text
            return ZoneInfo(known)
    return UTC


def in_days(days: int) -> Callable[[datetime, Hours | None], datetime]:
    """The same time of day, so many days on."""
    return lambda now, _: now + timedelta(days=days)


def working_days(days: int) -> Callable[[datetime, Hours | None], datetime]:
    """The end of the last of so many working days: Monday to Friday, but for the holidays of these hours."""

    def reached(now: datetime, hours: Hours | None) -> datetime:
        day, left = now.date(), days
        while left:
            day += timedelta(days=1)
            left -= _is_worked(day, hours)
        return datetime.combine(day, EVENING, now.tzinfo)

    return reached


def morning(days: int) -> Callable[[datetime, Hours | None], datetime]:
    """Nine o'clock, so many days on."""
    return lambda now, _: datetime.combine(now.date() + timedelta(days=days), MORNING, now.tzinfo)


def monday(now: datetime, _: Hours | None) -> datetime:
    """Nine o'clock on the next Monday."""
    return datetime.combine(now.date() + timedelta(days=7 - now.weekday()), MORNING, now.tzinfo)


# What can be chosen, in the order of the form: value → words, and what they mean.
DUE: Mapping[str, tuple[str, Callable[[datetime, Hours | None], datetime]]] = {
    "2d": (msg("In 2 days"), in_days(2)),
    "5w": (msg("In 5 working days, at 17:00"), working_days(5)),
}
SNOOZE: Mapping[str, tuple[str, Callable[[datetime, Hours | None], datetime]]] = {
    "tomorrow": (msg("Tomorrow, 9:00"), morning(1)),
    "3d": (msg("In 3 days, 9:00"), morning(3)),
    "monday": (msg("Monday, 9:00"), monday),
}


def moment_of(chosen: str, own: str, *, field: str, now: datetime, zone: tzinfo, hours: Hours | None) -> str:
    """The moment that was chosen, RFC 3339; raises Invalid with the field where none was."""
    here = now.astimezone(zone)
    preset = {**DUE, **SNOOZE}.get(chosen)
    if preset:
        return preset[1](here, hours).isoformat()
    try:
        at = datetime.fromisoformat(own) if chosen == OWN else None
    except ValueError:
        at = None
    if at is None:
        wrong = FieldError(field, "field.missing", _WHEN)
        raise Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=[wrong])
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def _is_worked(day: date, hours: Hours | None) -> bool:
    return day.weekday() < 5 and not (hours and day in hours.holidays)
