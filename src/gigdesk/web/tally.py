"""Observations gathered in memory and put into a histogram many at a time.

Where several processes serve, each observation is written to two places of a shared file: more work than
everything else that counts a request.
"""

from bisect import bisect_left
from collections import Counter

from prometheus_client import Histogram

MOST = 256


class Distribution(Histogram):
    """A histogram that takes many observations at once."""

    def observe_all(self, amounts: list[float]) -> None:
        """The same as ``observe`` for each of them."""
        self._sum.inc(sum(amounts))
        for place, count in Counter([bisect_left(self._upper_bounds, amount) for amount in amounts]).items():
            self._buckets[place].inc(count)


class Tally:
    """What was observed and is not in the histogram yet: at most ``MOST`` amounts."""

    __slots__ = ("_amounts", "_into")

    def __init__(self, into: Distribution) -> None:
        self._into = into
        self._amounts: list[float] = []

    def add(self, amount: float) -> None:
        """Observe this amount, which is not negative."""
        self._amounts.append(amount)
        if len(self._amounts) >= MOST:
            self.flush()

    def flush(self) -> None:
        """Put all of it into the histogram."""
        amounts, self._amounts = self._amounts, []
        if amounts:
            self._into.observe_all(amounts)
