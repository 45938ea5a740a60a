"""Waking whoever sleeps on effects, in every process: NOTIFY after commits, LISTEN on its own connection.

NOTIFY takes a lock that all commits of a database share, so it is sent apart from them, at most every 50 ms:
the first at once, so that an idle outbox wakes as soon as it can.
Nothing depends on it: a sleeper looks by itself after five seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

CHANNEL = "gigdesk_effects"
PAUSE_SECONDS = 0.050
RECONNECT_SECONDS = 1.0

log = structlog.get_logger()


class Bell:
    """``connect`` makes a connection to listen on; ``send`` sends one NOTIFY."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], send: Callable[[], Awaitable[None]]) -> None:
        self._connect = connect
        self._send = send
        self._wakes: list[Callable[[], None]] = []
        self._ringing: asyncio.Task[None] | None = None
        self._again = False
        self._listening: asyncio.Task[None] | None = None

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, beside others, for every NOTIFY, and whenever one may have been missed."""
        self._wakes.append(wake)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()

    def listen(self) -> None:
        """Begin to listen, unless that has begun."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())

    def ring(self) -> None:
        """Send a NOTIFY soon; many calls within 50 ms send one more."""
        self._wake()
        self._again = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def close(self) -> None:
        """Stop both."""
        for task in (self._listening, self._ringing):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _ring(self) -> None:
        while self._again:
            self._again = False
            with suppress(Exception):
                await self._send()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except Exception as error:  # noqa: BLE001 - whatever broke, it is tried again
                log.warning("listening_was_interrupted", reason=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        """Listen until the connection ends."""
        connection = await self._connect()
        try:
            ended = asyncio.Event()
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, lambda *_: self._wake())
            self._wake()
            await ended.wait()
        finally:
            connection.terminate()
