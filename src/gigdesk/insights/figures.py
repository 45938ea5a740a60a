"""What figures of the desk are: what each number counts, and when there are too few. Pure.

1. Percentiles, never means: half within, and nine of ten within, by nearest rank. Of fewer than ``FEW`` there is none.
2. A case belongs to the day on which it arrived; a decision to the day on which the parties were told of it.
3. The backlog of a day is what was neither decided nor closed at its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from gigdesk.cases.clocks import Kind
from gigdesk.insights.days import DAY, Days, week_of
from gigdesk.insights.figures_asked import FigureQuery
from gigdesk.records import record

FEW = 5
BARS = 14
AGES = (2, 7, 14)
"""Borders of the ages of open cases, in days; the last group has what is older."""


class By(StrEnum):
    """What a figure is told apart by."""

    ALL = "all"
    WEEK = "week"
    TYPE = "type"
    QUEUE = "queue"
    OWNER = "owner"


class Measure(StrEnum):
    """What takes time."""

    FIRST_REPLY = "first_reply"
    DECISION = "decision"


@record(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long it took in ``count`` cases: ``half`` of them within, ``most`` (nine of ten) within."""

    count: int
    half: timedelta | None
    most: timedelta | None


@record(frozen=True, slots=True, kw_only=True)
class Group:
    """What some cases have in common: type, queue and owner (None: nobody)."""

    type: str
    queue: str
    owner: str | None


@record(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Of the cases that arrived: how many nobody has replied to, had a clock that was missed, and their files.

    ``missed`` has cases by clock; one with two missed clocks is in both, and once in ``late``. ``size`` is in bytes.
    """

    cases: int = 0
    unreplied: int = 0
    late: int = 0
    missed: Mapping[str, int]
    with_files: int = 0
    files: int = 0
    size: int = 0


@record(frozen=True, slots=True, kw_only=True)
class Decided:
    """Of the cases that were decided: how many were opened again, how many appeals were decided, and how."""

    cases: int = 0
    reopened: int = 0
    upheld: int = 0
    varied: int = 0
    overturned: int = 0

    @property
    def appeals(self) -> int:
        """How many appeals were decided."""
        return self.upheld + self.varied + self.overturned


@record(frozen=True, slots=True, kw_only=True)
class Stood:
    """So many cases arrived on the one day and were settled on the other; None: not by the end of the span.

    ``opened`` is no earlier than the oldest group of ages needs.
    """

    opened: date
    settled: date | None
    cases: int


@record(frozen=True, slots=True, kw_only=True)
class Day:
    """What arrived and what was decided on a day."""

    day: date
    arrived: int
    decided: int


@record(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What was open at the end of a day, by age: under 2 days, 2 to 7, 7 to 14, older."""

    day: date
    ages: tuple[int, ...]

    @property
    def cases(self) -> int:
        """All of it."""
        return sum(self.ages)


@record(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of one type, queue or owner, whose ``key`` it is; ``label`` is what people call it."""

    key: str
    label: str
    arrived: Arrived
    decided: Decided
    reply: Spread
    decision: Spread


@record(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that was asked for. ``before`` is the backlog at the end of the day before the first.

    ``behind`` counts the cases whose latest change is in no figure yet.
    """

    query: FigureQuery
    at: datetime
    behind: int
    total: Line
    days: tuple[Day, ...]
    before: Backlog
    backlog: tuple[Backlog, ...]
    weeks: tuple[tuple[date, Spread], ...]
    types: tuple[Line, ...]
    queues: tuple[Line, ...]
    owners: tuple[Line, ...]


NOTHING = Spread(count=0, half=None, most=None)


def spread_of(count: int, half: timedelta | None, most: timedelta | None) -> Spread:
    """How long it took; of few cases it is not said."""
    return (
        Spread(count=count, half=half, most=most)
        if count >= FEW
        else Spread(count=count, half=None, most=None)
    )


def arrived_in(found: Iterable[Arrived]) -> Arrived:
    """All of these together."""
    every = list(found)
    return Arrived(
        **{name: sum(getattr(one, name) for one in every) for name in _SUMMED},
        missed={kind.value: sum(one.missed[kind.value] for one in every) for kind in Kind},
    )


def decided_in(found: Iterable[Decided]) -> Decided:
    """All of these together."""
    every = list(found)
    names = ("cases", "reopened", "upheld", "varied", "overturned")
    return Decided(**{name: sum(getattr(one, name) for one in every) for name in names})


def backlog_days(days: Days) -> tuple[date, ...]:
    """At the end of which days the backlog is told: ``BARS`` at most, evenly, the last day among them."""
    apart = 1 if days.count <= BARS else 7 * -(-days.count // (7 * BARS))
    found = [days.last - number * apart * DAY for number in range(BARS)]
    return tuple(day for day in reversed(found) if day >= days.first)


def backlog_of(day: date, stood: Sequence[Stood]) -> Backlog:
    """What of this was open at the end of the day, by age in days."""
    ages = [0] * (len(AGES) + 1)
    for one in stood:
        if one.opened <= day and (one.settled is None or one.settled > day):
            age = (day - one.opened).days
            ages[sum(age >= border for border in AGES)] += one.cases
    return Backlog(day=day, ages=tuple(ages))


def age_days(day: date, group: int) -> tuple[date | None, date]:
    """On which days arrived what has this age at the end of the day: from (None: ever) to."""
    borders = (0, *AGES)
    first = None if group == len(AGES) else day - (AGES[group] - 1) * DAY
    return first, day - borders[group] * DAY


def weeks_of(days: Days) -> tuple[date, ...]:
    """The Mondays of its weeks; the first and the last week may be cut by the span."""
    first, last = week_of(days.first), week_of(days.last)
    return tuple(first + number * 7 * DAY for number in range((last - first).days // 7 + 1))


_SUMMED = ("cases", "unreplied", "late", "with_files", "files", "size")
