"""For who runs it: alive, ready, metrics; and what describes the API."""

from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.errors import GigdeskError
from gigdesk.web.answers import json_answer
from gigdesk.web.openapi.document import document_bytes

PUBLIC = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}


class Health:
    """Answers probes; ``metrics`` draws the numbers for whoever may see them.

    ``background`` asks after the work that this process does beside answering, if it does any.
    """

    def __init__(
        self,
        desk: Gigdesk,
        metrics: Callable[[Request], Awaitable[Response]],
        background: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._desk = desk
        self._parts = {"store": desk.probe_store, "objects": desk.storage.probe}
        if background:
            self._parts["background"] = background
        self.metrics = metrics

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return json_answer({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """Store and objects answer and background work runs; 503 names which does not."""
        found = {name: await _state(probe) for name, probe in self._parts.items()}
        is_ready = all(state == "ok" for state in found.values())
        status = 200 if is_ready else 503
        return json_answer({"status": "ready" if is_ready else "not ready", "parts": found}, status)

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI document."""
        return Response(document_bytes(self._desk.base_url), headers=PUBLIC, media_type="application/json")

    async def receipt_keys(self, request: Request) -> Response:
        """The public keys that receipts are signed with, as a JWK set."""
        body = orjson.dumps(self._desk.signing.jwks())
        return Response(body, headers=PUBLIC, media_type="application/jwk-set+json")


async def _state(probe: Callable[[], Awaitable[None]]) -> str:
    try:
        await probe()
    except GigdeskError as error:
        return str(error)
    return "ok"
