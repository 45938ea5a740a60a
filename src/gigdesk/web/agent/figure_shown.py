"""From figures to what their page tells first, and to its tables. Pure."""

from collections.abc import Sequence
from urllib.parse import urlencode

from gigdesk.cases.issue_types import msg
from gigdesk.insights.days import write_days
from gigdesk.insights.figures import Figures, Line, Spread
from gigdesk.web.agent.figure_views import Cell, Option, Table, Tile
from gigdesk.web.agent.figure_words import (
    Ways,
    day_words,
    half_cell,
    most_cell,
    of_words,
    within_words,
)
from gigdesk.web.agent.words import CLOCKS
from gigdesk.web.language import Language

_COLUMNS = (
    *(msg("Arrived"), msg("First reply, half within"), msg("9 of 10"), msg("Decided")),
    *(msg("Decision, half within"), msg("9 of 10"), msg("Clock missed"), msg("Reopened"), msg("Overturned")),
)
_SHOWN = {
    "type": (msg("By issue type"), msg("Type")),
    "queue": (msg("By queue"), msg("Queue")),
    "owner": (msg("By owner"), msg("Owner")),
}


def tiles_of(figures: Figures, ways: Ways, language: Language) -> Sequence[Tile]:
    """What is told first."""
    return (
        _open(figures, ways, language),
        *_how_long(figures, ways, language),
        *_how_well(figures, ways, language),
        _evidence(figures, ways, language),
    )


def _how_long(figures: Figures, ways: Ways, language: Language) -> Sequence[Tile]:
    span, total = ways.span, figures.total
    return (
        Tile(
            label=language.gettext(msg("First reply, half within")),
            value=_big(total.reply, ways.list("-unreplied", opened=span), language),
            notes=_replied(figures, ways, language),
        ),
        Tile(
            label=language.gettext(msg("Decision, half within")),
            value=_big(total.decision, ways.list(decided=span), language),
            notes=[Cell(text=within_words(total.decision, language))],
        ),
    )


def _how_well(figures: Figures, ways: Ways, language: Language) -> Sequence[Tile]:
    span, arrived, decided = ways.span, figures.total.arrived, figures.total.decided
    late = of_words(arrived.late, arrived.cases, language)
    reopened = of_words(decided.reopened, decided.cases, language)
    overturned = of_words(decided.overturned, decided.appeals, language)
    return (
        Tile(
            label=language.gettext(msg("Cases with a missed clock")),
            value=Cell(text=late, url=ways.list(opened=span, breached="any")),
            notes=_missed_where(figures, ways, language),
        ),
        Tile(
            label=language.gettext(msg("Reopened after a decision")),
            value=Cell(text=reopened, url=ways.list("reopened", decided=span)),
        ),
        Tile(
            label=language.gettext(msg("Overturned on appeal")),
            value=Cell(text=overturned, url=ways.list("overturned", decided=span)),
            notes=[Cell(text=language.say(msg("%(count)s changed in part"), {"count": decided.varied}))],
        ),
    )


def _evidence(figures: Figures, ways: Ways, language: Language) -> Tile:
    arrived = figures.total.arrived
    said = language.say(
        msg("%(files)s files with %(some)s of %(every)s cases"),
        {"files": arrived.files, "some": arrived.with_files, "every": arrived.cases},
    )
    return Tile(
        label=language.gettext(msg("Evidence")),
        value=Cell(text=language.size(arrived.size), url=ways.list(opened=ways.span, files=">0")),
        notes=[Cell(text=said)],
    )


def _open(figures: Figures, ways: Ways, language: Language) -> Tile:
    now, before = figures.backlog[-1], figures.before
    values = {"day": day_words(before.day, language)}
    if now.cases == before.cases:
        note = Cell(text=language.say(msg("as many as on %(day)s"), values))
    elif not before.cases:
        note = Cell(text=language.say(msg("none on %(day)s"), values))
    else:
        percent = round(abs(now.cases - before.cases) * 100 / before.cases)
        sentence = msg("%(percent)s %% fewer than on %(day)s")
        if now.cases > before.cases:
            sentence = msg("%(percent)s %% more than on %(day)s")
        tone = "better" if now.cases < before.cases else "worse"
        note = Cell(text=language.say(sentence, {**values, "percent": percent}), tone=tone)
    url = ways.list(backlog=now.day.isoformat())
    return Tile(
        label=language.gettext(msg("Open cases")),
        value=Cell(text=language.number(now.cases), url=url),
        notes=[note],
    )


def _big(spread: Spread, url: str, language: Language) -> Cell:
    cell = half_cell(spread, language)
    return Cell(text=cell.text, url=url, tone=cell.tone)


def _replied(figures: Figures, ways: Ways, language: Language) -> Sequence[Cell]:
    notes = [Cell(text=within_words(figures.total.reply, language))]
    if count := figures.total.arrived.unreplied:
        said = language.ngettext("%(count)s without a reply", "%(count)s without a reply", count)
        words = said % {"count": language.number(count)}
        notes.append(Cell(text=words, url=ways.list("unreplied", opened=ways.span)))
    return notes


def _missed_where(figures: Figures, ways: Ways, language: Language) -> Sequence[Cell]:
    """In which queue most of them are, where there are several."""
    worst = max(figures.queues, key=lambda line: line.arrived.late, default=None)
    if worst is None or not worst.arrived.late or len(figures.queues) < 2:
        return ()
    values = {"count": worst.arrived.late, "queue": language.gettext(worst.label)}
    url = ways.list(opened=ways.span, breached="any", queue=worst.key)
    return [Cell(text=language.say(msg("%(count)s of them in %(queue)s"), values), url=url, tone="worse")]


def tables_of(figures: Figures, ways: Ways, language: Language) -> Sequence[Table]:
    """Percentiles by what cases can be told apart by, and the clocks that were missed."""
    return [
        _lines("type", figures.types, ways, language),
        _lines("queue", figures.queues, ways, language),
        _lines("owner", figures.owners, ways, language),
        _clocks(figures, ways, language),
    ]


def _lines(name: str, lines: Sequence[Line], ways: Ways, language: Language) -> Table:
    title, column = _SHOWN[name]
    return Table(
        title=language.gettext(title),
        columns=[language.gettext(said) for said in (column, *_COLUMNS)],
        rows=[_line(name, line, ways, language) for line in lines],
    )


def _line(name: str, line: Line, ways: Ways, language: Language) -> Sequence[Cell]:
    """Of a member of staff whose name was erased nobody can ask for the cases: there are no links."""
    arrived, decided, span = line.arrived, line.decided, ways.span

    def cell(text: str, *states: str, tone: str = "", **terms: str) -> Cell:
        url = ways.list(*states, **{**terms, name: line.key}) if line.key else ""
        return Cell(text=text, url=url, tone=tone)

    label = language.gettext(line.label) or line.key or language.gettext(msg("Somebody of the desk"))
    return [
        cell(label, opened=span),
        cell(language.number(arrived.cases), opened=span),
        half_cell(line.reply, language),
        most_cell(line.reply, language),
        cell(language.number(decided.cases), decided=span),
        half_cell(line.decision, language),
        most_cell(line.decision, language),
        cell(language.number(arrived.late), opened=span, breached="any"),
        cell(language.number(decided.reopened), "reopened", decided=span),
        cell(of_words(decided.overturned, decided.appeals, language), "overturned", decided=span),
    ]


def _clocks(figures: Figures, ways: Ways, language: Language) -> Table:
    missed = figures.total.arrived.missed
    rows = []
    for clock, words in CLOCKS.items():
        url = ways.list(opened=ways.span, breached=clock)
        label = Cell(text=language.gettext(words), url=url)
        rows.append([label, Cell(text=language.number(missed[clock]), url=url)])
    return Table(
        title=language.gettext(msg("Missed clocks")),
        columns=[language.gettext(msg("Clock")), language.gettext(msg("Cases"))],
        rows=rows,
    )


def exports_of(ways: Ways, address: str, language: Language) -> Sequence[Option]:
    """Files of the cases that arrived in these days, and of the figures themselves."""
    query = ways.query(opened=write_days(ways.days.first, ways.days.last))
    files = {
        "csv": language.gettext(msg("Cases as CSV")),
        "json": language.gettext(msg("Cases as JSON")),
    }
    found = [
        Option(value=ways.url(f"/api/export?{urlencode({'format': kind, 'q': query})}"), label=label)
        for kind, label in files.items()
    ]
    return [*found, Option(value=address, label=language.gettext(msg("Figures as JSON")))]
