"""``POST /api/report-issue``: the contract of the integration guide, as a plain ASGI endpoint."""

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases.answer import answer_of
from gigdesk.errors import GigdeskError
from gigdesk.records import maker
from gigdesk.web.answers import json_answer
from gigdesk.web.heads import first_headers
from gigdesk.web.identity import Identity
from gigdesk.web.intake import Call, ReportIntake
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
        headers = first_headers(scope)
        key = headers.get(b"idempotency-key")
        call = _new_call(
            scope=scope,
            receive=request.receive,
            actor=asked.actor,
            key=None if key is None else key.decode("latin-1"),
            check_csrf=asked.check_csrf,
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
        answer = answer_of(opened, self._desk.base_url)
        more = {"location": f"{self._desk.base_url}/api/cases/{answer['id']}", **call.rate_headers}
        return json_answer(answer, 200 if opened.repeated else 201, more)
