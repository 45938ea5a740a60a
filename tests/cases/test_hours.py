"""Opening hours: spans of open time, held against a wall clock that is read minute by minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gigdesk.cases.hours import Hours, Minutes, in_words, openings, reached

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NINE_TO_FIVE = ((540, 1020),)
WEEK = (*(NINE_TO_FIVE,) * 5, (), ())
BERLIN = Hours(zone="Europe/Berlin", week=WEEK)
# Where the wall clock is put forward or back: by an hour, half an hour, at midnight, and by a whole day.
TURNS = [
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 3, 12, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 2, 17, 12, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
]


@some.composite
def days(draw: some.DrawFn) -> tuple[Minutes, ...]:
    marks = sorted(draw(some.sets(some.integers(0, 1440), min_size=2, max_size=6)))
    return tuple((opens, closes) for opens, closes in list(pairwise(marks))[::2])


@some.composite
def weeks(draw: some.DrawFn) -> tuple[tuple[Minutes, ...], ...]:
    return tuple(draw(some.just(()) | days()) for _ in range(7))


def is_open(hours: Hours, at: datetime) -> bool:
    """What the wall clock says in this minute."""
    wall = at.astimezone(ZoneInfo(hours.zone))
    minute = wall.hour * 60 + wall.minute
    return wall.date() not in hours.holidays and any(
        opens <= minute < closes for opens, closes in hours.week[wall.weekday()]
    )


def stepped(
    hours: Hours, since: datetime, length: timedelta, pauses: list[tuple[datetime, datetime]]
) -> datetime | None:
    """When so much open time has passed, a minute at a time; None where that takes more than nine days."""
    for step in range(9 * 1440):
        at = since + step * MINUTE
        if is_open(hours, at) and not any(begun <= at < ended for begun, ended in pauses):
            length -= MINUTE
            if not length:
                return at + MINUTE
    return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    turn=some.sampled_from(TURNS),
    week=weeks(),
    after=some.integers(0, 2880),
    minutes=some.integers(1, 3000),
    marks=some.sets(some.integers(0, 5000), max_size=6),
    holidays=some.sets(some.integers(0, 6), max_size=2),
)
def test_open_time_is_what_the_wall_clock_counts(
    turn: tuple[str, datetime],
    week: tuple[tuple[Minutes, ...], ...],
    after: int,
    minutes: int,
    marks: set[int],
    holidays: set[int],
) -> None:
    zone, begins = turn
    closed = frozenset((begins + timedelta(days=number)).date() for number in holidays)
    hours, since = Hours(zone=zone, week=week, holidays=closed), begins + after * MINUTE
    pauses = [(since + a * MINUTE, since + b * MINUTE) for a, b in list(pairwise(sorted(marks)))[::2]]

    counted = stepped(hours, since, minutes * MINUTE, pauses)
    found = reached(hours, since, minutes * MINUTE, pauses, since + timedelta(days=9))

    assert found == counted


@settings(max_examples=60, deadline=None)
@given(
    since=some.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    week=weeks(),
    turn=some.sampled_from(TURNS),
)
def test_openings_come_in_order_and_are_open_throughout(
    since: datetime, week: tuple[tuple[Minutes, ...], ...], turn: tuple[str, datetime]
) -> None:
    hours, begins = Hours(zone=turn[0], week=week), since.replace(tzinfo=UTC)
    before = begins
    for place, (start, end) in enumerate(openings(hours, begins)):
        if place == 20:
            break
        assert before <= start < end
        assert is_open(hours, start)
        assert is_open(hours, end - timedelta(microseconds=1))
        before = end
        if start > begins + timedelta(days=60):
            break


@settings(max_examples=60, deadline=None)
@given(
    since=some.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    week=weeks(),
    turn=some.sampled_from(TURNS),
    hours_long=some.integers(1, 500),
    holidays=some.sets(some.integers(0, 400), max_size=5),
    marks=some.sets(some.integers(0, 200_000), max_size=4),
)
def test_whole_weeks_are_passed_as_if_each_opening_was_gone_through(
    since: datetime,
    week: tuple[tuple[Minutes, ...], ...],
    turn: tuple[str, datetime],
    hours_long: int,
    holidays: set[int],
    marks: set[int],
) -> None:
    begins, until = since.replace(tzinfo=UTC), since.replace(tzinfo=UTC) + timedelta(days=700)
    closed = frozenset((begins + timedelta(days=number)).date() for number in holidays)
    hours, left = Hours(zone=turn[0], week=week, holidays=closed), hours_long * HOUR
    pauses = [(begins + a * MINUTE, begins + b * MINUTE) for a, b in list(pairwise(sorted(marks)))[::2]]

    found = reached(hours, begins, left, pauses, until)

    end = None
    for opened, closes in openings(hours, begins):
        # Going on from pause to pause, one opening at a time.
        for start, stop in outside(pauses, opened, min(closes, until)):
            if end is None and stop - start >= left:
                end = start + left
            left -= stop - start
        if end or opened >= until:
            break
    assert found == end


def outside(
    pauses: list[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """What is left of a span."""
    left = [(start, end)]
    for begun, ended in pauses:
        left = [
            part for a, b in left for part in ((a, min(b, begun)), (max(a, ended), b)) if part[0] < part[1]
        ]
    return left


class Counted(tuple[tuple[Minutes, ...], ...]):
    """A week that counts how often one of its days is looked at."""

    __slots__ = ()
    looks = 0

    def __getitem__(self, day):  # type: ignore[no-untyped-def,override]
        Counted.looks += 1
        return super().__getitem__(day)


@pytest.mark.parametrize("days", [14, 90])
def test_a_queue_that_opens_rarely_does_not_have_years_of_days_looked_at(days: int) -> None:
    since = datetime(2026, 11, 29, 8, tzinfo=UTC)
    rarely = Hours(zone="Europe/Berlin", week=Counted((((540, 840),), *((),) * 6)))  # 5 hours: the least
    Counted.looks = 0

    end = reached(rarely, since, timedelta(days=days))

    assert end is not None
    assert end > since + timedelta(days=days * 4.8 * 7 - 14)
    assert Counted.looks < (end - since).days / 6


def test_what_ends_with_the_day_ends_on_that_day() -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 9:00 in Berlin

    assert reached(BERLIN, monday, 8 * HOUR) == monday + 8 * HOUR
    assert reached(BERLIN, monday, 8 * HOUR + MINUTE) == monday + 24 * HOUR + MINUTE


def test_a_report_on_friday_evening_begins_on_monday_and_a_holiday_waits() -> None:
    friday = datetime(2026, 12, 18, 17, 30, 0, 123456, tzinfo=UTC)
    closed = Hours(zone="Europe/Berlin", week=WEEK, holidays=frozenset({date(2026, 12, 21)}))

    assert reached(BERLIN, friday, HOUR) == datetime(2026, 12, 21, 9, tzinfo=UTC)
    assert reached(closed, friday, HOUR) == datetime(2026, 12, 22, 9, tzinfo=UTC)


def test_day_and_night_is_a_sum() -> None:
    since = datetime(2026, 3, 28, 23, 59, 59, 7, tzinfo=UTC)

    assert reached(None, since, 72 * HOUR) == since + 72 * HOUR
    assert reached(None, since, HOUR, [(since + MINUTE, since + 31 * MINUTE)]) == since + HOUR + 30 * MINUTE
    assert reached(None, since, HOUR, (), since + 59 * MINUTE) is None


def test_a_week_that_never_opens_comes_to_an_end() -> None:
    never = Hours(zone="UTC", week=((),) * 7)

    assert reached(never, datetime(2026, 1, 1, tzinfo=UTC), HOUR) is None


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (WEEK, "Mon–Fri 09:00–17:00 (Europe/Berlin)"),
        (((),) * 6 + (((0, 1440),),), "Sun 00:00–24:00 (Europe/Berlin)"),
        (
            (*(((540, 720), (780, 1020)),) * 4, ((540, 900),), ((600, 720),), ()),
            "Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–15:00; Sat 10:00–12:00 (Europe/Berlin)",
        ),
    ],
)
def test_hours_are_said_in_a_line(week: tuple[tuple[Minutes, ...], ...], said: str) -> None:
    assert str(in_words(Hours(zone="Europe/Berlin", week=week))) == said


def test_holidays_are_said_too() -> None:
    hours = Hours(zone="Europe/Berlin", week=WEEK, holidays=frozenset({date(2026, 12, 25)}))

    assert str(in_words(hours)) == "Mon–Fri 09:00–17:00 (Europe/Berlin), not on holidays"
