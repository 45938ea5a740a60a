"""Days as the desk counts them: spans of days in its time zone, whose clock is put forward and back. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gigdesk.records import record

DAY = timedelta(days=1)
_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?(?:(\.\.)([0-9]{4}-[0-9]{2}-[0-9]{2})?)?")


@record(frozen=True, slots=True, kw_only=True)
class Days:
    """From the first day to the last, both of which belong to it, in the time zone of this name."""

    first: date
    last: date
    zone: str = "UTC"

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return begins(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """When the last day is over."""
        return begins(self.last + DAY, self.zone)

    @property
    def count(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        """Each day in order."""
        return (self.first + number * DAY for number in range(self.count))


def begins(day: date, zone: str) -> datetime:
    """The first moment of the day there, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_of(at: datetime, zone: str) -> date:
    """Which day it is there."""
    return at.astimezone(ZoneInfo(zone)).date()


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


def read_days(text: str) -> tuple[date | None, date | None] | None:
    """``2026-11-01..2026-11-07``, or open at one end, or one day; None for what is no span of days."""
    found = _SPAN.fullmatch(text)
    if not found or not (found[1] or found[3]):
        return None
    try:
        first = date.fromisoformat(found[1]) if found[1] else None
        last = date.fromisoformat(found[3]) if found[3] else None
    except ValueError:
        return None
    if not found[2]:
        last = first
    if any(day and not 1990 <= day.year <= 2990 for day in (first, last)):
        return None
    return None if first and last and last < first else (first, last)


def write_days(first: date | None, last: date | None) -> str:
    """The text that ``read_days`` reads as this span."""
    if first and first == last:
        return first.isoformat()
    return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"


def moments_of(text: str, zone: str) -> tuple[datetime | None, datetime | None]:
    """From when to before when the span of days lies that ``read_days`` can read."""
    first, last = read_days(text) or (None, None)
    return begins(first, zone) if first else None, begins(last + DAY, zone) if last else None


def offsets(zone: str, since: datetime, until: datetime) -> tuple[tuple[datetime, timedelta], ...]:
    """How far the clock there is ahead of UTC: from which moment on, in order; the first holds from ``since``."""
    place, at = ZoneInfo(zone), since.astimezone(UTC)
    found = [(at, _offset(place, at))]
    while at < until:
        after = min(at + DAY, until)
        if _offset(place, after) != found[-1][1]:
            turned = _turned(place, at, after)
            found.append((turned, _offset(place, turned)))
        at = after
    return tuple(found)


def _turned(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """When the clock is put forward or back between the two: the first second of it."""
    was = _offset(place, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(place, middle) == was else (before, middle)
    return after.replace(microsecond=0)


def _offset(place: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta()
