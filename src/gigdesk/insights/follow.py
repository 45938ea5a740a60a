"""The shell that follows the log: what the desk's lists are made of is projected from it, case by case.

1. The log is the truth. What a crash leaves undone is behind still, and is done when somebody follows again.
2. Several may follow at once: of a case that was found in one state, the first one's work is kept.
3. The foreground comes first: while it is busy, few cases are taken at a time, after a pause.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from gigdesk.cases.ports import CaseIndex, CaseLog, Commit
from gigdesk.cases.seal import record_of
from gigdesk.cases.sight import Sealed
from gigdesk.cases.visibility import case_of
from gigdesk.errors import Unavailable
from gigdesk.insights.entry import projected
from gigdesk.insights.model import Projected
from gigdesk.insights.ports import Behind, DeskProjection

MOST = 200
MOST_WHILE_BUSY = 20
SLEEP = timedelta(seconds=5)
PAUSE_SECONDS = 0.25
RETRY_SECONDS = 1.0
ATTEMPTS = 5
_log = structlog.get_logger()


class Follower:
    """Keeps the projection up with the log."""

    def __init__(self, log: CaseLog, index: CaseIndex, projection: DeskProjection) -> None:
        self._case_log = log
        self._index = index
        self._projection = projection
        self._is_away = False
        self._unreadable: set[UUID] = set()

    async def run(self, stop: asyncio.Event, busy: Callable[[], bool] = lambda: False) -> None:
        """Follow until ``stop``; a store that is away is waited for."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._round(stopped, busy)
        finally:
            stopped.cancel()

    async def follow(self, most: int = MOST) -> int:
        """Project up to so many cases that are behind; how many were. Raises Unavailable.

        A case whose log cannot be read is logged, once, and stays behind.
        """
        return await self._follow(await self._projection.behind(most + len(self._unreadable)))

    async def follow_all(self) -> int:
        """Follow until nothing is behind; how many cases were. Raises Unavailable."""
        done = 0
        while count := await self.follow():
            done += count
        return done

    async def catch_up(self, case: UUID) -> None:
        """Project this case now, if it is behind: who changed it sees the change in the next list.

        Raises Unavailable.
        """
        for _ in range(ATTEMPTS):  # another may have kept what it read before the last change
            if not await self._follow(await self._projection.behind(1, case)):
                return

    async def count_behind(self) -> int:
        """How many cases are behind. Raises Unavailable."""
        return await self._projection.count_behind()

    async def _round(self, stopped: "asyncio.Task[bool]", busy: Callable[[], bool]) -> None:
        """Follow what is behind, then sleep until more may be; whatever failed is tried again after the sleep."""
        is_busy = busy()
        if is_busy:
            await asyncio.wait([stopped], timeout=PAUSE_SECONDS)
        most = MOST_WHILE_BUSY if is_busy else MOST
        try:
            if await self.follow(most) >= most:
                return
            self._is_away = False
            await self._sleep(stopped, self._projection.wait(SLEEP))
        except Unavailable as error:
            if not self._is_away:
                _log.warning("follower_lost_the_store", code=error.code)
            self._is_away = True
            await asyncio.wait([stopped], timeout=RETRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it was, what is behind stays behind
            _log.error("follower_stumbled", exc_info=error)
            await asyncio.wait([stopped], timeout=RETRY_SECONDS)

    async def _sleep(self, stopped: "asyncio.Task[bool]", wait: Coroutine[object, object, None]) -> None:
        waiting = asyncio.create_task(wait)
        await asyncio.wait([stopped, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait([waiting])
        elif error := waiting.exception():
            raise error

    async def _follow(self, behind: Sequence[Behind]) -> int:
        if not behind:
            return 0
        cases = [one.row.id for one in behind]
        commits = await self._case_log.load_all(cases)
        sealed = await self._index.sealed(cases)
        found = [one for each in behind if (one := self._projected(each, commits, sealed))]
        await self._projection.keep(found)
        return len(found)

    def _projected(
        self, behind: Behind, commits: Mapping[UUID, Sequence[Commit]], sealed: Mapping[UUID, Sealed]
    ) -> Projected | None:
        """What is kept of this case; None where its log cannot be read."""
        case = behind.row.id
        history = commits.get(case, ())
        try:
            records = [record_of(commit) for commit in history]
            state = case_of(case, records)
            return projected(behind, state, records, sealed[case]) if state else None
        except Exception as error:  # noqa: BLE001 - one log that was damaged must not keep the others from being followed
            if case not in self._unreadable:
                _log.error("case_could_not_be_followed", case=str(case), reason=type(error).__name__)
            self._unreadable.add(case)
            return None
