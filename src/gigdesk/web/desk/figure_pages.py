"""The figures of the desk as a page: numbers and tables first, drawings where there is script.

The address is the view: ``/desk/figures?from=2026-11-01&to=2026-11-07&type=payment.*``.
"""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Invalid
from gigdesk.insights.days import DAY
from gigdesk.insights.figures import Figures
from gigdesk.insights.figures_asked import FigureQuery
from gigdesk.web.agent.figure_plots import plots_of
from gigdesk.web.agent.figure_shown import exports_of, tables_of, tiles_of
from gigdesk.web.agent.figure_views import Choices, FiguresPage, Option
from gigdesk.web.agent.figure_words import Ways, days_words
from gigdesk.web.api.figures import PARAMETERS
from gigdesk.web.desk.frame import Desk
from gigdesk.web.language import Language

SPANS = {7: msg("7 days"), 30: msg("30 days"), 91: msg("13 weeks"), 365: msg("365 days")}


class DeskFigurePages:
    """Draws figures for staff."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell

    async def figures(self, request: Request) -> Response:
        """The figures of the days and filters in the address; of the usual days where these are wrong, with why."""
        asked = await self._shell.ask(request)
        language = self._shell.language(request, asked)
        given = {name: value for name, value in request.query_params.items() if name in PARAMETERS}
        errors: list[str] = []
        try:
            query = self._desk.insights.figures.read(asked.actor, given)
        except Invalid as error:
            errors = [language.say(one.sentence, one.values) for one in error.errors]
            query = self._desk.insights.figures.read(asked.actor, {})
        figures = await self._desk.insights.figures.figures(asked.actor, query)
        page = self._page(asked.actor, figures, errors, language)
        answer = self._shell.draw(asked, language, "figures", here="figures", page=page)
        answer.status_code = 422 if errors else 200
        return answer

    def _page(self, actor: Actor, figures: Figures, errors: Sequence[str], language: Language) -> FiguresPage:
        query = figures.query
        ways = Ways(url=self._shell.url, days=query.days, filters=query.filters)
        return FiguresPage(
            days=days_words(query.days, language),
            zone=query.days.zone,
            choices=self._choices(actor, figures, language),
            spans=self._spans(query, language),
            errors=errors,
            tiles=tiles_of(figures, ways, language),
            plots=plots_of(figures, ways, language),
            tables=tables_of(figures, ways, language),
            exports=exports_of(ways, self._shell.url(f"/api/figures?{_address(query)}"), language),
            behind=_behind(figures.behind, language),
        )

    def _choices(self, actor: Actor, figures: Figures, language: Language) -> Choices:
        words, query = self._desk.insights.lists.vocabulary(actor), figures.query
        queues, taxonomy = self._desk.rulebook.queues, self._desk.rulebook.taxonomy
        types: dict[str, list[Option]] = {}
        for code in words.types:
            family = code.partition(".")[0]
            label = language.gettext(taxonomy.label(code))
            types.setdefault(family, []).append(_option(code, label, query.type))
        for family, options in types.items():
            if len(options) > 1:
                options.insert(0, _option(f"{family}.*", f"{family}.*", query.type))
        return Choices(
            first=query.days.first.isoformat(),
            last=query.days.last.isoformat(),
            latest=self._desk.insights.lists.today().isoformat(),
            queues=[
                _option(name, language.gettext(queues.label(name)), query.queue) for name in words.queues
            ],
            types=_with_chosen(types, query.type),
            owners=_owners(figures, language),
            is_filtered=bool(query.filters),
        )

    def _spans(self, query: FigureQuery, language: Language) -> Sequence[Option]:
        """Usual spans of days that end today."""
        today = self._desk.insights.lists.today()
        found = []
        for count, label in SPANS.items():
            first = today - (count - 1) * DAY
            address = urlencode({"from": first.isoformat(), "to": today.isoformat(), **query.filters})
            found.append(
                Option(
                    value=self._shell.url(f"/desk/figures?{address}"),
                    label=language.gettext(label),
                    is_chosen=(query.days.first, query.days.last) == (first, today),
                )
            )
        return found


def _address(query: FigureQuery) -> str:
    days = {"from": query.days.first.isoformat(), "to": query.days.last.isoformat()}
    return urlencode({**days, **query.filters})


def _option(value: str, label: str, chosen: str) -> Option:
    return Option(value=value, label=label, is_chosen=value == chosen)


def _with_chosen(types: Mapping[str, list[Option]], chosen: str) -> Mapping[str, Sequence[Option]]:
    """The types, and one that was written by hand, like ``pay*``."""
    if not chosen or any(option.is_chosen for options in types.values() for option in options):
        return types
    return {chosen: [_option(chosen, chosen, chosen)], **types}


def _owners(figures: Figures, language: Language) -> Sequence[Option]:
    """Who owns cases of these days, by their names, and who is chosen already."""
    chosen = figures.query.owner
    found = {"me": language.gettext(msg("You")), "nobody": language.gettext(msg("Nobody"))}
    named: Iterable[tuple[str, str]] = sorted(
        ((line.label or line.key, line.key) for line in figures.owners if line.key), key=lambda one: one
    )
    found |= {key: label for label, key in named}
    if chosen and chosen not in found:
        found[chosen] = chosen
    return [_option(value, label, chosen) for value, label in found.items()]


def _behind(count: int, language: Language) -> str:
    if not count:
        return ""
    said = language.ngettext(
        "%(count)s case has changed and is counted in a moment.",
        "%(count)s cases have changed and are counted in a moment.",
        count,
    )
    return said % {"count": language.number(count)}
