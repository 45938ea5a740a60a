"""A gig directory that remembers for seconds, so that a busy gig is asked for once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress

from gigdesk.gigs.model import Gig
from gigdesk.gigs.ports import GigDirectory

KEEP_SECONDS = 30.0
KEEP_REFUSAL_SECONDS = 5.0
MAX_KEPT = 10_000


class CachedDirectory:
    """Asks ``inner`` at most once at a time for each gig; failures are never remembered.

    Gigs are kept for ``keep`` seconds and refusals for ``keep_refusals``, at most ``limit`` of each, the
    longest unused forgotten first: who probes for gigs pushes out refusals only. ``per_caller`` is for a
    directory that answers from the caller's claims: then nothing is shared and nothing kept.
    """

    def __init__(
        self,
        inner: GigDirectory,
        *,
        keep: float = KEEP_SECONDS,
        keep_refusals: float = KEEP_REFUSAL_SECONDS,
        limit: int = MAX_KEPT,
        per_caller: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._keep = keep
        self._keep_refusals = keep_refusals
        self._limit = limit
        self._per_caller = per_caller
        self._now = now
        self._gigs: OrderedDict[str, tuple[Gig, float]] = OrderedDict()
        self._refusals: OrderedDict[str, float] = OrderedDict()
        self._flights: dict[str, asyncio.Task[Gig | None]] = {}

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig as it was at most ``keep`` seconds ago, or None. Raises Unavailable."""
        kept = self._gigs.get(gig_id)
        if kept is not None and self._now() < kept[1]:
            self._gigs.move_to_end(gig_id)
            return kept[0]
        if self._now() < self._refusals.get(gig_id, 0.0):
            return None
        if self._per_caller:
            return await self._inner.find(gig_id, claims)
        flight = self._flights.get(gig_id)
        if flight is None:
            flight = asyncio.create_task(self._ask(gig_id, claims))
            self._flights[gig_id] = flight
            flight.add_done_callback(lambda done: self._land(gig_id, done))
        # Who gives up leaves the others their answer.
        return await asyncio.shield(flight)

    def forget(self, gig_id: str) -> None:
        """The gig has changed: the next who asks is told anew, also when an answer is on its way."""
        self._gigs.pop(gig_id, None)
        self._refusals.pop(gig_id, None)
        self._flights.pop(gig_id, None)

    async def probe(self) -> None:
        """Asks the directory itself."""
        await self._inner.probe()

    async def close(self) -> None:
        """Give up what is on its way, and close the directory."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        for flight in flights:
            with suppress(asyncio.CancelledError, Exception):
                await flight
        await self._inner.close()

    async def _ask(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        return await self._inner.find(gig_id, claims)

    def _land(self, gig_id: str, flight: "asyncio.Task[Gig | None]") -> None:
        """Remember the answer, unless the gig was forgotten while it was on its way."""
        failed = flight.cancelled() or flight.exception() is not None
        if self._flights.get(gig_id) is not flight:
            return
        del self._flights[gig_id]
        if failed:
            return
        gig = flight.result()
        if gig is None:
            self._refusals[gig_id] = self._now() + self._keep_refusals
            _bound(self._refusals, self._limit)
        else:
            self._gigs[gig_id] = (gig, self._now() + self._keep)
            self._gigs.move_to_end(gig_id)
            _bound(self._gigs, self._limit)


def _bound(kept: "OrderedDict[str, float] | OrderedDict[str, tuple[Gig, float]]", limit: int) -> None:
    while len(kept) > limit:
        kept.popitem(last=False)
