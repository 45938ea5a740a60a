"""The gig of a case as the marketplace has it now, for the page of the case, which stands without it as well."""

import asyncio
import time
from collections.abc import Callable

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases.view import CaseView
from gigdesk.errors import Unavailable
from gigdesk.web.agent.case_shown import GigNow

PATIENCE_SECONDS = 1.0
REST_SECONDS = 15.0


class GigLookup:
    """Asks the directory in the name of a party of the case, so that its answer is kept as theirs is.

    A page waits a second at most. A directory that did not answer is left alone for a while; what was put into the
    table of gigs stands in meanwhile. ``now`` tells seconds that never go back.
    """

    def __init__(self, desk: Gigdesk, now: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._now = now
        self._rests_until = 0.0

    async def of(self, view: CaseView) -> GigNow:
        """The gig, and whether the marketplace failed to tell. Raises Unavailable where the store is away."""
        gig, is_silent = None, self._now() < self._rests_until
        if not is_silent:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    gig = await self._desk.gigs.find(view.case.gig_id, {"sub": _reporter(view)})
            except (Unavailable, TimeoutError):
                is_silent = True
                self._rests_until = self._now() + REST_SECONDS
        return GigNow(gig=gig or await self._desk.gig_table.get_gig(view.case.gig_id), is_silent=is_silent)


def _reporter(view: CaseView) -> str:
    """The id of the reporter; empty where it was erased."""
    sealed = view.sight.sealed.get("reporter")
    return str(orjson.loads(sealed.value).get("id", "")) if sealed else ""
