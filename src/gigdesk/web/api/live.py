"""A case as it happens: its timeline as server-sent events (HTML Living Standard §9.2), for who may see it.

1. The store is asked for the version every two seconds: that holds through proxies and on any number of
   workers, and costs one row of an index. Whoever lost the right to look, or is signed in no longer, is let go.
2. An event's id is that of its entry, which counts what the caller may see: ``Last-Event-ID`` goes on from there.
3. A stream ends after ten minutes, and the browser comes again. A person has five at most: the oldest makes way,
   since one that was left is noticed with the next beat only. A process has 500. A place is taken before anything
   is waited for, so that no burst finds more places than there are.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.timeline import timeline
from gigdesk.errors import NotFound, NotSignedIn, Unavailable
from gigdesk.web.answers import Listening
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


class _Place:
    """The place of one stream: ``ended`` is set when a newer one takes it."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.ended = asyncio.Event()


class Live:
    """Streams of cases, counted: at most ``most`` of this process, and five of a person.

    ``who`` tells who asks, anew with whatever there is to tell them: raises NotSignedIn where that is nobody any more.
    """

    def __init__(
        self,
        desk: Gigdesk,
        most: int = OF_A_PROCESS,
        *,
        who: Callable[[Scope], Awaitable[Actor]] | None = None,
    ) -> None:
        self._desk = desk
        self._most = most
        self._who = who
        self._open: dict[str, deque[_Place]] = {}

    async def follow(self, request: Request, actor: Actor, case: UUID) -> Response:
        """What happens to this case from now on, or after ``Last-Event-ID``.

        Raises NotFound, Unavailable (500 of this process).
        """
        place = self._take(actor.sub)
        try:
            sight = await self._desk.reader.look(actor, case)
        except BaseException:
            self._leave(place)
            raise
        last = _ID.fullmatch(request.headers.get("last-event-id", ""))
        after = min(int(last[1]), sight.version) if last else sight.version
        return _Stream(self._stream(request, actor, case, after, place), lambda: self._leave(place))

    def _take(self, person: str) -> _Place:
        """A place for a stream of this person, the oldest's where they have five; waits for nothing.

        Raises Unavailable.
        """
        places = self._open.setdefault(person, deque())
        if len(places) >= OF_A_PERSON:
            places.popleft().ended.set()
        elif sum(map(len, self._open.values())) >= self._most:
            self._forget(person)
            raise Unavailable("live.busy", "Too many people follow their reports just now.", retry_after=30)
        places.append(place := _Place(person))
        return place

    def _leave(self, place: _Place) -> None:
        with suppress(KeyError, ValueError):  # a newer one has it
            self._open[place.person].remove(place)
        self._forget(place.person)

    def _forget(self, person: str) -> None:
        if not self._open.get(person):
            self._open.pop(person, None)

    async def _stream(
        self, request: Request, actor: Actor, case: UUID, after: int, place: _Place
    ) -> AsyncIterator[bytes]:
        loop, exchange = asyncio.get_running_loop(), at_once(request.scope)
        ends, beat = loop.time() + LONGEST_SECONDS, loop.time() + BEAT_SECONDS
        seen = 0
        yield b"retry: 3000\n\n"
        while loop.time() < ends and not place.ended.is_set() and not (exchange and exchange.is_ending):
            try:
                version = await self._version(case)
                if version != seen:
                    actor = await self._who(request.scope) if self._who else actor
                    news, after = await self._news(actor, case, after)
                    if news:  # what the caller does not see moves no beat either
                        yield news
                        beat = loop.time() + BEAT_SECONDS
                    seen = version
            except (NotFound, NotSignedIn):
                return
            except Unavailable:
                pass  # the store comes back, or the stream ends
            if loop.time() >= beat:
                yield b": still here\n\n"
                beat = loop.time() + BEAT_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(place.ended.wait(), EVERY_SECONDS)

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


class _Stream(Listening):
    """A stream that leaves its place when it ends, even where it never began."""

    def __init__(self, content: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        super().__init__(content, headers=HEADERS, media_type=MEDIA_TYPE)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
