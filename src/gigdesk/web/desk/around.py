"""Where a case stands in the list that it was opened from: the one before, the one after, and the way back."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Invalid, NotFound
from gigdesk.insights.model import MOST_COUNTED
from gigdesk.insights.query import read_query, write_query
from gigdesk.web.agent.case_views import Around
from gigdesk.web.agent.list_shown import counted
from gigdesk.web.api.cases import case_id
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.views import DeskViews
from gigdesk.web.language import Language


class DeskAround:
    """Finds the neighbours of a case in a list."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell
        self._views = DeskViews(desk, shell)

    async def get(self, request: Request) -> Response:
        """The same as JSON, for a page whose address no longer says which list it was opened from."""
        asked = await self._shell.ask(request)
        language = self._shell.language(request, asked)
        around = await self.of(asked.actor, request.query_params.get("list", ""), case_id(request), language)
        if around is None:
            raise NotFound("address.unknown", "There is nothing at this address.")
        shown = {
            "title": around.title,
            "listUrl": around.list_url,
            "previousUrl": around.previous_url,
            "nextUrl": around.next_url,
            "place": around.place,
        }
        return JSONResponse(shown, headers={"cache-control": "private, no-store"})

    async def of(self, actor: Actor, text: str, case: UUID, language: Language) -> Around | None:
        """Where the case stands in the list of this query; None where there is no such list."""
        if not text:
            return None
        try:
            query = read_query(text, self._desk.insights.lists.vocabulary(actor))
        except Invalid:
            return None
        found = await self._desk.insights.lists.neighbours(actor, query, case)
        own = write_query(query)
        title = await self._views.title(actor, query)
        values = {"place": found.place, "count": counted(found.count, MOST_COUNTED)}
        return Around(
            title=language.gettext(title),
            list_url=self._views.url(own),
            previous_url=self._url(found.previous, own),
            next_url=self._url(found.next, own),
            place=language.say(msg("%(place)s of %(count)s"), values) if found.place else "",
        )

    def _url(self, case: UUID | None, query: str) -> str:
        if case is None:
            return ""
        return self._shell.url(f"/desk/cases/{case}?{urlencode({'list': query})}")
