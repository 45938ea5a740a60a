"""How many reports a person may send in all and on one gig, and the whole site, counted a process.

What one party of a gig sends never stops the other. Critical reports have a count of their own, so that
nothing sent before stops one, and the count of a person still keeps the site from being used up by one.

A sliding window made of two fixed ones: a burst at the border of two windows does not double the limit.
Memory is bounded twice: by what is sent in two windows, and by ``MAX_KEYS``. Answers carry the RateLimit
fields of draft-ietf-httpapi-ratelimit-headers-10.

Counted here and not by the library ``limits``, for what its memory storage costs each report: measured in
docs/adr/0004-own-rate-counter.md.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from gigdesk.cases.issue_types import msg
from gigdesk.errors import TooMany

MAX_KEYS = 100_000
REPEATS = 3
LOOKUPS = "120/minute"
ACTS = "120/hour"
EXPORTS = "20/hour"
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_SENTENCES = {
    "lookup": msg("You have looked at many gigs in a short time. Try again in %(seconds)s seconds."),
    "act": msg("You have written a lot in a short time. Try again in %(seconds)s seconds."),
    "export": msg("You have exported a lot in a short time. Try again in %(seconds)s seconds."),
    "person": msg("You have sent many reports in a short time. Try again in %(seconds)s seconds."),
    "gig": msg("You have reported this gig many times in a short time. Try again in %(seconds)s seconds."),
    "site": msg(
        "Many reports arrive just now. Nothing is wrong with yours: send it again in %(seconds)s seconds."
    ),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``amount`` in ``window`` seconds."""

    amount: int
    window: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """``20/hour``: a number, and second, minute, hour or day. Raises ValueError."""
        amount, _, unit = text.partition("/")
        if not (amount.isascii() and amount.isdigit() and int(amount) > 0 and unit in _SECONDS):
            raise ValueError(f"write a rate as NUMBER/second, /minute, /hour or /day, not {text!r}")
        return cls(int(amount), _SECONDS[unit])


class Counter:
    """Counts what keys have used of one rate: this window's, and a waning part of the one before."""

    __slots__ = ("_amount", "_before", "_begin", "_current", "_end", "_max_keys", "_now", "_window", "rate")

    def __init__(self, rate: Rate, max_keys: int = MAX_KEYS) -> None:
        self.rate = rate
        self._amount, self._window = rate.amount, rate.window
        self._max_keys = max_keys
        self._begin = -2.0 * rate.window
        self._end = self._begin + rate.window
        self._now = 0.0
        self._before: dict[str, int] = {}
        self._current: dict[str, int] = {}

    def take(self, key: str, now: float) -> int:
        """How many this key may still send at ``now`` (seconds, monotonic), and one of them is counted; 0 or
        less: none, and none is.

        Keys of windows that are over are forgotten; beyond ``max_keys`` the one that came first in this window.
        """
        self._now = now
        if not self._begin <= now < self._end:
            self._turn(now)
        current = self._current
        used = current.get(key, 0)
        left = self._amount - used
        if key in self._before:
            left -= int(self._before[key] * (self._end - now) / self._window)
        if left > 0:
            if not used and len(current) >= self._max_keys:
                del current[next(iter(current))]
            current[key] = used + 1
        return left

    def _turn(self, now: float) -> None:
        """Move to the window of now."""
        window = self.rate.window
        number = now // window
        self._before = self._current if number == self._begin // window + 1 else {}
        self._current = {}
        self._begin = number * window
        self._end = self._begin + window

    def _after(self) -> float:
        """How much of this window is still to come: as much of the one before counts."""
        return (self._end - self._now) / self._window

    def uncount(self, key: str) -> None:
        """One less, where one was counted in this window or in the one before."""
        for counted in (self._current, self._before):
            if held := counted.get(key, 0):
                counted[key] = held - 1
                return

    def seconds_to_wait(self, key: str) -> int:
        """Whole seconds until this key, which has used all, may again: at least 1."""
        window, amount = self.rate.window, self.rate.amount
        current = self._current.get(key, 0)
        if current >= amount:
            wait = window * self._after() + window * (1 - amount / current)
        else:
            wait = window * (self._after() - (amount - current) / max(1, self._before.get(key, 0)))
        return max(1, math.floor(wait) + 1)

    def seconds_left(self) -> int:
        """Whole seconds until the next window."""
        return math.ceil(self.rate.window * self._after())


class RateLimits:
    """Counts reports; rates are written like ``20/hour``. ``now`` tells seconds that never go back."""

    def __init__(
        self, person: str, gig: str, site: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._person, self._gig, self._site = (Counter(Rate.parse(rate)) for rate in (person, gig, site))
        own = self._person.rate
        self._lookups = Counter(Rate.parse(LOOKUPS))
        self._acts = Counter(Rate.parse(ACTS))
        self._exports = Counter(Rate.parse(EXPORTS))
        self._again = Counter(Rate(own.amount * REPEATS, own.window))
        rates = {"person": self._person.rate, "gig": self._gig.rate, "site": self._site.rate}
        self.policy = ", ".join(f'"{name}";q={rate.amount};w={rate.window}' for name, rate in rates.items())

    def hit(self, person: str, gig: str, *, critical: bool = False) -> dict[str, str]:
        """Count one report for all three, or for none; the fields to answer with.

        Raises TooMany with the seconds to wait.
        """
        now = self._now()
        by, on_gig = _keys(person, gig, critical)
        if (left := self._person.take(by, now)) <= 0:
            raise _too_many("person", self._person, by)
        if self._gig.take(on_gig, now) <= 0:
            self._person.uncount(by)
            raise _too_many("gig", self._gig, on_gig)
        if self._site.take("", now) <= 0:
            self._person.uncount(by)
            self._gig.uncount(on_gig)
            raise _too_many("site", self._site, "")
        return {
            "ratelimit-policy": self.policy,
            "ratelimit": f'"person";r={left - 1};t={self._person.seconds_left()}',
        }

    def hit_lookup(self, person: str) -> None:
        """Count that somebody looks at what may be reported on a gig; raises TooMany.

        Who tries ids would else keep the marketplace busy with answering for gigs that do not exist.
        """
        if self._lookups.take(person, self._now()) <= 0:
            raise _too_many("lookup", self._lookups, person)

    def hit_act(self, person: str) -> None:
        """Count what a party does with a case, every try; raises TooMany. Each is a commit that stays."""
        if self._acts.take(person, self._now()) <= 0:
            raise _too_many("act", self._acts, person)

    def hit_export(self, person: str) -> None:
        """Count an export of cases; raises TooMany. Each may read very many."""
        if self._exports.take(person, self._now()) <= 0:
            raise _too_many("export", self._exports, person)

    def hit_again(self, person: str, *, critical: bool = False) -> None:
        """Count what comes with a used key through a full limit: ``REPEATS`` times the person's own.

        Raises TooMany. Whether it is the same report is known only when all of it was read.
        """
        by, _ = _keys(person, "", critical)
        if self._again.take(by, self._now()) <= 0:
            raise _too_many("person", self._again, by)

    def give_back_again(self, person: str, *, critical: bool = False) -> None:
        """It was the same report."""
        self._again.uncount(_keys(person, "", critical)[0])

    def give_back(self, person: str, gig: str, *, critical: bool = False) -> None:
        """A repeat of the same report counts for nobody."""
        self._person.uncount(_keys(person, gig, critical)[0])
        self.give_back_gig(person, gig, critical=critical)
        self._site.uncount("")

    def give_back_gig(self, person: str, gig: str, *, critical: bool = False) -> None:
        """An attempt that was refused counts for who made it, but is no report on the gig."""
        self._gig.uncount(_keys(person, gig, critical)[1])


def _keys(person: str, gig: str, critical: bool) -> tuple[str, str]:
    """Under what a report is counted for its person, and for its person on its gig."""
    by = f"critical\n{person}" if critical else person
    return by, f"{by}\n{gig}"


def _too_many(name: str, counter: Counter, key: str) -> TooMany:
    seconds = counter.seconds_to_wait(key)
    return TooMany(
        f"rate.{name}",
        _SENTENCES[name],
        retry_after=seconds,
        seconds=seconds,
        policy=name,
        quota=counter.rate.amount,
        window=counter.rate.window,
    )
