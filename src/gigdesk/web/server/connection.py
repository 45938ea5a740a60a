"""One connection: bytes become requests, within limits, and answers go out one after the other.

uvicorn runs it in the place of its own, which waits for ever for headers and reads refused bodies to the end.

1. Headers have a time, a size and a number; the malformed and contradictory never reach the application.
2. An answer before the end of the body ends the connection: half of it at once, the other half when the
   client has closed too or a few seconds later, so that the client sees the answer and not a reset.
3. ``tick``, called each second for every connection, is the only clock: a request costs no timer.
"""

import asyncio
from collections import deque
from typing import cast

import httptools
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from gigdesk.web.at_once import KEY
from gigdesk.web.server import refusals
from gigdesk.web.server.exchange import Exchange
from gigdesk.web.server.flow import Flow
from gigdesk.web.server.head import Head, joined
from gigdesk.web.server.limits import ServerLimits
from gigdesk.web.server.refusals import Refusal

_HIGH_WATER = 64 << 10


class _Refused(Exception):  # noqa: N818 - leaves the parser's callback
    """The reason stands beside it."""


class Connection(Flow):
    """One connection of a client."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ServerLimits,
    ) -> None:
        super().__init__()
        self._app: ASGIApp = config.loaded_app
        self._state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._limits = limits
        self._parser = httptools.HttpRequestParser(self)
        self._addresses: tuple[tuple[str, int] | None, tuple[str, int] | None] = (None, None)
        self._since = 0.0  # that the connection is idle, or that the headers have been arriving
        self._has_served = False
        self._is_in_headers = False
        self._head = Head()
        self._fed = 0
        self._arriving = 0
        self._is_in_long_body = False
        self._reason: Refusal | None = None
        self._current: Exchange | None = None
        self._reading: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._is_deaf = False  # what still comes is no request any more
        self._dropped = 0

    # The transport calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        connections = self._state.connections
        if len(connections) >= 2 * self._limits.connections:
            self.transport.abort()
            return
        connections.add(self)  # type: ignore[arg-type]
        self._since = self._loop.time()
        own, peer = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        self._addresses = (own and own[:2], peer and peer[:2])
        if len(connections) > self._limits.connections:
            self._end_with(refusals.BUSY)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state.connections.discard(self)
        for exchange in (self._current, self._reading):
            if exchange is not None:
                exchange.disconnect()
        self._waiting.clear()
        self._is_deaf = True
        del self._parser  # they hold each other
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            self._drop(len(data))
            return
        if self._is_in_long_body:
            data = self._long_body(data)
            if not data:
                return
        self._arriving = len(data)
        self._fed += self._arriving
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_deaf = True  # answered as the plain request that it also is; then the connection ends
            if self._reading is not None:
                self._reading.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(self._reason or refusals.MALFORMED)
            return
        if self._fed > self._limits.header_bytes:  # of headers, trailers, extensions of chunks
            self._refuse(refusals.HEADERS_TOO_LARGE)
        elif self._reading is not None and self._reading.left > 0:
            self._is_in_long_body = True

    def eof_received(self) -> bool:
        """A client may close its half once its request is whole, and still read the answer."""
        exchange = self._current
        if exchange is None or self._is_deaf:
            return False
        if self._reading is not None and self._reading.more_body:
            self._refuse(refusals.TRUNCATED)
            return True
        self._is_deaf = True
        (self._waiting[-1] if self._waiting else exchange).keep_alive = False
        return True

    # The server calls these.

    def shutdown(self) -> None:
        """The server ends: so does the connection, after the answer that is being given."""
        if self._current is None:
            self.transport.close()
        else:
            self._is_deaf = self._is_deaf or not self._current.more_body
            self._waiting.clear()
            self._current.keep_alive = False
            self._current.is_ending = True

    def tick(self, now: float) -> None:
        """Look for what takes too long; called each second."""
        limits = self._limits
        if self._current is None and not self._is_deaf:
            waited = now - self._since
            if self._is_in_headers and waited > limits.header_seconds:
                self._refuse(refusals.HEADERS_TOO_SLOW)
            elif waited > (limits.keep_alive_seconds if self._has_served else limits.header_seconds):
                self.transport.close()
        size = self.transport.get_write_buffer_size()
        if self.unread.is_too_slow(now, size, limits.write_seconds):
            self.transport.abort()

    # The exchange calls these.

    def standard_headers(self) -> bytes:
        """The date, and what else every response says."""
        return joined(tuple(self._state.default_headers))

    def finished(self, exchange: Exchange) -> None:
        """The answer is complete: the next request in line, or idle, or the end."""
        self._state.total_requests += 1
        self._current = None
        self._has_served = True
        if self.transport.is_closing():
            return
        if not exchange.keep_alive:
            self._waiting.clear()
            if exchange.more_body:
                self._dropped = exchange.held
                self._linger()
            else:
                self._is_deaf = True
                self.transport.close()
        elif self._waiting:
            self._serve(self._waiting.popleft())
        elif self._reason:
            self._end_with(self._reason)
        else:
            self._since = self._loop.time()
            self.resume_reading()

    def ended(self, exchange: Exchange) -> None:
        """Nothing of it is running any more."""
        if exchange.task:
            self._state.tasks.discard(exchange.task)

    # The parser calls these.

    def on_message_begin(self) -> None:
        self._is_in_headers = True
        self._fed = self._arriving
        if self._current is None:
            self._since = self._loop.time()
        self._head = Head()

    def on_url(self, url: bytes) -> None:
        self._head.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_in_headers:  # else a trailer: a field that comes after it was judged is dropped
            self._head.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        version = self._parser.get_http_version()
        self._reason = self._head.judge(version, self._fed, self._limits)
        if self._reason is None and len(self._waiting) >= self._limits.pipelined:
            self._reason = refusals.PIPELINED
        if self._reason:
            raise _Refused
        self._is_in_headers = False
        self._fed = 0
        scope = self._head.scope(version, self._parser.get_method())
        scope["server"], scope["client"] = self._addresses
        scope["state"] = self._app_state.copy()
        exchange = self._reading = scope[KEY] = Exchange(
            self,
            scope,
            keep_alive=version == "1.1" and self._parser.should_keep_alive(),
            expects=version == "1.1" and self._head.expects_continue(),
            length=self._head.length(),
        )
        if self._current is None:
            self._serve(exchange)
        else:
            self._waiting.append(exchange)
            self.pause_reading()

    def on_body(self, body: bytes) -> None:
        self._fed = 0
        exchange = self._reading
        if exchange is not None:
            exchange.feed(body)
            if exchange.held > _HIGH_WATER:
                self.pause_reading()

    def on_message_complete(self) -> None:
        self._fed = 0
        if self._reading is not None:
            self._reading.end_body()

    def _long_body(self, data: bytes) -> bytes:
        """The rest of a body with a Content-Length does not go through the parser, which would copy it.

        Returns what follows the body: the beginning of the next request.
        """
        assert self._reading is not None
        left = self._reading.left
        if len(data) < left:
            self.on_body(data)
            return b""
        self._is_in_long_body = False
        self._parser = httptools.HttpRequestParser(self)  # the other one still waits for the body
        self.on_body(data[:left])
        self.on_message_complete()
        return data[left:]

    def _serve(self, exchange: Exchange) -> None:
        self._current = exchange
        exchange.task = self._loop.create_task(exchange.run(self._app))
        self._state.tasks.add(exchange.task)

    def _refuse(self, reason: Refusal) -> None:
        """No request can be read from here on: say so, once the answers that are owed have been given."""
        self._is_deaf = True
        if self._waiting and self._waiting[-1].more_body:
            self._waiting.pop()
        current = self._current
        if current is None:
            self._end_with(reason)
        elif not current.more_body:
            self._reason = reason
        else:
            current.disconnect()
            self._current = None
            if current.has_answered:
                self.transport.abort()
            else:
                self._end_with(reason)

    def _end_with(self, reason: Refusal) -> None:
        self.transport.write(reason.response())
        self._linger()

    def _linger(self) -> None:
        """Close our half now, and the other when the client has, or after a while."""
        self._is_deaf = True
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.resume_reading()
            self._drop(0)
            self._loop.call_later(self._limits.linger_seconds, self.transport.close)

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > self._limits.linger_bytes:
            self.pause_reading()
