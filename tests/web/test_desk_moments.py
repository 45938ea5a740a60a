"""Moments that staff choose in words, and what a form may cross."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gigdesk.cases.hours import Hours
from gigdesk.errors import Invalid
from gigdesk.web.agent.case_shown import TITLE, first_words
from gigdesk.web.moments import moment_of, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
HOLIDAYS = Hours(zone="Europe/Berlin", week=((),) * 7, holidays=frozenset({date(2026, 12, 1)}))


def chosen(what, own="", hours=None, now=FRIDAY, zone=BERLIN):
    return moment_of(what, own, field="due", now=now, zone=zone, hours=hours)


@pytest.mark.parametrize(
    ("what", "hours", "expected"),
    [
        ("2d", None, "2026-11-29T16:30:00+01:00"),
        ("5w", None, "2026-12-04T17:00:00+01:00"),
        ("5w", HOLIDAYS, "2026-12-07T17:00:00+01:00"),
        ("tomorrow", None, "2026-11-28T09:00:00+01:00"),
        ("3d", None, "2026-11-30T09:00:00+01:00"),
        ("monday", None, "2026-11-30T09:00:00+01:00"),
    ],
)
def test_words_mean_a_moment_where_the_reader_is(what, hours, expected):
    assert chosen(what, hours=hours) == expected


def test_monday_on_a_monday_is_the_next_one():
    assert chosen("monday", now=datetime(2026, 11, 30, 8, tzinfo=UTC)) == "2026-12-07T09:00:00+01:00"


def test_a_day_of_ones_own_is_of_the_readers_zone_unless_it_names_another():
    assert chosen("own", "2026-12-01T10:00") == "2026-12-01T10:00:00+01:00"
    assert chosen("own", "2026-12-01T10:00:00+09:00") == "2026-12-01T10:00:00+09:00"


@pytest.mark.parametrize(
    ("what", "own"), [("own", ""), ("own", "soon"), ("", "2026-12-01T10:00"), ("9w", "")]
)
def test_what_is_no_moment_is_told_at_its_field(what, own):
    with pytest.raises(Invalid) as refused:
        chosen(what, own)
    assert [wrong.field for wrong in refused.value.errors] == ["due"]


@pytest.mark.parametrize(
    ("name", "hours", "expected"),
    [
        ("Asia/Tokyo", HOLIDAYS, "Asia/Tokyo"),
        ("../../etc/passwd", HOLIDAYS, "Europe/Berlin"),
        ("", HOLIDAYS, "Europe/Berlin"),
        ("nowhere", None, "UTC"),
    ],
)
def test_a_zone_is_one_that_there_is(name, hours, expected):
    assert str(zone_of(name, hours)) == expected


def test_a_report_is_called_by_its_first_words_cut_between_them():
    assert first_words("They  paid\n40 euro less.") == "They paid 40 euro less."
    long = first_words("While cutting tiles in the hallway, the cutter was dragged over the oak floor.")
    assert long == "While cutting tiles in the hallway, the cutter was …"
    assert len(long) <= TITLE + 2
