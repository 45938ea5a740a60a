"""The receipt of a report as a page, made to be printed."""

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.web.api.cases import case_id
from gigdesk.web.identity import Identity
from gigdesk.web.language import Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.reporter.receipt_shown import receipt_shown
from gigdesk.web.reporter.views import Viewer


class ReceiptPage:
    """Draws receipts for those who reported."""

    def __init__(self, desk: Gigdesk, identity: Identity, pages: Pages, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._pages = pages
        self._languages = languages

    async def get(self, request: Request) -> Response:
        """What was received, when, and how that is proved. Raises NotFound for all but who reported it."""
        asked = await self._identity.ask(request.scope)
        receipt = await self._desk.reader.receipt(asked.actor, case_id(request))
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_RECEIPT)
        language = self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)
        viewer = Viewer(name=asked.actor.name or asked.actor.sub, csrf=self._identity.csrf(asked))
        shown = receipt_shown(
            receipt, view, self._desk.rulebook.taxonomy.label, lambda path: self._desk.base_url + path
        )
        body = self._pages.render("receipt", language, viewer, page=shown)
        return Response(body, headers={**HEADERS, "content-language": language.tag})
