"""``POST /api/report-issue``: the contract of the integration guide, as a plain ASGI endpoint."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases.answer import answer_of
from gigdesk.cases.handle import Opened
from gigdesk.errors import GigdeskError
from gigdesk.records import maker
from gigdesk.web.answers import JsonAnswer
from gigdesk.web.heads import first_headers
from gigdesk.web.identity import Identity
from gigdesk.web.intake import Call, ReportIntake
from gigdesk.web.stages import stage
from gigdesk.web.telemetry import Telemetry

_new_call = maker(Call)


class ReportApi:
    """Takes reports from programs."""

    def __init__(self, desk: Gigdesk, identity: Identity, intake: ReportIntake, telemetry: Telemetry) -> None:
        self._desk = desk
        self._identity = identity
        self._intake = intake
        self._telemetry = telemetry

    async def post(self, request: Request) -> Response:
        """201 with the answer of the guide; 200 for an equal repeat."""
        scope = request.scope
        asked = await self._identity.ask(scope)
        await stage()
        headers = first_headers(scope)
        key = headers.get(b"idempotency-key")
        draft = _Draft(self._desk.base_url)
        call = _new_call(
            scope=scope,
            receive=request.receive,
            actor=asked.actor,
            key=None if key is None else key.decode("latin-1"),
            check_csrf=asked.check_csrf,
            meanwhile=draft.write,
        )
        try:
            content_type = headers.get(b"content-type", b"").decode("latin-1")
            opened = await self._intake.take(call, content_type)
        except GigdeskError as error:
            error.leaves_body = not call.is_whole
            raise
        if not opened.repeated:
            self._telemetry.reported(call.file_bytes)
        else:
            call.rate_headers.pop("ratelimit", None)  # what a repeat counts for is nothing
        return draft.answer(opened, call.rate_headers)


class _Draft:
    """The answer to a report, written while the store writes the case, and sent once it stands."""

    __slots__ = ("_base_url", "_body", "_location", "_opened")

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._opened: Opened | None = None
        self._body = b""
        self._location = ""

    def write(self, opened: Opened) -> None:
        """Draft it for this case."""
        answer = answer_of(opened, self._base_url)
        self._body = orjson.dumps(answer)
        self._location = f"{self._base_url}/api/cases/{answer['id']}"
        self._opened = opened

    def answer(self, opened: Opened, headers: Mapping[str, str]) -> Response:
        """The answer for what stands: a repeat stands for another case than was drafted."""
        if self._opened is not opened:
            self.write(opened)
        status = 200 if opened.repeated else 201
        return JsonAnswer(self._body, status, {"location": self._location, **headers})
