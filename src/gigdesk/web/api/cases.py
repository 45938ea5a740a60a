"""``/api/cases``: what the 201 points to."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.listed import item_document
from gigdesk.cases.view import document_of
from gigdesk.errors import NotFound
from gigdesk.web.answers import is_named, json_answer
from gigdesk.web.api.listing import once, read_query, write_cursor
from gigdesk.web.downloads import Downloads
from gigdesk.web.identity import Identity
from gigdesk.web.language import Languages
from gigdesk.web.looking import is_looked_at


class CaseApi:
    """Shows cases to programs."""

    def __init__(self, desk: Gigdesk, identity: Identity, downloads: Downloads, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._downloads = downloads
        self._languages = languages

    async def list(self, request: Request) -> Response:
        """Keyset pages of the caller's cases, newest first."""
        asked = await self._identity.ask(request.scope)
        wanted, after, limit = read_query(
            once(request.query_params), self._desk.rulebook.taxonomy, is_staff=asked.actor.is_staff
        )
        page = await self._desk.lists.cases(asked.actor, wanted, after, limit)
        return json_answer(
            {"items": [item_document(listed) for listed in page.items], "next": write_cursor(page.next)}
        )

    async def get(self, request: Request) -> Response:
        """One case, as the caller may see it, its sentences in the caller's language."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        if is_looked_at(request):
            await self._desk.lists.looked(view)
        language = self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)
        etag = f'"{view.version}-{language.tag}"'
        headers = {"etag": etag, "content-language": language.tag, "vary": "Accept-Language"}
        if is_named(etag, ",".join(request.headers.getlist("if-none-match"))):
            return json_answer(None, 304, headers)
        now = self._desk.clock.now()
        estimate = await self._desk.reader.estimate(view, now)
        document = document_of(view, self._desk.base_url, language.gettext, now, estimate)
        return json_answer(document, headers=headers)

    async def receipt(self, request: Request) -> Response:
        """The signed receipt, for its reporter."""
        asked = await self._identity.ask(request.scope)
        case = case_id(request)
        receipt = await self._desk.reader.receipt(asked.actor, case)
        name = f'attachment; filename="receipt-{case}.json"'
        return json_answer(receipt, headers={"content-disposition": name})

    async def evidence(self, request: Request) -> Response:
        """The safe copy of a file, once it is clean."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        return await self._downloads.derivative(view, evidence_id(request))

    async def original(self, request: Request) -> Response:
        """The sealed original, for staff who give a reason; it is written into the case's log first.

        HEAD opens nothing and writes nothing.
        """
        asked = await self._identity.ask(request.scope)
        self._identity.judge_opening(request.scope, asked)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_ORIGINAL)
        reason = request.query_params.get("reason", "")
        opens = request.method != "HEAD"
        return await self._downloads.original(asked.actor, view, evidence_id(request), reason, opens=opens)


def case_id(request: Request) -> UUID:
    """The case in the address; what is no id is a case that does not exist."""
    return _id(request, "case", NotFound("case.unknown", "There is no such report, or it is not yours."))


def evidence_id(request: Request) -> UUID:
    """The file in the address."""
    return _id(request, "evidence", NotFound("evidence.unknown", "This case has no such file."))


def _id(request: Request, name: str, error: NotFound) -> UUID:
    text = request.path_params[name]
    try:
        found = UUID(text)
    except ValueError:
        raise error from None
    if str(found) != text.lower():
        raise error
    return found
