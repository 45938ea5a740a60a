"""When a connection reads on, and when more may be written to it."""

import asyncio

from gigdesk.web.server.unread import Unread


class Flow(asyncio.Protocol):
    """The flow of bytes of one connection, both ways."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.is_write_paused = False
        self.unread = Unread()
        self._is_read_paused = False
        self._writable: asyncio.Event | None = None

    def pause_writing(self) -> None:
        self.is_write_paused = True

    def resume_writing(self) -> None:
        self.is_write_paused = False
        self.unread.reset()
        if self._writable is not None:
            self._writable.set()

    def pause_reading(self) -> None:
        """Enough has come for now."""
        if not self._is_read_paused:
            self._is_read_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """More is wanted from the client."""
        if self._is_read_paused:
            self._is_read_paused = False
            self.transport.resume_reading()

    async def drained(self) -> None:
        """Returns when more may be written, or the client is gone."""
        writable = self._writable = self._writable or asyncio.Event()
        while self.is_write_paused:
            writable.clear()
            await writable.wait()
