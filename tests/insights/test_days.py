"""Days as the desk counts them: spans that are read and written, and clocks that are put forward and back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.insights.days import Days, begins, day_of, offsets, read_days, week_of, write_days

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 7)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11-01..2026-11-07", (FIRST, LAST)),
        ("2026-11-01", (FIRST, FIRST)),
        ("2026-11-01..", (FIRST, None)),
        ("..2026-11-07", (None, LAST)),
    ],
)
def test_a_span_of_days_is_read_and_written(text: str, days: tuple[date | None, date | None]) -> None:
    assert read_days(text) == days
    assert write_days(*days) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2026-11",
        "2026-11-31",
        "2026-11-07..2026-11-01",
        "1.11.2026",
        "0001-01-01",
        "2026-11-01...2026-11-02",
    ],
)
def test_what_is_no_span_of_days_is_told(text: str) -> None:
    assert read_days(text) is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 365), st.sampled_from(ZONES))
def test_a_moment_moved_by_its_offset_is_on_its_day(first: date, count: int, zone: str) -> None:
    days = Days(first=first, last=first + timedelta(days=count), zone=zone)
    turns = offsets(zone, days.since, days.until)
    step = (days.until - days.since) / 97
    for number in range(97):
        at = days.since + number * step
        ahead = [length for since, length in turns if since <= at][-1]
        assert (at + ahead).date() == day_of(at, zone)
        assert days.first <= day_of(at, zone) <= days.last


def test_a_day_on_which_the_clock_is_put_back_has_25_hours() -> None:
    october = Days(first=date(2026, 10, 25), last=date(2026, 10, 25), zone="Europe/Berlin")

    assert october.until - october.since == timedelta(hours=25)
    assert offsets("Europe/Berlin", october.since, october.until) == (
        (datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=2)),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), timedelta(hours=1)),
    )
    assert begins(date(2026, 10, 25), "UTC") == datetime(2026, 10, 25, tzinfo=UTC)


def test_weeks_begin_on_monday() -> None:
    assert week_of(date(2026, 11, 29)) == date(2026, 11, 23)
    assert week_of(date(2026, 11, 23)) == date(2026, 11, 23)
