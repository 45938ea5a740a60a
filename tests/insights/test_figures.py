"""What figures are asked for and what they count."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from gigdesk.errors import Invalid
from gigdesk.insights.days import DAY, Days
from gigdesk.insights.figures import BARS, Stood, age_days, backlog_days, backlog_of, spread_of, weeks_of
from gigdesk.insights.figures_asked import MOST_DAYS, FigureQuery, read_figures, scope_of
from gigdesk.insights.meaning import Asker
from gigdesk.insights.terms import Vocabulary

TODAY = date(2026, 11, 29)
TYPES = ("payment.refund", "payment.underpaid", "other")
WORDS = Vocabulary(queues=("payments", "general"), types=TYPES)
AGENT = Asker(
    person="key-me", queues=frozenset({"payments", "general"}), at=datetime(2026, 11, 29, tzinfo=UTC)
)


def read(**given: str) -> FigureQuery:
    return read_figures({name.rstrip("_"): value for name, value in given.items()}, WORDS, TODAY, "UTC")


def test_without_days_the_last_thirty_are_meant() -> None:
    days = read().days

    assert (days.first, days.last, days.count, days.zone) == (date(2026, 10, 31), TODAY, 30, "UTC")
    assert read(to="2026-11-10").days.first == date(2026, 10, 12)
    assert read(from_="2026-11-20").days.last == TODAY
    assert read(from_="", to=" ", queue="", type="", owner="").filters == {}


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"from_": "1.11.2026"}, "from", "Write a day like"),
        ({"to": "2026-11-31"}, "to", "Write a day like"),
        ({"from_": "2026-11-20", "to": "2026-11-19"}, "from", "from 1 to"),
        ({"from_": "2025-11-28", "to": "2026-11-29"}, "from", "from 1 to"),
        ({"queue": "safety"}, "queue", "It has one of"),
        ({"type": "nothing.*"}, "type", "It has one of"),
        ({"owner": "x" * 200}, "owner", "me, nobody"),
    ],
)
def test_what_is_wrong_is_told_by_its_name(given: dict[str, str], field: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(**given)

    [entry] = refused.value.errors
    assert entry.field == field
    assert said in entry.sentence % {"most": "%(most)s", **entry.values} or said in entry.sentence


def test_a_year_may_be_asked_for() -> None:
    assert read(from_="2025-11-29", to="2026-11-29").days.count == MOST_DAYS


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (AGENT.queues, None, None)),
        ({"queue": "payments"}, (frozenset({"payments"}), None, None)),
        ({"type": "payment.*"}, (AGENT.queues, frozenset(TYPES[:2]), None)),
        ({"owner": "me"}, (AGENT.queues, None, "key-me")),
        ({"owner": "ada"}, (AGENT.queues, None, "key-ada")),
        ({"owner": "nobody"}, (AGENT.queues, None, "")),
    ],
)
def test_filters_narrow_what_may_be_seen(given: dict[str, str], expected: tuple[object, ...]) -> None:
    scope = scope_of(read(**given), AGENT, TYPES, lambda user: f"key-{user}")

    assert (scope.queues, scope.types, scope.owner) == expected
    assert scope.person == "key-me"


def test_a_queue_that_may_not_be_seen_is_no_queue() -> None:
    query = FigureQuery(days=read().days, queue="safety")

    assert scope_of(query, AGENT, TYPES, str).queues == frozenset()


@pytest.mark.parametrize(("count", "is_told"), [(0, False), (4, False), (5, True)])
def test_of_few_cases_no_percentile_is_told(count: int, is_told: bool) -> None:
    spread = spread_of(count, timedelta(hours=1), timedelta(hours=2))

    assert spread.count == count
    assert (spread.half is not None, spread.most is not None) == (is_told, is_told)


def test_the_backlog_is_what_was_open_at_the_end_of_a_day_by_its_age() -> None:
    day = date(2026, 11, 20)
    stood = [
        Stood(opened=day - age * DAY, settled=settled, cases=2**number)
        for number, (age, settled) in enumerate(
            [(0, None), (1, day + DAY), (2, None), (6, None), (7, None), (13, None), (14, None), (200, None)]
        )
    ]
    gone = [Stood(opened=day - DAY, settled=day, cases=512), Stood(opened=day + DAY, settled=None, cases=512)]

    assert backlog_of(day, [*stood, *gone]).ages == (1 + 2, 4 + 8, 16 + 32, 64 + 128)
    assert backlog_of(day, stood).cases == 255


def test_the_days_of_an_age_are_those_that_the_backlog_counts() -> None:
    day = date(2026, 11, 20)
    for age in range(30):
        opened = day - age * DAY
        ages = backlog_of(day, [Stood(opened=opened, settled=None, cases=1)]).ages
        fits = [n for n in range(4) if (age_days(day, n)[0] or date.min) <= opened <= age_days(day, n)[1]]
        assert fits == [ages.index(1)]


@pytest.mark.parametrize("count", [1, 7, 14, 15, 30, 98, 99, 366])
def test_bars_are_few_and_end_with_the_last_day(count: int) -> None:
    days = Days(first=TODAY - (count - 1) * DAY, last=TODAY)

    bars = backlog_days(days)

    assert 1 <= len(bars) <= BARS
    assert bars[-1] == TODAY
    assert bars[0] >= days.first
    assert len({(b - a).days for a, b in pairwise(bars)}) <= 1


def test_weeks_are_those_that_the_days_touch() -> None:
    days = Days(first=date(2026, 11, 1), last=date(2026, 11, 9))  # a Sunday to a Monday

    assert weeks_of(days) == (date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9))
