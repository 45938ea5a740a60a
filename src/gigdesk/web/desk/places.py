"""Where the palette leads from any page: to the views, and to the open cases of each who works here."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.insights.query import write_query
from gigdesk.web.desk.beside import staff_of
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.owned import open_cases_of
from gigdesk.web.desk.views import DeskViews


class DeskPlaces:
    """Names places for script; whoever has none finds the views beside the list, and people under its filters."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell
        self._views = DeskViews(desk, shell)

    async def get(self, request: Request) -> Response:
        """``views`` and ``people``, each with a label and an address. Raises NotFound for who is no staff."""
        asked = await self._shell.ask(request)
        language = self._shell.language(request, asked)
        views = [
            {"label": label if is_own else language.gettext(label), "url": self._views.url(query)}
            for label, query, is_own in await self._views.named(asked.actor)
        ]
        people = [
            {"label": one.name, "url": self._shell.url(f"/desk?{urlencode({'q': write_query(query)})}")}
            for one in await staff_of(self._desk)
            if (query := open_cases_of(one.user_id))
        ]
        return JSONResponse(
            {"views": views, "people": people}, headers={"cache-control": "private, no-store"}
        )
