"""Counts for figures, made by the database: each is read from an index of the table ``facts``, a queue at a time.

1. Percentiles are by nearest rank: what ``percentile_disc`` of PostgreSQL says, window functions say on SQLite.
2. Days are those of the scope's time zone: a moment is moved by how far the clock there is ahead, then divided.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.desk_axes import ranged
from gigdesk.adapters.stores.sql.facts_rows import CLOCKS, FACTS, OUTCOMES, to_facts
from gigdesk.adapters.stores.sql.index import Parameters, among
from gigdesk.adapters.stores.sql.rows import EPOCH, MICROSECOND, Row, micros, to_uuid
from gigdesk.insights.days import DAY, offsets
from gigdesk.insights.facts import CaseFacts
from gigdesk.insights.figures import AGES, Arrived, By, Day, Decided, Group, Measure, Spread, Stood, spread_of
from gigdesk.insights.figures_asked import Scope

DAY_MICROS = DAY // MICROSECOND
FIRST_DAY = EPOCH.date()
MONDAY = 3  # the first day that is counted was a Thursday
OF = {Measure.FIRST_REPLY: ("opened_at", "reply_took"), Measure.DECISION: ("decided_at", "decision_took")}
# What GROUPING of PostgreSQL says of each kind of part: a bit for every column that a row is not grouped by.
KINDS = {15: By.ALL, 7: By.WEEK, 11: By.TYPE, 13: By.QUEUE, 14: By.OWNER}
EVERY = 15
EVERY_QUEUE = """
WITH RECURSIVE every (name) AS (
    SELECT min(queue) FROM facts
    UNION ALL SELECT (SELECT min(queue) FROM facts WHERE queue > every.name) FROM every WHERE name IS NOT NULL
) SELECT name FROM every WHERE name IS NOT NULL
"""
GROUP = "issue_type, queue, owner"
ARRIVED = f"""
SELECT {GROUP}, count(*), sum(CASE WHEN replied_at IS NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN missed > 0 THEN 1 ELSE 0 END),
    {", ".join(f"sum(CASE WHEN missed_{clock} > 0 THEN 1 ELSE 0 END)" for clock in CLOCKS)},
    sum(CASE WHEN files > 0 THEN 1 ELSE 0 END), sum(files), sum(size)
"""
DECIDED = f"""
SELECT {GROUP}, count(*), sum(CASE WHEN reopenings > 0 THEN 1 ELSE 0 END), {", ".join(f"sum({o})" for o in OUTCOMES)}
"""


class SqlFigureSource:
    """FigureSource over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def days(self, scope: Scope) -> Sequence[Day]:
        found: dict[date, list[int]] = {}
        for place, column in enumerate(("opened_at", "decided_at")):
            select = await self._select(scope)
            day = day_of(column, scope, scope.days.since)
            counted = f"SELECT {day} AS day FROM {select.within(column)}"  # noqa: S608
            sql = f"SELECT day, count(*) FROM ({counted}) AS found GROUP BY day"  # noqa: S608
            for number, count in await self._rows(sql, select):
                found.setdefault(_date(number), [0, 0])[place] = int(count)
        return [
            Day(day=day, arrived=arrived, decided=decided)
            for day, (arrived, decided) in sorted(found.items())
        ]

    async def stood(self, scope: Scope) -> Sequence[Stood]:
        select, days = await self._select(scope), scope.days
        floor = days.since - (AGES[-1] + 1) * DAY
        opened = f"CASE WHEN opened_at < {micros(floor)} THEN {micros(floor)} ELSE opened_at END"
        pairs = (
            f"SELECT {day_of(f'({opened})', scope, floor)} AS opened,"  # noqa: S608
            f" {day_of('settled_at', scope, days.since)} AS settled, settled_at FROM {select.standing()}"
        )
        late = f"settled_at IS NULL OR settled_at >= {micros(days.until)}"
        sql = (
            f"SELECT opened, CASE WHEN {late} THEN NULL ELSE settled END AS settled, count(*)"  # noqa: S608
            f" FROM ({pairs}) AS pairs GROUP BY 1, 2"
        )
        return [
            Stood(opened=_date(opened), settled=None if settled is None else _date(settled), cases=int(count))
            for opened, settled, count in await self._rows(sql, select)
        ]

    async def spreads(self, scope: Scope, measure: Measure) -> Mapping[By, Mapping[str, Spread]]:
        select, (column, took) = await self._select(scope), OF[measure]
        parts = {
            By.ALL: "''",
            By.WEEK: f"({day_of(column, scope, scope.days.since)} + {MONDAY}) / 7",
            By.TYPE: "issue_type",
            By.QUEUE: "queue",
            By.OWNER: "owner",
        }
        source = select.within(column, f"{took} IS NOT NULL")
        found: dict[By, dict[str, Spread]] = {by: {} for by in By}
        for kind, part, count, half, most in await self._rows(
            RANKED[self._database.dialect](parts, took, source), select
        ):
            if count and part is not None:
                by = KINDS[kind]
                found[by][_key(by, part)] = spread_of(int(count), half * MICROSECOND, most * MICROSECOND)
        return found

    async def arrived(self, scope: Scope) -> Sequence[tuple[Group, Arrived]]:
        select = await self._select(scope)
        rows = await self._rows(f"{ARRIVED} FROM {select.within('opened_at')} GROUP BY {GROUP}", select)
        return [(_group(row), _arrived(row[3:])) for row in rows]

    async def decided(self, scope: Scope) -> Sequence[tuple[Group, Decided]]:
        select = await self._select(scope)
        rows = await self._rows(f"{DECIDED} FROM {select.within('decided_at')} GROUP BY {GROUP}", select)
        names = ("cases", "reopened", *OUTCOMES)
        return [(_group(row), Decided(**dict(zip(names, map(int, row[3:]), strict=True)))) for row in rows]

    async def cases_of(self, owners: Sequence[str]) -> Mapping[str, UUID]:
        if not owners:
            return {}
        parameters = Parameters()
        parts = (
            f"SELECT owner, case_id FROM desk WHERE owner = {parameters.add(owner)}"  # noqa: S608
            " ORDER BY opened_at DESC, case_id DESC LIMIT 1"
            for owner in owners
        )
        sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part in parts)  # noqa: S608
        return {
            str(owner): to_uuid(case) for owner, case in await self._database.read(sql, *parameters.values)
        }

    async def facts(self, cases: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
        if not cases:
            return {}
        parameters = Parameters()
        sql = f"SELECT {FACTS} FROM facts WHERE case_id IN ({parameters.each(list(cases))})"  # noqa: S608
        found = (to_facts(row) for row in await self._database.read(sql, *parameters.values))
        return {facts.case: facts for facts in found}

    async def _select(self, scope: Scope) -> "Select":
        """For a figure of this scope, with the names of the queues that it has."""
        if scope.queues is not None:
            return Select(scope, sorted(scope.queues))
        return Select(scope, [str(name) for (name,) in await self._database.read(EVERY_QUEUE)])

    async def _rows(self, sql: str, select: "Select") -> Sequence[Row]:
        return await self._database.read(sql, *select.values)


class Select:
    """Makes the FROM and WHERE of a figure of this scope, whose queues these are."""

    def __init__(self, scope: Scope, queues: Sequence[str]) -> None:
        self._of = scope
        self._queues = queues
        self._parameters = Parameters()

    @property
    def values(self) -> Sequence[UUID | bytes | str | int | None]:
        """The values of what was made."""
        return self._parameters.values

    def within(self, column: str, *more: str) -> str:
        """The cases whose moment in this column lies in the span."""
        days = self._of.days
        inside = [f"{column} IS NOT NULL", *ranged(column, (days.since, days.until), self._parameters), *more]
        return f"facts WHERE {' AND '.join([*self._scope(), *inside])}"

    def standing(self) -> str:
        """The cases that were open at some moment of the span: those that still are, and those settled since."""
        days = self._of.days
        opened = ranged("opened_at", (None, days.until), self._parameters)
        since = ranged("settled_at", (days.since, None), self._parameters)
        each = (["settled_at IS NULL"], ["settled_at IS NOT NULL", *since])
        parts = (f"SELECT * FROM facts WHERE {' AND '.join([*self._scope(), *opened, *one])}" for one in each)  # noqa: S608
        return f"({' UNION ALL '.join(parts)}) AS standing"

    def _scope(self) -> list[str]:
        """Visibility and filters: in every figure."""
        scope, parameters = self._of, self._parameters
        person = parameters.add(scope.person)
        found = [
            among("queue", list(self._queues), parameters) if self._queues else "1 = 0",
            f"reporter <> {person} AND (respondent IS NULL OR respondent <> {person})",
        ]
        if scope.types is not None:
            found.append(among("issue_type", sorted(scope.types), parameters) if scope.types else "1 = 0")
        if scope.owner is not None:
            found.append(f"owner = {parameters.add(scope.owner)}" if scope.owner else "owner IS NULL")
        return found


def at_once(parts: Mapping[By, str], took: str, source: str) -> str:
    """How many there are in each part of each kind, and what half and nine of ten of them took at most."""
    columns = {by: f"by_{by}" for by in parts if by is not By.ALL}
    measured = ", ".join(f"{parts[by]} AS {column}" for by, column in columns.items())
    sets = "".join(f", ({column})" for column in columns.values())
    part = ", ".join(f"{column}::text" for column in columns.values())
    return (
        f"SELECT kind, CASE kind WHEN {EVERY} THEN '' ELSE coalesce({part}) END, every, found[1], found[2] FROM ("  # noqa: S608
        f"SELECT GROUPING({', '.join(columns.values())}) AS kind, {', '.join(columns.values())}, count(*) AS every,"
        " percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took) AS found"
        f" FROM (SELECT {measured}, {took} AS took FROM {source}) AS measured"
        f" GROUP BY GROUPING SETS ((){sets})) AS ranked"
    )


def one_by_one(parts: Mapping[By, str], took: str, source: str) -> str:
    """The same for a database without grouping sets."""
    return " UNION ALL ".join(
        f"SELECT {kind}, * FROM ({ranks(parts[by], took, source)})"  # noqa: S608
        for kind, by in KINDS.items()
    )


def ranks(part: str, took: str, source: str) -> str:
    """How many there are in each part, and what half and nine of ten of them took at most, by nearest rank."""
    measured = f"SELECT {part} AS part, {took} AS took FROM {source}"  # noqa: S608
    placed = (
        "SELECT part, took, row_number() OVER (PARTITION BY part ORDER BY took) AS place,"  # noqa: S608
        f" count(*) OVER (PARTITION BY part) AS every FROM ({measured}) AS measured"
    )
    found = (f"max(CASE WHEN place = (every * {percent} + 99) / 100 THEN took END)" for percent in (50, 90))
    return f"SELECT part, every, {', '.join(found)} FROM ({placed}) AS placed GROUP BY part, every"  # noqa: S608


RANKED: Mapping[str, Callable[[Mapping[By, str], str, str], str]] = {
    "postgresql": at_once,
    "sqlite": one_by_one,
}


def day_of(column: str, scope: Scope, since: datetime) -> str:
    """The number of the day on which the moment lies there, counted from 1970; right from ``since`` on."""
    (_, first), *turns = offsets(scope.days.zone, since, scope.days.until + DAY)
    if not turns:
        return f"({column} + {_micros(first)}) / {DAY_MICROS}"
    cases, before = [], first
    for at, ahead in turns:
        cases.append(f"WHEN {column} < {micros(at)} THEN {_micros(before)}")
        before = ahead
    return f"({column} + CASE {' '.join(cases)} ELSE {_micros(before)} END) / {DAY_MICROS}"


def _micros(length: timedelta) -> int:
    return length // MICROSECOND


def _date(number: int) -> date:
    return FIRST_DAY + int(number) * DAY


def _key(by: By, part: object) -> str:
    if by is By.WEEK:
        return _date(int(str(part)) * 7 - MONDAY).isoformat()
    return "" if by is By.ALL else str(part)


def _group(row: Row) -> Group:
    return Group(type=row[0], queue=row[1], owner=row[2])


def _arrived(row: Row) -> Arrived:
    cases, unreplied, late, *rest = map(int, row)
    missed, (with_files, files, size) = rest[: len(CLOCKS)], rest[len(CLOCKS) :]
    return Arrived(
        cases=cases,
        unreplied=unreplied,
        late=late,
        missed=dict(zip(CLOCKS, missed, strict=True)),
        with_files=with_files,
        files=files,
        size=size,
    )
