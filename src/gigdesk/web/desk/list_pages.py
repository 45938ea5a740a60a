"""The lists of the desk: a query in the address, its cases in pages, and what is new in it.

The address is the view: ``/desk?q=is:open+type:payment.*``. What is typed is added to what holds and led to the
address of both, so that it works without script, can be sent to somebody, and is there again after "back".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Invalid
from gigdesk.insights.model import DeskPage, Sort
from gigdesk.insights.query import DeskQuery, chips, read_query, sort_of, write_query
from gigdesk.web.agent.deeds import ACTING, offered
from gigdesk.web.agent.desk_views import DEFAULT
from gigdesk.web.agent.list_shown import LIST_KEYS, SORTS, row_shown
from gigdesk.web.agent.list_views import ChipShown, DeskList, DoneShown, RowShown, SaveShown, SortShown
from gigdesk.web.agent.readers_shown import NOBODY_ELSE, ReadersShown, readers_shown
from gigdesk.web.desk.bulk_pages import done_shown
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.views import DeskViews
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language
from gigdesk.web.small_form import small_form

LINES = 50
_EVENTS = {
    "saved": msg("The view is saved."),
    "nothing": msg("Nobody waits: every open case has somebody."),
    "gone": msg("The case has another type, and went to a queue that others work."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the address asks for: the query that holds, and what is wrong with what was typed."""

    query: DeskQuery
    typed: str = ""
    error: Invalid | None = None


class DeskListPages:
    """Draws lists of cases for staff."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell
        self._views = DeskViews(desk, shell)

    async def list(self, request: Request) -> Response:
        """The list of the query ``q``; ``with`` is what ``q`` is added to, and ``cursor`` where the page begins."""
        asked = await self._shell.ask(request)
        params = request.query_params
        if "with" in params and not (wanted := self._wanted(asked.actor, params)).error:
            return RedirectResponse(self._views.url(write_query(wanted.query)), 303)
        wanted = self._wanted(asked.actor, params)
        after = params.get("cursor") or None
        page = await self._desk.insights.lists.page(asked.actor, wanted.query, after, LINES)
        language = self._shell.language(request, asked)
        shown = await self._shown(asked, wanted, page, params, language)
        answer = self._shell.draw(asked, language, "list", page=shown)
        answer.status_code = 422 if wanted.error else 200
        return answer

    async def news(self, request: Request) -> Response:
        """What the first page of the list has now, and the counts: for the script, which compares."""
        asked = await self._shell.ask(request)
        wanted = self._wanted(asked.actor, request.query_params)
        page = await self._desk.insights.lists.page(asked.actor, wanted.query, None, LINES)
        counts = await self._views.counts(asked.actor)
        readers = await self._readers(asked.actor, page, self._shell.language(request, asked))
        return JSONResponse(
            {
                "cases": {str(line.entry.case): line.entry.version for line in page.lines},
                "counts": dict(counts),
                "readers": {case: shown.document for case, shown in readers.items()},
            },
            headers={"cache-control": "private, no-store"},
        )

    async def next(self, request: Request) -> Response:
        """To the most urgent case that nobody has, which is kept for who asked; to the list where there is none."""
        asked = await self._shell.ask(request)
        form = await small_form(request)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise forged()
        case = await self._desk.insights.lists.next_case(asked.actor)
        place = f"/desk/cases/{case}" if case else "/desk?nothing=1"
        return RedirectResponse(self._shell.url(place), 303)

    def _wanted(self, actor: Actor, params: Mapping[str, str]) -> _Wanted:
        words = self._desk.insights.lists.vocabulary(actor)
        held = params.get("with", "")
        typed = params.get("q", "" if "with" in params else DEFAULT)
        try:
            return _Wanted(query=read_query(f"{held} {typed}".strip(), words))
        except Invalid as error:
            try:
                return _Wanted(query=read_query(held or DEFAULT, words), typed=typed, error=error)
            except Invalid:
                return _Wanted(query=read_query(DEFAULT, words), typed=typed, error=error)

    async def _shown(
        self, asked: Asked, wanted: _Wanted, page: DeskPage, params: QueryParams, language: Language
    ) -> DeskList:
        actor, told = asked.actor, self._shell.heard(asked, params)
        query = write_query(wanted.query)
        side = await self._views.side(actor, wanted.query)
        return DeskList(
            title=language.gettext(side.here.label if side.here else msg("Cases")),
            query=query,
            typed=wanted.typed,
            error=_said(wanted.error, language),
            total=side.total,
            views=side.views,
            queues=side.queues,
            saved=side.saved,
            chips=[
                ChipShown(key=chip.key, value=chip.value, without_url=self._views.url(chip.without))
                for chip in chips(wanted.query)
            ],
            sorts=self._sorts(wanted.query),
            rows=self._rows(page, query, language, await self._readers(actor, page, language)),
            next_url=self._views.url(query, cursor=page.next) if page.next else "",
            first_url=self._views.url(query) if params.get("cursor") else "",
            news_url=self._shell.url(f"/desk/news?{urlencode({'q': query})}"),
            here_url=self._views.url(query),
            keys=LIST_KEYS,
            can_act=bool(actor.roles & ACTING),
            is_plain=side.here is not None,
            deeds=offered(actor),
            known_tags=await self._desk.insights.lists.tags(actor),
            done=event_shown(params, language) or done_shown(told, language) or saved_shown(told, language),
            save=SaveShown(
                name=told.get("naming", ""),
                is_shared="shared" in told,
                error=told.get("wrong", ""),
            ),
        )

    def _sorts(self, query: DeskQuery) -> Sequence[SortShown]:
        chosen = sort_of(query)
        return [
            SortShown(
                label=label, url=self._views.url(write_query(_sorted(query, sort))), is_chosen=sort is chosen
            )
            for sort, label in SORTS.items()
        ]

    async def _readers(self, actor: Actor, page: DeskPage, language: Language) -> Mapping[str, ReadersShown]:
        """Who else reads the cases of this page, by case; those that nobody reads are left out."""
        cases = [line.entry.case for line in page.lines]
        found = await self._desk.insights.reading.others(actor, cases)
        return {str(case): readers_shown(readers, language) for case, readers in found.items()}

    def _rows(
        self, page: DeskPage, query: str, language: Language, readers: Mapping[str, ReadersShown]
    ) -> Sequence[RowShown]:
        now, taxonomy = self._desk.clock.now(), self._desk.rulebook.taxonomy
        context = urlencode({"list": query})
        rows = [
            row_shown(
                line, self._shell.url(f"/desk/cases/{line.entry.case}?{context}"), taxonomy, language, now
            )
            for line in page.lines
        ]
        return [replace(row, readers=readers.get(row.id, NOBODY_ELSE)) for row in rows]


def _sorted(query: DeskQuery, sort: Sort) -> DeskQuery:
    return DeskQuery(terms=query.terms, references=query.references, words=query.words, sort=sort)


def _said(error: Invalid | None, language: Language) -> str:
    """What is wrong with the query, in a sentence."""
    if error is None:
        return ""
    entry = error.errors[0] if error.errors else error
    return language.say(entry.sentence, entry.values)


def event_shown(params: Mapping[str, str], language: Language) -> DoneShown | None:
    """Why the list came instead of a case, as the address says; it does nothing."""
    said = next((words for name, words in _EVENTS.items() if name in params), None)
    return DoneShown(words=language.gettext(said)) if said else None


def saved_shown(told: Mapping[str, str], language: Language) -> DoneShown | None:
    """That a view was just removed, with the form that brings it back."""
    if name := told.get("removed", ""):
        words = language.say(msg("The view “%(name)s” is removed."), {"name": name})
        shared = {"shared": "1"} if "shared" in told else {}
        return DoneShown(words=words, again={"name": name, "q": told.get("was", ""), **shared})
    return None
