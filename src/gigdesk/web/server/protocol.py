"""uvicorn's HTTP protocol with guards of our own: on heads, on slow peers, on answers that come early.

1. A head is complete within seconds, is at most 32 KiB, and says each thing once.
2. An answer that comes before the body has ended closes the connection so that the peer still hears it:
   half-close, read and drop a little, close (RFC 9112 §9.6).
3. Whoever does not read what was asked for is cut.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gigdesk.web.server.refusal import Refusal, refusal_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Limits of a connection: seconds, bytes and numbers."""

    head_seconds: float = 10.0
    head_bytes: int = 32 << 10
    head_lines: int = 100
    linger_seconds: float = 2.0
    linger_bytes: int = 1 << 20
    unread_seconds: float = 60.0
    connections: int = 2_000


_ONCE = frozenset({b"content-length", b"transfer-encoding", b"host", b"authorization", b"content-type"})


class _Transport:
    """The connection's transport; closing it waits for a peer that is still sending."""

    __slots__ = (
        "_inner",
        "_owner",
        "get_extra_info",
        "is_closing",
        "pause_reading",
        "resume_reading",
        "write",
    )

    def __init__(self, inner: asyncio.Transport, owner: "GuardedProtocol") -> None:
        self._inner = inner
        self._owner = owner
        self.write = inner.write
        self.is_closing = inner.is_closing
        self.pause_reading = inner.pause_reading
        self.resume_reading = inner.resume_reading
        self.get_extra_info = inner.get_extra_info

    def close(self) -> None:
        self._owner.close_gently()


class GuardedProtocol(HttpToolsProtocol):
    """One connection. ``guards`` is set once a process, by a subclass, before the first connection."""

    guards: ClassVar[Guards] = Guards()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wire: asyncio.Transport | None = None
        self._in_head = False
        self._head_bytes = 0
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._lingering = False
        self._dropped = 0
        self._refusal: Refusal | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = wire = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        super().connection_made(cast("asyncio.Transport", _Transport(wire, self)))
        if len(self.connections) > self.guards.connections:
            self._refuse(Refusal.CROWDED)
            return
        self._late = self.loop.call_later(self.guards.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer("_late")
        self._stop_timer("_unread")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingering:
            self._drop(len(data))
            return
        if self.parser is None:
            return
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            self._watch_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer("_late")
        self._refusal = judge(self.headers, self.guards)
        if self._refusal is not None:
            raise ValueError("refused")  # the parser passes it on, and send_400_response answers
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refusal or Refusal.MALFORMED)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(self.guards.unread_seconds, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_timer("_unread")

    def eof_received(self) -> None:
        if self._lingering:
            self._finish()

    def close_gently(self) -> None:
        """Close now where all was read, else after the peer has had time to hear the answer."""
        wire = self._wire
        if wire is None or wire.is_closing() or self._lingering:
            return
        cycle: Any = self.cycle  # None before the first request
        is_sending = cycle is not None and cycle.more_body and not cycle.disconnected
        if not (is_sending or self._refusal) or not wire.can_write_eof():
            wire.close()
            return
        self._lingering = True
        wire.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.guards.linger_seconds, self._finish)

    def _watch_head(self) -> None:
        if self._head_bytes > self.guards.head_bytes:
            self._refuse(Refusal.HEAD_TOO_LARGE)
        elif self._late is None:
            self._late = self.loop.call_later(self.guards.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._late = None
        if self._in_head:
            self._refuse(Refusal.HEAD_TOO_SLOW)
        elif self._wire is not None:
            self._wire.close()

    def _refuse(self, refusal: Refusal) -> None:
        if self._wire is None or self._wire.is_closing() or self._lingering:
            return
        self._refusal = refusal
        self._stop_timer("_late")
        self._wire.write(refusal_bytes(refusal))
        self.close_gently()

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > self.guards.linger_bytes:
            self._finish()

    def _finish(self) -> None:
        if self._wire is not None and not self._wire.is_closing():
            self._wire.close()

    def _abort(self) -> None:
        if self._wire is not None:
            self._wire.abort()

    def _stop_timer(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)


def judge(headers: list[tuple[bytes, bytes]], guards: Guards) -> Refusal | None:
    """What is wrong with a head whose lines are complete: too much of it, or two answers to one question."""
    if len(headers) > guards.head_lines or sum(len(k) + len(v) for k, v in headers) > guards.head_bytes:
        return Refusal.HEAD_TOO_LARGE
    counted = Counter(name for name, _ in headers if name in _ONCE)
    if any(count > 1 for count in counted.values()):
        return Refusal.REPEATED
    if counted[b"content-length"] and counted[b"transfer-encoding"]:
        return Refusal.TWO_LENGTHS
    return None
