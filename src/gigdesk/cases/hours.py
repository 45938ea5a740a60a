"""When a queue is open: hours of the week in a time zone, holidays; and spans that count open time alone. Pure.

Hours are what a clock on the wall there shows: where it is put forward or back, a day is an hour shorter or
longer, and hours that the wall shows twice are open twice. No hours at all means day and night.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gigdesk.cases.issue_types import msg
from gigdesk.errors import Phrase
from gigdesk.records import record

DAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))
FAR = timedelta(days=36525)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_END = datetime.max.replace(tzinfo=UTC) - 2 * _DAY

Span = tuple[datetime, datetime]
Minutes = tuple[int, int]


@record(frozen=True, slots=True, kw_only=True)
class Hours:
    """When it is open: for each day of the week, Monday first, spans of minutes from midnight, in order.

    ``zone`` is a name of the IANA time zone database. On ``holidays`` it is closed.
    """

    zone: str
    week: tuple[tuple[Minutes, ...], ...]
    holidays: frozenset[date] = frozenset()


def reached(
    hours: Hours | None,
    since: datetime,
    length: timedelta,
    pauses: Iterable[Span] = (),
    until: datetime | None = None,
) -> datetime | None:
    """When this much open time has passed since then, not counting pauses; None where it has not by ``until``.

    Pauses are in order and do not overlap.
    """
    week = _Week(hours) if hours else None
    for free in _without(list(pauses), since, until or _far(since)):
        for start, stop in _by_week(free) if week else (free,):
            if week and length > week.opened and stop - start == _WEEK and week.is_even(start):
                length -= week.opened
                continue
            for opened, closes in _openings_until(hours, start, stop):
                if closes - opened >= length:
                    return opened + length
                length -= closes - opened
    return None


def spent(hours: Hours | None, since: datetime, until: datetime, pauses: Iterable[Span] = ()) -> timedelta:
    """How much open time lies between the two, not counting pauses: what ``reached`` counts, the other way round."""
    free = (piece for span in _without(list(pauses), since, until) for piece in _openings_until(hours, *span))
    return sum((closes - opened for opened, closes in free), timedelta())


def _by_week(span: Span) -> Iterator[Span]:
    """The span in pieces of a week, the last with what is left, in UTC."""
    start, end = span[0].astimezone(UTC), span[1]
    while start < end:
        yield start, min(start + _WEEK, end)
        start += _WEEK


class _Week:
    """A week like any other: its open time is known without going from opening to opening.

    A queue that opens rarely would have years of openings gone through otherwise, for each of its clocks.
    """

    def __init__(self, hours: Hours) -> None:
        self._zone, self._holidays = hours.zone, hours.holidays
        self.opened = sum(closes - opens for day in hours.week for opens, closes in day) * _MINUTE

    def is_even(self, since: datetime) -> bool:
        """Whether the week from then on has no holiday, and the clock is put neither forward nor back in it."""
        number = since.toordinal() // 7
        if not (_is_even(self._zone, number) and _is_even(self._zone, number + 1)):
            return False
        # A day more on either side: which day it is there hangs on the zone.
        return not self._holidays or not any(
            since.date() + day * _DAY in self._holidays for day in range(-1, 9)
        )


@lru_cache(maxsize=16384)
def _is_even(zone: str, number: int) -> bool:
    """Whether the clock there goes on evenly in this week, counted from the first day of the calendar."""
    begins, place = datetime.fromordinal(number * 7).replace(tzinfo=UTC), ZoneInfo(zone)
    return len({_offset(place, begins + day * _DAY) for day in range(8)}) == 1


def _openings_until(hours: Hours | None, since: datetime, until: datetime) -> Iterator[Span]:
    for opened, closes in openings(hours, since):
        if opened >= until:
            return
        yield opened, min(closes, until)


def _far(since: datetime) -> datetime:
    return min(since + FAR, _END) if since < _END - FAR else _END


def openings(hours: Hours | None, since: datetime) -> Iterator[Span]:
    """The spans in UTC that are open from then on, in order; it ends after a hundred years."""
    last = _far(since)
    if hours is None:
        yield since, last
        return
    zone, at = ZoneInfo(hours.zone), since.astimezone(UTC)
    while at < last:
        end, offset = _piece(zone, at)
        yield from _on_day(hours, at, end, offset)
        at = end


def _piece(zone: ZoneInfo, at: datetime) -> tuple[datetime, timedelta]:
    """How long the wall clock there goes on evenly within its day, and how far it is ahead of UTC until then."""
    offset = _offset(zone, at)
    wall = (at + offset).replace(tzinfo=None)
    end = at + (datetime.combine(wall.date(), time()) + _DAY - wall)
    if _offset(zone, end) == offset:
        return end, offset
    before, after = at, end  # it is put forward or back in between: look where
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after.replace(microsecond=0), offset


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _on_day(hours: Hours, at: datetime, end: datetime, offset: timedelta) -> Iterator[Span]:
    day = (at + offset).date()
    if day in hours.holidays:
        return
    midnight = datetime.combine(day, time(), UTC) - offset
    for opens, closes in hours.week[day.weekday()]:
        begun, ended = max(at, midnight + opens * _MINUTE), min(end, midnight + closes * _MINUTE)
        if begun < ended:
            yield begun, ended


def _without(pauses: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    """What of the span is in no pause."""
    for begun, ended in pauses:
        if ended <= start:
            continue
        if begun >= end:
            break
        if begun > start:
            yield start, begun
        start = ended
    if start < end:
        yield start, end


@lru_cache(maxsize=64)
def in_words(hours: Hours) -> Phrase:
    """``Mon–Fri 09:00–17:00; Sat 10:00–12:00 (Europe/Berlin)``, to be said in any language."""
    parts = [
        Phrase("%(days)s %(times)s", {"days": _days(first, last), "times": _times(hours.week[first])})
        for first, last in _alike(hours.week)
    ]
    places: Mapping[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    listed = Phrase("; ".join(f"%({name})s" for name in places), places)
    values = {"hours": listed, "zone": hours.zone}
    if hours.holidays:
        return Phrase(msg("%(hours)s (%(zone)s), not on holidays"), values)
    return Phrase("%(hours)s (%(zone)s)", values)


def _alike(week: tuple[tuple[Minutes, ...], ...]) -> Iterator[tuple[int, int]]:
    """First and last day of each run of days that are open at the same times."""
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[first]:
            if week[first]:
                yield first, day - 1
            first = day


def _days(first: int, last: int) -> Phrase:
    if first == last:
        return Phrase(DAYS[first])
    return Phrase("%(first)s–%(last)s", {"first": Phrase(DAYS[first]), "last": Phrase(DAYS[last])})


def _times(spans: Iterable[Minutes]) -> str:
    return ", ".join(f"{_time(opens)}–{_time(closes)}" for opens, closes in spans)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
