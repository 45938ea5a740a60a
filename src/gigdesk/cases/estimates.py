"""The shell that asks the store how long a type takes, every few minutes at most."""

import time
from datetime import datetime, timedelta

from gigdesk.cases.estimate import MOST, Estimate, estimate, usual, window
from gigdesk.cases.model import Case
from gigdesk.cases.ports import CaseIndex

KEPT_SECONDS = 300.0


class Estimates:
    """What each issue type usually takes: one entry a type of the table, asked anew after five minutes."""

    def __init__(self, index: CaseIndex) -> None:
        self._index = index
        self._known: dict[str, tuple[float, timedelta | None]] = {}

    async def of(self, case: Case, at: datetime) -> Estimate | None:
        """How long this case is likely to take; None once it was decided or closed. Raises Unavailable."""
        is_known = case.terms.first_reply is not None
        return estimate(case, await self._usual(case.issue_type, at) if is_known else None, at)

    async def _usual(self, issue_type: str, at: datetime) -> timedelta | None:
        now = time.monotonic()
        ends, known = self._known.get(issue_type, (0.0, None))
        if now >= ends:
            since, until = window(at)
            known = usual(await self._index.decided_after(issue_type, since, until, MOST))
            self._known[issue_type] = (now + KEPT_SECONDS, known)
        return known
