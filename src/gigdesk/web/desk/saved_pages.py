"""Naming a list of the desk, and removing such a name again."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.errors import Invalid, NotFound
from gigdesk.insights.query import read_query
from gigdesk.web.desk.frame import Desk
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked
from gigdesk.web.small_form import small_form


class DeskSavedPages:
    """Takes the forms of views."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell

    async def save(self, request: Request) -> Response:
        """Keep the list ``q`` under ``name``: back to the list, or to it with what is to be put right."""
        asked = await self._shell.ask(request)
        form = await self._form(request, asked)
        text, name = form.get("q", ""), form.get("name", "")
        try:
            query = read_query(text, self._desk.insights.lists.vocabulary(asked.actor))
            is_shared = form.get("shared") == "1"
            view = await self._desk.insights.saved.save(asked.actor, name, query, is_shared=is_shared)
        except Invalid as refused:
            error = refused.errors[0] if refused.errors else refused
            said = self._shell.language(request, asked).say(error.sentence, error.values)
            return self._to(asked, text, naming=name[:100], wrong=said)
        return self._to(asked, view.query, saved="1")

    async def remove(self, request: Request) -> Response:
        """Remove a view; the list says so, with what it takes to bring it back."""
        asked = await self._shell.ask(request)
        form = await self._form(request, asked)
        try:
            view = UUID(str(request.path_params["view"]))
        except ValueError:
            raise NotFound("view.unknown", "There is no such view, or it is not yours to remove.") from None
        removed = await self._desk.insights.saved.remove(asked.actor, view)
        shared = {"shared": "1"} if removed.is_shared else {}
        return self._to(asked, form.get("q", ""), removed=removed.name, was=removed.query, **shared)

    async def _form(self, request: Request, asked: Asked) -> dict[str, str]:
        form = await small_form(request)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise forged()
        return dict(form)

    def _to(self, asked: Asked, query: str, **told: str) -> Response:
        said = {"q": query, **self._shell.said(asked, **told)}
        return RedirectResponse(self._shell.url(f"/desk?{urlencode(said)}"), 303)
