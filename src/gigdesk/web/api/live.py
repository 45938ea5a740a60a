"""A case as it happens: its timeline as server-sent events (HTML Living Standard §9.2), for who may see it.

1. The store is asked for the version every two seconds: that holds through proxies and on any number of
   workers, and costs one row of an index. Whoever lost the right to look is let go.
2. An event's id is that of its entry, which counts what the caller may see: ``Last-Event-ID`` goes on from there.
3. A stream ends after ten minutes, and the browser comes again. A person has five at most: the oldest makes way,
   since one that was left is noticed with the next beat only. A process has 500.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.timeline import timeline
from gigdesk.errors import NotFound, Unavailable
from gigdesk.web.at_once import at_once

EVERY_SECONDS = 2.0
BEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
OF_A_PERSON = 5
OF_A_PROCESS = 500
MEDIA_TYPE = "text/event-stream"
HEADERS = {
    "cache-control": "private, no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
}
_ID = re.compile(r"([0-9]{1,9})-[0-9]{1,9}")


class Live:
    """Streams of cases, counted."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk
        self._open: dict[str, deque[asyncio.Event]] = {}

    async def follow(self, request: Request, actor: Actor, case: UUID) -> Response:
        """What happens to this case from now on, or after ``Last-Event-ID``.

        Raises NotFound, Unavailable (500 of this process).
        """
        sight = await self._desk.reader.look(actor, case)
        last = _ID.fullmatch(request.headers.get("last-event-id", ""))
        after = min(int(last[1]), sight.version) if last else sight.version
        if self._count() >= OF_A_PROCESS:
            raise Unavailable("live.busy", "Too many people follow their reports just now.", retry_after=30)
        stream = self._stream(request, actor, case, after)
        return StreamingResponse(stream, headers=HEADERS, media_type=MEDIA_TYPE)

    def _count(self) -> int:
        return sum(len(streams) for streams in self._open.values())

    @contextmanager
    def _counted(self, person: str) -> Iterator[asyncio.Event]:
        """Count a stream of this person; what it gives is set when a newer one takes its place."""
        streams = self._open.setdefault(person, deque())
        while len(streams) >= OF_A_PERSON:
            streams.popleft().set()
        streams.append(ended := asyncio.Event())
        try:
            yield ended
        finally:
            with suppress(ValueError):
                streams.remove(ended)
            if not streams:
                self._open.pop(person, None)

    async def _stream(self, request: Request, actor: Actor, case: UUID, after: int) -> AsyncIterator[bytes]:
        loop, exchange = asyncio.get_running_loop(), at_once(request.scope)
        ends, beat = loop.time() + LONGEST_SECONDS, loop.time() + BEAT_SECONDS
        seen = 0
        with self._counted(actor.sub) as ended:
            yield b"retry: 3000\n\n"
            while loop.time() < ends and not ended.is_set() and not (exchange and exchange.is_ending):
                try:
                    version = await self._version(case)
                    if version != seen:
                        news, after = await self._news(actor, case, after)
                        if news:  # what the caller does not see moves no beat either
                            yield news
                            beat = loop.time() + BEAT_SECONDS
                        seen = version
                except NotFound:
                    return
                except Unavailable:
                    pass  # the store comes back, or the stream ends
                if loop.time() >= beat:
                    yield b": still here\n\n"
                    beat = loop.time() + BEAT_SECONDS
                await asyncio.sleep(EVERY_SECONDS)

    async def _version(self, case: UUID) -> int:
        row = await self._desk.index.get_row(case)
        return row.version if row else 0

    async def _news(self, actor: Actor, case: UUID, after: int) -> tuple[bytes, int]:
        """Each entry beyond ``after`` as an event, and the number up to which they go."""
        sight = await self._desk.reader.look(actor, case)
        events = [
            b"id: %b\nevent: %b\ndata: %b\n\n"
            % (str(entry["id"]).encode(), str(entry["type"]).encode(), orjson.dumps(entry))
            for entry in timeline(sight, after)
        ]
        return b"".join(events), sight.version
