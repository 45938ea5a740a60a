"""One request and its response, told to the application as ASGI 3 (HTTP, spec version 2.3) has it.

1. Nothing is written before the application's first body message, and then head and body in one go.
2. ``Expect: 100-continue`` is answered when the application first asks for the body, never before.
3. An answer to a request whose body has not all come says ``Connection: close``.
"""

import asyncio
import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from operator import itemgetter
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Message, Scope

from gigdesk.web.server.refusals import FAULT

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_SAFE_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSAFE_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LONG = 32 << 10  # what is as long is not copied to be joined to others
_BODILESS = frozenset({204, 304})
_LENGTH = b"content-length"
_OURS = frozenset({b"connection", b"transfer-encoding"})
_name_of, _value_of, _line_of = itemgetter(0), itemgetter(1), b"%b: %b\r\n".__mod__

_log = structlog.get_logger()


class Line(Protocol):
    """The connection below an exchange."""

    transport: asyncio.Transport
    is_write_paused: bool

    def resume_reading(self) -> None:
        """More of the body is wanted."""
        ...

    async def drained(self) -> None:
        """Returns when more may be written, or the client is gone."""
        ...

    def standard_headers(self) -> bytes:
        """Headers of every response."""
        ...

    def finished(self, exchange: "Exchange") -> None:
        """The response is complete."""
        ...

    def ended(self, exchange: "Exchange") -> None:
        """The application has returned."""
        ...


class Exchange:
    """One request and its response. The connection feeds it; the application reads and answers."""

    __slots__ = (
        "_chunks",
        "_has_told_end",
        "_head",
        "_is_bodiless",
        "_is_chunked",
        "_is_head_sent",
        "_line",
        "_news",
        "_to_send",
        "expects",
        "held",
        "is_complete",
        "is_ending",
        "is_gone",
        "keep_alive",
        "left",
        "more_body",
        "scope",
        "task",
    )

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, expects: bool, length: int = 0) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.expects = expects
        self.more_body = True
        self.left = length  # of a Content-Length; 0 or less where there is none
        self.held = 0
        self.is_gone = False
        self.is_complete = False
        self.is_ending = False
        self._line = line
        self._chunks: list[bytes] = []
        self._has_told_end = False
        self._news: asyncio.Event | None = None
        self._is_bodiless = False
        self._head: list[bytes] | None = None
        self._is_head_sent = False
        self._is_chunked = False
        self._to_send: int | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def has_answered(self) -> bool:
        """Some of the answer has been written."""
        return self._is_head_sent

    def feed(self, chunk: bytes) -> None:
        """More of the body has come; after the answer it is dropped."""
        size = len(chunk)
        self.left -= size
        if not self.is_complete:
            self._chunks.append(chunk)
            self.held += size
            self._wake()

    def end_body(self) -> None:
        """All of the body has come."""
        self.more_body = False
        self._wake()

    def disconnect(self) -> None:
        """The client is gone, or its body broke; whatever is sent from now on goes nowhere."""
        self.is_gone = True
        self._wake()

    async def run(self, app: ASGIApp) -> None:
        """Let the application answer; a fault of its own is logged and becomes a 500, or a broken answer."""
        try:
            await app(self.scope, self.receive, self.send)
            if self.is_complete or self.is_gone:
                return
            _log.error("answer_left_incomplete", path=self.scope["path"])
        except Exception as error:  # noqa: BLE001 - the connection outlives the application's faults
            _log.error("request_failed", exc_info=error)
        except asyncio.CancelledError:
            self._line.transport.abort()
            raise
        finally:
            self._line.ended(self)
        self._fail()

    async def receive(self) -> Message:
        """``http.request`` while there is a body, then ``http.disconnect`` once the client is gone."""
        while not (self.is_gone or self.is_complete):
            if self._chunks or not (self.more_body or self._has_told_end):
                return self._told()
            if self.expects:
                self.expects = False
                if not self._is_head_sent:
                    self._line.transport.write(_CONTINUE)
            self._line.resume_reading()
            news = self._news = self._news or asyncio.Event()
            news.clear()
            await news.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a message of the response; to a client that is gone it is dropped. RuntimeError: out of turn."""
        if self._line.is_write_paused:
            await self._line.drained()
        if self.is_gone:
            return
        if message["type"] == "http.response.start" and self._head is None:
            self._start(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and self._head is not None and not self.is_complete:
            self._continue(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError(f"{message['type']} is not due")

    def whole(self) -> bytes | None:
        """The body, if all of it has come and none was told; what ``receive`` would say in one message."""
        if self.more_body or self._has_told_end or self.is_gone:
            return None
        body = b"".join(self._chunks)
        self._chunks.clear()
        self.held = 0
        self._has_told_end = True
        return body

    def answer(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes | memoryview) -> bool:
        """What two messages to ``send`` would do; False where they must wait for the client or have begun."""
        if self._line.is_write_paused or self.is_gone or self._head is not None:
            return False
        self._start(status, headers)
        self._continue(body, False)
        return True

    def _told(self) -> Message:
        chunks = self._chunks
        if len(chunks) == 1 or (chunks and len(chunks[0]) >= _LONG):
            body = chunks.pop(0)
        else:
            body = b"".join(chunks)
            chunks.clear()
        self.held -= len(body)
        more = self.more_body or bool(chunks)
        self._has_told_end = not more
        return {"type": "http.request", "body": body, "more_body": more}

    def _wake(self) -> None:
        if self._news is not None:
            self._news.set()

    def _start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        headers = tuple(headers)  # they may come one by one (ASGI), and are looked at more than once
        names, values = [*map(_known, map(_name_of, headers))], [*map(_value_of, headers)]
        if _UNSAFE_VALUE.search(b"".join(values)):
            raise RuntimeError("a header whose value cannot be sent")
        if not _OURS.isdisjoint(names):
            self._take_out_ours(names, values)
        if _LENGTH in names:
            self._to_send = int(values[names.index(_LENGTH)])
        self._is_bodiless = status in _BODILESS or self.scope["method"] == "HEAD"
        first = _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
        self._head = [first, self._line.standard_headers(), *map(_line_of, zip(names, values, strict=True))]

    def _take_out_ours(self, names: list[bytes], values: list[bytes]) -> None:
        """Heed what is said of the connection; the headers themselves are made here."""
        for place in reversed(range(len(names))):
            if names[place] in _OURS:
                name, value = names.pop(place), values.pop(place)
                if name == b"connection" and b"close" in value.lower():
                    self.keep_alive = False

    def _framed(self) -> list[bytes | memoryview]:
        """The head, with how the body's end is told (RFC 9112 §6) and whether the connection goes on."""
        assert self._head is not None
        lines = self._head
        self._is_head_sent = True
        if self._is_bodiless:
            self._to_send = None
        elif self._to_send is None and self.scope["http_version"] == "1.1":
            self._is_chunked = True
            lines.append(b"transfer-encoding: chunked\r\n")
        elif self._to_send is None:
            self.keep_alive = False
        if self.more_body:
            self.keep_alive = False
        lines.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
        return [b"".join(lines)]

    def _continue(self, body: bytes | memoryview, more: bool) -> None:
        pieces: list[bytes | memoryview] = [] if self._is_head_sent else self._framed()
        if self._is_chunked:
            pieces += _chunk(body, more)
        elif not self._is_bodiless:
            if self._to_send is not None:
                self._count(len(body), more)
            pieces.append(body)
        if len(body) < _LONG:
            self._line.transport.write(b"".join(pieces))
        else:
            self._line.transport.writelines(pieces)
        if not more:
            self.is_complete = True
            self._wake()
            self._line.finished(self)

    def _count(self, size: int, more: bool) -> None:
        assert self._to_send is not None
        self._to_send -= size
        if self._to_send < 0 or (self._to_send and not more):
            raise RuntimeError("the answer is not as long as its Content-Length")

    def _fail(self) -> None:
        if self.is_gone:
            return
        if self._is_head_sent:
            self._line.transport.abort()
            return
        self.keep_alive = False
        self.is_complete = True
        self._line.transport.write(FAULT.response())
        self._line.finished(self)


@lru_cache(maxsize=256)
def _known(raw: bytes) -> bytes:
    """The name of a header as it is sent; programs use few of them. RuntimeError for what is none."""
    if not _SAFE_NAME.fullmatch(raw):
        raise RuntimeError(f"a header that cannot be sent: {raw!r}")
    return raw.lower()


def _chunk(body: bytes | memoryview, more: bool) -> list[bytes | memoryview]:
    """A piece of a body as a chunk (RFC 9112 §7.1), and the last one behind it at the end."""
    pieces = [b"%x\r\n" % len(body), body, b"\r\n"] if body else []
    return pieces if more else [*pieces, b"0\r\n\r\n"]
