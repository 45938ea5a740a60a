"""The beat of a page that is being read: it says that somebody is there, and hears who else is."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.web.agent.readers_shown import readers_shown
from gigdesk.web.api.cases import case_id
from gigdesk.web.desk.frame import Desk
from gigdesk.web.form_files import forged
from gigdesk.web.small_form import small_form

MAX_FORM = 1 << 10  # bytes


class DeskHere:
    """Takes the beats of the page of a case."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell

    async def post(self, request: Request) -> Response:
        """One beat, answered with who else reads the case; with ``leaves`` the last one, answered with 204."""
        asked = await self._shell.ask(request)
        form = await small_form(request, MAX_FORM)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise forged()
        reading = self._desk.insights.reading
        if form.get("leaves"):
            await reading.leave(asked.actor, case_id(request))
            return Response(status_code=204)
        others = await reading.here(asked.actor, case_id(request))
        shown = readers_shown(others, self._shell.language(request, asked))
        return JSONResponse(shown.document, headers={"cache-control": "private, no-store"})
