"""For who runs it: alive, ready, metrics; and what describes the API."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases.owed import OutboxState
from gigdesk.errors import GigdeskError, Unavailable
from gigdesk.web.answers import json_answer
from gigdesk.web.openapi.document import document_bytes

PUBLIC = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
KEEP_SECONDS = 2.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look found: each part ``ok`` or ``away``, and how far the outbox and the desk are behind, where the
    store could tell."""

    parts: dict[str, str]
    outbox: OutboxState | None
    behind: int | None = None

    @property
    def is_ready(self) -> bool:
        """Whether everything answers that a request needs.

        An outbox that is behind is none of it: reports are taken and kept all the same, on PostgreSQL it is
        another process that works it off, and to take this one out of the balancer makes that no faster.
        """
        return all(state == "ok" for state in self.parts.values())


class Health:
    """Answers probes; ``metrics`` draws the numbers for whoever ``may_see`` them.

    ``background`` asks after the work that this process does beside answering, if it does any.
    """

    def __init__(
        self,
        desk: Gigdesk,
        metrics: Callable[[Request], Awaitable[Response]],
        background: Callable[[], Awaitable[None]] | None = None,
        *,
        may_see: Callable[[Request], bool],
    ) -> None:
        self._desk = desk
        self._parts = {"store": desk.probe_store, "objects": desk.storage.probe}
        if background:
            self._parts["background"] = background
        self._may_see = may_see
        self._looking: asyncio.Task[Look] | None = None
        self._look_again_at = 0.0
        self.metrics = metrics

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return json_answer({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """Store and objects answer and background work runs; 503 names which does not, the log says why.

        Anybody may ask and looking writes, so that all who ask within ``KEEP_SECONDS`` share one look. How far
        the outbox and the desk are behind is told to whoever may see the metrics.
        """
        if self._looking is None or (self._looking.done() and time.monotonic() >= self._look_again_at):
            self._looking = asyncio.create_task(self._look())
        found = await asyncio.shield(self._looking)
        document: dict[str, object] = {
            "status": "ready" if found.is_ready else "not ready",
            "parts": found.parts,
        }
        if found.outbox and self._may_see(request):
            document["outbox"] = _lag(found.outbox)
            document["desk"] = {"behind": found.behind}
        return json_answer(document, 200 if found.is_ready else 503)

    async def _look(self) -> Look:
        try:
            parts = {name: await _state(name, probe) for name, probe in self._parts.items()}
            if parts["store"] != "ok":
                return Look(parts=parts, outbox=None)
            return Look(parts=parts, outbox=await self._outbox(), behind=await self._behind())
        finally:
            self._look_again_at = time.monotonic() + KEEP_SECONDS

    async def _outbox(self) -> OutboxState | None:
        """How far behind it is; None where the store has gone away meanwhile."""
        try:
            return await self._desk.outbox.state()
        except Unavailable:
            return None

    async def _behind(self) -> int | None:
        """How many cases the lists of the desk are behind with; None where the store has gone away meanwhile."""
        try:
            return await self._desk.insights.follower.count_behind()
        except Unavailable:
            return None

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI document."""
        return Response(
            document_bytes(self._desk.base_url, self._desk.rulebook.taxonomy.codes),
            headers=PUBLIC,
            media_type="application/json",
        )

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


def _lag(outbox: OutboxState) -> dict[str, object]:
    return {
        "due": outbox.due,
        "oldestSeconds": int(outbox.oldest.total_seconds()),
        "held": outbox.held,
        "parked": outbox.parked,
    }
