"""The shell of the desk's figures: for staff alone, of what they may see.

What somebody may not see is left out by the store, in every query. A round of figures asks one query after the other:
who looks at figures waits a little, so that nobody else does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gigdesk.access.model import Actor
from gigdesk.cases.rulebook import Rulebook
from gigdesk.insights.days import DAY, Days
from gigdesk.insights.figures import (
    NOTHING,
    Arrived,
    By,
    Day,
    Decided,
    Figures,
    Group,
    Line,
    Measure,
    Spread,
    arrived_in,
    backlog_days,
    backlog_of,
    decided_in,
    weeks_of,
)
from gigdesk.insights.figures_asked import FigureQuery, Scope, read_figures
from gigdesk.insights.follow import Follower
from gigdesk.insights.lists import DeskLists, Sources
from gigdesk.insights.ports import FigureSource
from gigdesk.insights.staff_names import staff_names

MOST_LINES = 50
KeyOf = Callable[[Group], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """What the store counted: groups, and how long it took by what they are told apart by."""

    arrived: Sequence[tuple[Group, Arrived]]
    decided: Sequence[tuple[Group, Decided]]
    spreads: Mapping[tuple[Measure, By], Mapping[str, Spread]]

    def line(self, by: By, key: str, label: str, of: KeyOf) -> Line:
        return Line(
            key=key,
            label=label,
            arrived=arrived_in(one for group, one in self.arrived if of(group) == key),
            decided=decided_in(one for group, one in self.decided if of(group) == key),
            reply=self.spreads[Measure.FIRST_REPLY, by].get(key, NOTHING),
            decision=self.spreads[Measure.DECISION, by].get(key, NOTHING),
        )

    def lines(self, by: By, of: KeyOf, labels: Callable[[str], str] = str) -> tuple[Line, ...]:
        """One for each key, those with most cases first."""
        keys = {key for group, _ in (*self.arrived, *self.decided) if (key := of(group)) is not None}
        lines = [self.line(by, key, labels(key), of) for key in sorted(keys)]
        return tuple(sorted(lines, key=lambda one: -(one.arrived.cases + one.decided.cases))[:MOST_LINES])


class DeskFigures:
    """Counts for staff. Everybody else finds nothing here: NotFound."""

    def __init__(
        self, lists: DeskLists, source: FigureSource, sources: Sources, rulebook: Rulebook, follower: Follower
    ) -> None:
        self._lists = lists
        self._source = source
        self._sources = sources
        self._rulebook = rulebook
        self._follower = follower

    def read(self, actor: Actor, given: Mapping[str, str]) -> FigureQuery:
        """What parameters ask for. Raises NotFound, Invalid with an entry for each that is wrong."""
        words = self._lists.vocabulary(actor)
        return read_figures(given, words, self._lists.today(), self._lists.zone)

    async def figures(self, actor: Actor, query: FigureQuery) -> Figures:
        """Every figure of these days. Raises NotFound, Unavailable."""
        scope = self._lists.scope(actor, query)
        counted = await self._counted(scope)
        days = {day.day: day for day in await self._source.days(scope)}
        stood = await self._source.stood(scope)
        return Figures(
            query=query,
            at=self._lists.now(),
            behind=await self._follower.count_behind(),
            total=counted.line(By.ALL, "", "", lambda _: ""),
            days=tuple(days.get(day, Day(day=day, arrived=0, decided=0)) for day in query.days),
            before=backlog_of(query.days.first - DAY, stood),
            backlog=tuple(backlog_of(day, stood) for day in backlog_days(query.days)),
            weeks=_weeks(query.days, counted.spreads[Measure.FIRST_REPLY, By.WEEK]),
            types=counted.lines(By.TYPE, lambda group: group.type, self._rulebook.taxonomy.label),
            queues=counted.lines(By.QUEUE, lambda group: group.queue, self._rulebook.queues.label),
            owners=await self._owners(counted),
        )

    async def _counted(self, scope: Scope) -> _Counted:
        spreads = {}
        for measure in Measure:
            for by, spread in (await self._source.spreads(scope, measure)).items():
                spreads[measure, by] = spread
        return _Counted(
            arrived=await self._source.arrived(scope),
            decided=await self._source.decided(scope),
            spreads=spreads,
        )

    async def _owners(self, counted: _Counted) -> tuple[Line, ...]:
        """By owner, with the user id as key: that is what a query names them by."""
        lines = counted.lines(By.OWNER, lambda group: group.owner)
        on = await self._source.cases_of([line.key for line in lines])
        staff = await staff_names(self._sources.cases, self._sources.people, on)
        return tuple(
            Line(
                key=staff[line.key].user_id if line.key in staff else "",
                label=staff[line.key].name if line.key in staff else "",
                arrived=line.arrived,
                decided=line.decided,
                reply=line.reply,
                decision=line.decision,
            )
            for line in lines
        )


def _weeks(days: Days, spreads: Mapping[str, Spread]) -> tuple[tuple[date, Spread], ...]:
    return tuple((week, spreads.get(week.isoformat(), NOTHING)) for week in weeks_of(days))
