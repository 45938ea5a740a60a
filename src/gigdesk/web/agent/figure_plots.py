"""The drawings of the page of figures, each with the table of the same numbers. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from gigdesk.cases.issue_types import msg
from gigdesk.insights.days import DAY, write_days
from gigdesk.insights.figures import AGES, Backlog, Figures, Spread, age_days
from gigdesk.web.agent.figure_views import Cell, Mark, Plot, Table
from gigdesk.web.agent.figure_words import Ways, day_words, half_cell, most_cell
from gigdesk.web.language import Language

AGE_WORDS = (msg("under 2 d"), msg("2 to 7 d"), msg("7 to 14 d"), msg("older"))


def plots_of(figures: Figures, ways: Ways, language: Language) -> Sequence[Plot]:
    """The first reply by week, the backlog by age, what came and went by day."""
    return (
        _replies(figures, ways, language),
        _ages(figures, ways, language),
        _days(figures, ways, language),
    )


def _replies(figures: Figures, ways: Ways, language: Language) -> Plot:
    title = language.gettext(msg("Time to first reply, by week"))
    words = [language.gettext(said) for said in (msg("half within"), msg("9 of 10"))]
    rows, urls, begun = [], [], []
    for week, spread in figures.weeks:
        first, last = max(week, figures.query.days.first), min(week + 6 * DAY, figures.query.days.last)
        url = ways.list("-unreplied", opened=write_days(first, last))
        urls.append(url)
        begun.append(first)
        count = Cell(text=language.number(spread.count), url=url)
        rows.append(
            [
                Cell(text=day_words(first, language), url=url),
                count,
                half_cell(spread, language),
                most_cell(spread, language),
            ]
        )
    columns = [msg("Week from"), msg("Replied to"), msg("Half within"), msg("9 of 10 within")]
    spreads = [spread for _, spread in figures.weeks]
    return Plot(
        id="replies",
        said=_said(title, figures.total.reply, language),
        marks=[Mark(css="series s1", words=words[0]), Mark(css="series s2", words=words[1])],
        table=_table(title, columns, rows, language),
        data={
            "kind": "lines",
            "unit": "h",
            "x": [_second(day) for day in begun],
            "series": [_hours(spread.half for spread in spreads), _hours(spread.most for spread in spreads)],
            "words": words,
            "band": True,
            "urls": urls,
        },
        is_wide=True,
    )


def _said(title: str, spread: Spread, language: Language) -> str:
    if spread.half is None or spread.most is None:
        return title
    values = {
        "title": title,
        "half": half_cell(spread, language).text,
        "most": most_cell(spread, language).text,
    }
    return language.say(msg("%(title)s. Over all: half within %(half)s, 9 of 10 within %(most)s"), values)


def _ages(figures: Figures, ways: Ways, language: Language) -> Plot:
    title = language.gettext(msg("Open cases by age"))
    words = [language.gettext(said) for said in AGE_WORDS]
    rows = [_age_row(one, ways, language) for one in figures.backlog]
    columns = [msg("At the end of"), msg("Open"), *AGE_WORDS]
    first, last = figures.backlog[0], figures.backlog[-1]
    said = language.say(
        msg("%(title)s: from %(first)s to %(last)s; older than 14 days from %(old)s to %(now)s"),
        {
            "title": title,
            "first": first.cases,
            "last": last.cases,
            "old": first.ages[-1],
            "now": last.ages[-1],
        },
    )
    return Plot(
        id="ages",
        said=said,
        marks=[Mark(css=f"b{number}", words=said, is_box=True) for number, said in enumerate(words, start=1)],
        table=_table(title, columns, rows, language),
        data={
            "kind": "bars",
            "unit": "",
            "x": [_second(one.day) for one in figures.backlog],
            "series": [[one.ages[group] for one in figures.backlog] for group in range(len(AGES) + 1)],
            "words": words,
            "urls": [row[0].url for row in rows],
        },
    )


def _age_row(backlog: Backlog, ways: Ways, language: Language) -> Sequence[Cell]:
    day, url = backlog.day.isoformat(), ways.list(backlog=backlog.day.isoformat())
    ages = [
        Cell(
            text=language.number(count),
            url=ways.list(backlog=day, opened=write_days(*age_days(backlog.day, group))),
        )
        for group, count in enumerate(backlog.ages)
    ]
    label = Cell(text=day_words(backlog.day, language), url=url)
    return [label, Cell(text=language.number(backlog.cases), url=url), *ages]


def _days(figures: Figures, ways: Ways, language: Language) -> Plot:
    title = language.gettext(msg("Arrivals and decisions, by day"))
    words = [language.gettext(said) for said in (msg("arrivals"), msg("decisions"))]
    rows = []
    for one in figures.days:
        day = one.day.isoformat()
        opened, decided = ways.list(opened=day), ways.list(decided=day)
        rows.append(
            [
                Cell(text=day_words(one.day, language), url=opened),
                Cell(text=language.number(one.arrived), url=opened),
                Cell(text=language.number(one.decided), url=decided),
            ]
        )
    said = language.say(
        msg("%(title)s: %(arrived)s arrived, %(decided)s decided"),
        {
            "title": title,
            "arrived": sum(one.arrived for one in figures.days),
            "decided": sum(one.decided for one in figures.days),
        },
    )
    columns = [msg("Day"), msg("Arrived"), msg("Decided")]
    return Plot(
        id="days",
        said=said,
        marks=[Mark(css="series s1", words=words[0]), Mark(css="series s2", words=words[1])],
        table=_table(title, columns, rows, language),
        data={
            "kind": "lines",
            "unit": "",
            "x": [_second(one.day) for one in figures.days],
            "series": [[one.arrived for one in figures.days], [one.decided for one in figures.days]],
            "words": words,
            "urls": [row[0].url for row in rows],
        },
    )


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], language: Language) -> Table:
    """The newest first, as who reads a table wants it."""
    return Table(title=title, columns=[language.gettext(name) for name in columns], rows=[*reversed(rows)])


def _second(day: date) -> int:
    """The day as a drawing has it: its beginning in UTC, in seconds since 1970."""
    return (day - date(1970, 1, 1)).days * 86400


def _hours(lengths: Iterable[timedelta | None]) -> list[float | None]:
    return [None if one is None else round(one.total_seconds() / 3600, 2) for one in lengths]
