"""A gig directory that remembers for seconds, so that a busy gig is asked for once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from gigdesk.gigs.model import Gig
from gigdesk.gigs.ports import GigDirectory

KEEP_SECONDS = 30.0
KEEP_TOLD_SECONDS = 5.0
MAX_KEPT = 10_000


class CachedDirectory:
    """Asks ``inner`` at most once at a time for each gig; failures are never remembered.

    Gigs are kept for ``keep`` seconds for their parties, and whatever somebody else was told for
    ``keep_told``, at most ``limit`` of each, the longest unused forgotten first. ``per_caller`` is for a
    directory that answers from the caller's claims: then nothing is shared and nothing kept.

    How fast an answer comes must not tell whether there is such a gig. So who is no party waits for ``inner``
    whatever the parties' own asking has left here, and both a foreign gig and an unknown one then answer from
    memory for the same time. It is short, because a gig may be made a moment after it was asked for; the price
    is that an integration, which is no party, has ``inner`` asked once in that time for each gig that it uses.
    """

    def __init__(
        self,
        inner: GigDirectory,
        *,
        keep: float = KEEP_SECONDS,
        keep_told: float = KEEP_TOLD_SECONDS,
        limit: int = MAX_KEPT,
        per_caller: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._keep = keep
        self._keep_told = keep_told
        self._limit = limit
        self._per_caller = per_caller
        self._now = now
        self._gigs: OrderedDict[str, tuple[Gig, float]] = OrderedDict()
        self._told: OrderedDict[str, tuple[Gig | None, float]] = OrderedDict()
        self._flights: dict[str, asyncio.Task[Gig | None]] = {}

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig as it was at most ``keep`` seconds ago, or None; ``claims`` name a ``sub``. Raises Unavailable."""
        if self._per_caller:
            return await self._inner.find(gig_id, claims)
        kept, told, now = self._gigs.get(gig_id), self._told.get(gig_id), self._now()
        if kept is not None and now < kept[1] and _takes_part(kept[0], claims):
            self._gigs.move_to_end(gig_id)
            return kept[0]
        if told is not None and now < told[1]:
            return told[0]
        flight = self._flights.get(gig_id)
        if flight is None:
            flight = asyncio.create_task(self._ask(gig_id, claims))
            self._flights[gig_id] = flight
            flight.add_done_callback(lambda done: self._land(gig_id, done))
        # Who gives up leaves the others their answer.
        gig = await asyncio.shield(flight)
        kept = self._gigs.get(gig_id)
        if gig is not None and kept is not None and kept[0] is gig and not _takes_part(gig, claims):
            self._tell(gig_id, gig)
        return gig

    def forget(self, gig_id: str) -> None:
        """The gig has changed: the next who asks is told anew, also when an answer is on its way."""
        self._gigs.pop(gig_id, None)
        self._told.pop(gig_id, None)
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
            self._gigs.pop(gig_id, None)
            self._tell(gig_id, None)
        else:
            self._gigs[gig_id] = (gig, self._now() + self._keep)
            self._gigs.move_to_end(gig_id)
            _bound(self._gigs, self._limit)

    def _tell(self, gig_id: str, gig: Gig | None) -> None:
        """Remember what somebody was told who takes no part in it."""
        self._told[gig_id] = (gig, self._now() + self._keep_told)
        self._told.move_to_end(gig_id)
        _bound(self._told, self._limit)


def _takes_part(gig: Gig, claims: Mapping[str, object]) -> bool:
    asking = claims.get("sub")
    return isinstance(asking, str) and gig.party(asking) is not None


def _bound(kept: OrderedDict[str, Any], limit: int) -> None:
    while len(kept) > limit:
        kept.popitem(last=False)
