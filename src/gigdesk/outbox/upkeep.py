"""Keeps house beside the outbox: objects that no row knows, ended sessions, readers who left, leftovers of a crash.

Nothing here is urgent and everything can be repeated: a chore that fails is done again at the next turn, and
several processes that keep house at once do no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from gigdesk.app import Gigdesk
from gigdesk.errors import GigdeskError
from gigdesk.evidence import keys
from gigdesk.evidence.sweep import OLD, sweep

MOST = 100_000
# Every so many turns all objects are asked about, not only those that have become old since the turn before.
WHOLE_EVERY = 24
MARK = b"Files of a gigdesk installation stand here. While this object does, no other one sweeps them away.\n"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """When there is a turn: ``first`` seconds after the start, then every ``every`` seconds."""

    first: float = 30.0
    every: float = 3600.0


class Upkeep:
    """Keeps house for one process; ``tidy`` removes what a crash left on this machine, and says how many."""

    def __init__(self, desk: Gigdesk, tidy: Callable[[], Awaitable[int]], turns: Turns = Turns()) -> None:
        self._desk = desk
        self._tidy = tidy
        self._turns = turns
        self._swept_to: datetime | None = None
        self._sweeps = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Tidy at once, then take turns until ``stop``; never raises for a chore that failed."""
        stopped = asyncio.create_task(stop.wait())
        chores = asyncio.create_task(self._all(stop))
        try:
            await asyncio.wait([stopped, chores], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (stopped, chores):
                task.cancel()
            await asyncio.wait([stopped, chores])

    async def turn(self) -> None:
        """Every chore once, each whatever became of the others."""
        await self._do("leftovers", self._leftovers)
        await self._do("sessions", self._desk.sign_in.forget_expired)
        await self._do("readers", self._desk.insights.reading.forget_old)
        await self._do("objects", self._objects)

    async def _all(self, stop: asyncio.Event) -> None:
        await self._do("leftovers", self._leftovers)
        await asyncio.sleep(self._turns.first)
        while not stop.is_set():
            await self.turn()
            await asyncio.sleep(self._turns.every)

    async def _do(self, chore: str, deed: Callable[[], Awaitable[None]]) -> None:
        try:
            await deed()
        except GigdeskError as error:
            _log.warning("upkeep_was_postponed", chore=chore, code=error.code)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next turn comes
            _log.error("upkeep_stumbled", chore=chore, exc_info=error)

    async def _leftovers(self) -> None:
        if removed := await self._tidy():
            _log.info("leftovers_were_removed", count=removed)

    async def _objects(self) -> None:
        """What has become old since the last turn that went well; everything on the first and once a day.

        Never under a database that knows no object at all: the storage may be that of another. Else it is
        marked as ours, so that no other installation that was given it by mistake sweeps our files away.
        """
        if not await self._desk.index.knows_objects():
            return
        mark = keys.mark(self._desk.installation)
        if await self._desk.storage.size(mark) is None:
            await self._desk.storage.create(mark).finish([MARK])
        now, is_whole = self._desk.clock.now(), self._sweeps % WHOLE_EVERY == 0
        since = None if is_whole else self._swept_to
        knows = self._desk.index.knows_object
        done = await sweep(self._desk.storage, knows, now, since=since, most=MOST, mark=mark)
        if done.left:
            self._sweeps = 0  # judged against all of them at the next turn
        elif done.deleted < MOST:
            self._swept_to = now - OLD
            self._sweeps += 1
