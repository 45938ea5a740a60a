"""Keeps background work alive, and says when it is not."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gigdesk.errors import Unavailable

_log = structlog.get_logger()


class Watch:
    """Runs work that ends only when told to; work that ends otherwise is begun again, later each time.

    The first pause is ``first`` seconds, then twice that, up to ``last``.
    """

    def __init__(
        self, work: Callable[[asyncio.Event], Awaitable[None]], *, first: float = 1.0, last: float = 60.0
    ):
        self._work = work
        self._first = first
        self._last = last
        self._is_running = True

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``."""
        pause = self._first
        while not stop.is_set():
            try:
                await self._work(stop)
            except Exception as error:  # noqa: BLE001 - whatever it was, what is owed stays owed
                _log.critical("background_work_broke_off", exc_info=error)
            else:
                if stop.is_set():
                    return
                _log.critical("background_work_ended")
            self._is_running = False
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                self._is_running = True
            pause = min(pause * 2, self._last)

    async def probe(self) -> None:
        """Raises Unavailable while the work waits to be begun again."""
        if not self._is_running:
            raise Unavailable(
                "outbox.broken",
                "Files are not checked and mail is not sent right now: that work broke off, and is begun again"
                " within a minute. See the log.",
                retry_after=60,
            )
