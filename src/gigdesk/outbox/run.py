"""Works off effects: claims a few under a lease, performs them, settles; at least once, at most one at a time.

1. A lease is short and renewed while its effect is under way, so that a crash costs a minute and no more.
2. A part that is away (Unavailable) is tried again for as long as it takes, or for as long as its destination has
   patience; any other failure a few times, then the effect is parked with a reason that names no person. What can
   never work is parked at once. Before that, whoever waits for it is told by ``give_up``.
3. What goes to a destination that is away waits untried until a probe was answered: no time-out of one
   destination takes the hands from another, and what was not tried counts as no attempt.
4. Mail goes before all else, and every fourth time something else before mail: a mountain of letters, as after a
   day without a mail server, keeps no photo from being inspected.
5. The foreground comes first: while it is busy one effect is begun at a time, after a pause, and never later
   than that pause.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gigdesk.cases.owed import UNDER_WAY, ClaimedEffect
from gigdesk.cases.ports import Outbox
from gigdesk.errors import GigdeskError, Unavailable
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Outcome
from gigdesk.outbox.circuits import Circuits
from gigdesk.outbox.destinations import Destination, asked_for, destination, kinds_of, outcome

Perform = Callable[[ClaimedEffect], Awaitable[None]]

_log = structlog.get_logger()


async def _nobody_waits(claimed: ClaimedEffect) -> None:
    """For effects that nothing hangs on."""


class UnknownEffect(GigdeskError):  # noqa: N818 - named like the errors of errors.py
    """No part of this version performs effects of this kind."""


FOR_GOOD = (UnknownEffect, Undeliverable)
LATER = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the outbox works: effects at once, tries, and seconds.

    ``attempts`` counts claims, after which a failure is final; ``pause`` is the longest that an effect waits
    for the foreground; ``longest`` ends an effect that hangs; ``grace`` is what is left to finish at a stop.
    ``longest_wait`` is the most that the other side is left alone for because it asked. Of ``turn`` effects begun
    one is not mail, where any such waits.
    """

    at_once: int = 4
    turn: int = 4
    attempts: int = 8
    lease: float = 60.0
    first_delay: float = 1.0
    last_delay: float = 600.0
    longest: float = 900.0
    pause: float = 0.25
    grace: float = 10.0
    sleep: float = 5.0
    longest_wait: float = 3600.0


class Runner:
    """Works off what is due, by itself or beside others."""

    def __init__(
        self,
        outbox: Outbox,
        perform: Perform,
        *,
        give_up: Perform = _nobody_waits,
        busy: Callable[[], bool] = lambda: False,
        pace: Pace = Pace(),
        circuits: Circuits | None = None,
    ) -> None:
        self._outbox = outbox
        self._perform = perform
        self._give_up = give_up
        self._busy = busy
        self._pace = pace
        self._circuits = circuits or Circuits()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_away = False
        self._begun = 0
        self._done = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``; then what is under way may finish, and what does not is let go of.

        A store that is away is waited for.
        """
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                try:
                    await self._round(stopped)
                    self._store_is(away=False)
                except Exception as error:  # noqa: BLE001 - whatever it was, what is owed stays owed
                    if isinstance(error, Unavailable):
                        self._store_is(away=True, code=error.code)
                    else:
                        _log.error("outbox_stumbled", exc_info=error)
                    await asyncio.wait([stopped], timeout=random.uniform(0.2, 1.5))  # noqa: S311
        finally:
            stopped.cancel()
            await self._finish()

    async def drain(self) -> int:
        """Perform everything that is due now, and give how many were done. Raises Unavailable."""
        before = self._done
        while await self._begin(self._pace.at_once):
            if self._tasks:
                await asyncio.wait(self._tasks)
        return self._done - before

    async def _round(self, stopped: asyncio.Task[bool]) -> None:
        """Begin what is due and there are hands for; else sleep until there may be more to do."""
        free = self._pace.at_once - len(self._tasks)
        if free and await self._give_way():
            free = 1
        begun = await self._begin(free) if free else []
        if len(begun) < free:
            await self._first_of(stopped, asyncio.create_task(self._wait()))
        elif len(self._tasks) >= self._pace.at_once:
            await asyncio.wait([stopped, *self._tasks], return_when=asyncio.FIRST_COMPLETED)

    async def _first_of(self, stopped: asyncio.Task[bool], waiting: asyncio.Task[None]) -> None:
        await asyncio.wait([stopped, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait([waiting])
        elif error := waiting.exception():
            raise error

    async def _wait(self) -> None:
        await self._outbox.wait(timedelta(seconds=self._pace.sleep))

    async def _begin(self, limit: int) -> Sequence[ClaimedEffect]:
        """Claim what is due, and begin it or let go of it; gives both."""
        turns = (self._begun + limit) // self._pace.turn - self._begun // self._pace.turn
        claimed = await self._outbox.claim(limit, timedelta(seconds=self._pace.lease), turns)
        self._begun += len(claimed)
        going, waiting = self._circuits.sort(claimed)
        for effect in going:
            task = asyncio.create_task(self._work(effect))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        for held in waiting:
            # Processes that lost one destination at one moment do not ask after it at one moment.
            wait = held.seconds + random.uniform(0, min(held.seconds, LATER))  # noqa: S311
            await self._outbox.hold(held.effects, held.kinds, timedelta(seconds=wait), held.destination)
        return claimed

    async def _give_way(self) -> bool:
        """Let the foreground go first, for a bounded time; whether it is still busy."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._pace.pause
        while self._busy():
            if loop.time() >= end:
                return True
            await asyncio.sleep(0.01)
        return False

    async def _work(self, claimed: ClaimedEffect) -> None:
        """Perform one effect and note how it went; never raises."""
        try:
            await self._performed(claimed)
        except asyncio.CancelledError as error:
            self._circuits.ended(claimed, error)
            await self._note(self._outbox.postpone, claimed.effect.id, timedelta(0), "stopped")
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it must not end the others
            self._circuits.ended(claimed, error)
            await self._failed(claimed, error)
        else:
            self._circuits.ended(claimed)
            if await self._note(self._outbox.settle, claimed.effect.id):
                self._done += 1

    async def _performed(self, claimed: ClaimedEffect) -> None:
        """Perform it under a lease that is renewed meanwhile, and no longer: how it went is noted after that."""
        renewal = asyncio.create_task(self._renew(claimed))
        try:
            async with asyncio.timeout(self._pace.longest):
                await self._perform(claimed)
        finally:
            renewal.cancel()

    async def _renew(self, claimed: ClaimedEffect) -> None:
        lease = timedelta(seconds=self._pace.lease)
        while True:
            await asyncio.sleep(self._pace.lease / 3)
            with suppress(Unavailable):
                await self._outbox.postpone(claimed.effect.id, lease, UNDER_WAY)

    async def _failed(self, claimed: ClaimedEffect, error: Exception) -> None:
        """Later, or never by itself again."""
        reason = error.code if isinstance(error, GigdeskError) else type(error).__name__
        log = _log.bind(kind=claimed.effect.kind, effect=str(claimed.effect.id), attempts=claimed.attempts)
        is_last = claimed.attempts >= self._pace.attempts and not isinstance(error, Unavailable)
        if (is_last or isinstance(error, FOR_GOOD)) and await self._was_given_up(claimed):
            log.error("effect_was_parked", reason=reason)
            await self._note(self._outbox.park, claimed.effect.id, reason)
            return
        delay = max(self._delay(claimed.attempts), self._asked_for(claimed, error))
        log.warning("effect_was_postponed", reason=reason, seconds=round(delay.total_seconds(), 1))
        await self._note(self._outbox.postpone, claimed.effect.id, delay, reason)
        to = destination(claimed.effect.kind)
        if to and to.patience is not None and outcome(to, error) is Outcome.AWAY:
            await self._note(self._park_old, to, to.patience)

    async def _park_old(self, to: Destination, patience: timedelta) -> None:
        """Park all that has been owed for too long to what is away, tried or not: each is tried on its own else."""
        reason = f"gave up after {patience.days} days: {to.name} is away"
        if parked := await self._outbox.park_old(kinds_of(to.name), patience, reason):
            _log.error("effects_were_given_up", destination=to.name, count=parked)

    async def _was_given_up(self, claimed: ClaimedEffect) -> bool:
        """Whether whoever waits could be told; else it is tried again."""
        try:
            async with asyncio.timeout(self._pace.lease):
                await self._give_up(claimed)
        except (Unavailable, TimeoutError):
            return False
        except Exception as error:  # noqa: BLE001 - it is parked all the same
            _log.error("giving_up_stumbled", effect=str(claimed.effect.id), exc_info=error)
        return True

    def _asked_for(self, claimed: ClaimedEffect, error: Exception) -> timedelta:
        """How long the other side asked to be left alone, bounded: what it says may be a slip."""
        to = destination(claimed.effect.kind)
        return timedelta(seconds=min(asked_for(to, error), self._pace.longest_wait) if to else 0)

    def _delay(self, attempts: int) -> timedelta:
        """Full jitter over a doubling span, and never less than the first delay."""
        first, last = self._pace.first_delay, self._pace.last_delay
        span = min(last, first * 2 ** min(attempts, 30))
        return timedelta(seconds=random.uniform(first, span))  # noqa: S311 - spreads load, hides nothing

    async def _note(self, verb: Callable[..., Awaitable[None]], *given: object) -> bool:
        """Tell the store, again if it is away for a moment; after that the lease ends and it is done again."""
        for pause in (0.2, 1.0, 3.0, 0.0):
            try:
                await verb(*given)
            except Unavailable as error:
                self._store_is(away=True, code=error.code)
                await asyncio.sleep(pause)
            else:
                return True
        return False

    def _store_is(self, *, away: bool, code: str = "") -> None:
        """Log a change, not a state."""
        if away != self._is_away:
            self._is_away = away
            if away:
                _log.warning("outbox_lost_the_store", code=code)
            else:
                _log.info("outbox_found_the_store")

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._pace.grace)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
