"""``GET /api/export``: the cases of a list as a file, streamed.

That somebody exported stands in the administrative log before the first of it leaves; how many, in that of the process.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.administration.events import CasesExported
from gigdesk.app import Gigdesk
from gigdesk.errors import FieldError
from gigdesk.insights.query import DeskQuery, read_query, write_query
from gigdesk.web.answers import PRIVATE
from gigdesk.web.api.export_formats import FORMATS, Format, Pages
from gigdesk.web.api.listing import once, one_of, wrong
from gigdesk.web.identity import Identity
from gigdesk.web.limits import RateLimits

_KNOWN = ("q", "format", "personal")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    query: DeskQuery
    format: Format
    is_personal: bool


class ExportApi:
    """Sends files of cases to staff."""

    def __init__(self, desk: Gigdesk, identity: Identity, rates: RateLimits) -> None:
        self._desk = desk
        self._identity = identity
        self._rates = rates

    async def get(self, request: Request) -> Response:
        """The file. Raises NotFound for who is no staff, NotAllowed, Invalid, TooMany, Unavailable.

        A store that goes away later breaks the connection.
        """
        asked = await self._identity.ask(request.scope)
        actor = asked.actor
        permit(actor, Action.SEE_DESK, Facts())
        self._identity.judge_opening(request.scope, asked)
        wanted = self._read(actor, once(request.query_params))
        name = f"cases-{self._desk.insights.lists.today().isoformat()}.{wanted.format.ending}"
        headers = {**PRIVATE, "content-disposition": f'attachment; filename="{name}"'}
        if request.method == "HEAD":
            return Response(headers=headers, media_type=wanted.format.media_type)
        person = self._desk.handler.person(actor.sub)
        self._rates.hit_export(person)
        export = self._desk.insights.export
        pages = await export.pages(actor, wanted.query, is_personal=wanted.is_personal)
        await self._desk.administration.entries.record(actor, self._exported(wanted))
        body = self._noted(person, wanted, pages)
        return StreamingResponse(body, headers=headers, media_type=wanted.format.media_type)

    def _exported(self, wanted: _Wanted) -> CasesExported:
        query = self._desk.handler.person(f"query:{write_query(wanted.query)}")
        return CasesExported(format=wanted.format.ending, is_personal=wanted.is_personal, query=query)

    def _read(self, actor: Actor, given: Mapping[str, str]) -> _Wanted:
        errors = [
            FieldError(name[:60], "query.unknown", "There is no filter of this name. Known are: %(known)s.",
                       {"known": ", ".join(_KNOWN)})
            for name in given
            if name not in _KNOWN
        ]  # fmt: skip
        kind, personal = given.get("format", "csv"), given.get("personal", "0")
        if kind not in FORMATS:
            errors.append(one_of("format", ", ".join(FORMATS)))
        if personal not in ("0", "1"):
            errors.append(one_of("personal", "0, 1"))
        if errors:
            raise wrong(errors)
        query = read_query(given.get("q", ""), self._desk.insights.lists.vocabulary(actor))
        return _Wanted(query=query, format=FORMATS[kind], is_personal=personal == "1")

    async def _noted(self, person: str, wanted: _Wanted, pages: Pages) -> AsyncIterator[bytes]:
        """The file; that it was begun is logged before the first of it leaves, and how far it came at the end."""
        said = {"person": person, "format": wanted.format.ending, "personal": wanted.is_personal}
        _log.info("export_begun", **said)
        rows, is_whole = 0, False

        async def counted() -> Pages:
            nonlocal rows
            async for page in pages:
                rows += len(page)
                yield page

        try:
            async for block in wanted.format.write(counted(), wanted.is_personal):
                yield block
            is_whole = True
        finally:
            _log.info("export_ended", rows=rows, whole=is_whole, **said)
