"""For who runs it: alive, ready, metrics; and what describes the API."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.errors import GigdeskError
from gigdesk.web.answers import json_answer
from gigdesk.web.openapi.document import document_bytes

PUBLIC = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
KEEP_SECONDS = 2.0
_log = structlog.get_logger()


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
        self._looking: asyncio.Task[dict[str, str]] | None = None
        self._look_again_at = 0.0
        self.metrics = metrics

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return json_answer({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """Store and objects answer and background work runs; 503 names which does not, the log says why.

        Anybody may ask and looking writes, so that all who ask within ``KEEP_SECONDS`` share one look.
        """
        if self._looking is None or (self._looking.done() and time.monotonic() >= self._look_again_at):
            self._looking = asyncio.create_task(self._look())
        found = await asyncio.shield(self._looking)
        is_ready = all(state == "ok" for state in found.values())
        status = 200 if is_ready else 503
        return json_answer({"status": "ready" if is_ready else "not ready", "parts": found}, status)

    async def _look(self) -> dict[str, str]:
        try:
            return {name: await _state(name, probe) for name, probe in self._parts.items()}
        finally:
            self._look_again_at = time.monotonic() + KEEP_SECONDS

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI document."""
        return Response(document_bytes(self._desk.base_url), headers=PUBLIC, media_type="application/json")

    async def receipt_keys(self, request: Request) -> Response:
        """The public keys that receipts are signed with, as a JWK set."""
        body = orjson.dumps(self._desk.signing.jwks())
        return Response(body, headers=PUBLIC, media_type="application/jwk-set+json")


async def _state(part: str, probe: Callable[[], Awaitable[None]]) -> str:
    try:
        await probe()
    except GigdeskError as error:
        _log.warning("part_was_away", part=part, code=error.code, reason=str(error))
        return "away"
    return "ok"
