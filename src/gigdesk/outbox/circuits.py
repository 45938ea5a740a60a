"""The circuits of one process, one a destination, and a line in the log whenever one changes.

Each process learns for itself what is away: it costs a few calls, and there is nothing to agree upon.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from gigdesk.cases.owed import ClaimedEffect
from gigdesk.outbox.breaker import Circuit, Outcome, Rule, State, admit, heard
from gigdesk.outbox.destinations import asked_for, destination, kinds_of, outcome

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Effects that are not to be tried now, and the seconds for which their destination is left alone."""

    destination: str
    kinds: Sequence[str]
    effects: Sequence[UUID]
    seconds: float


class Circuits:
    """Says which effects may be tried, and learns from each try; ``now`` gives seconds that only rise."""

    def __init__(self, rule: Rule | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._rule = rule or Rule()
        self._now = now
        self._circuits: dict[str, Circuit] = {}
        self._probes: set[UUID] = set()

    def sort(self, claimed: Sequence[ClaimedEffect]) -> tuple[Sequence[ClaimedEffect], Sequence[Held]]:
        """Which are to be tried now, each of which is to be told of to ``ended``, and which are to wait."""
        going: list[ClaimedEffect] = []
        waiting: dict[str, Held] = {}
        for each in claimed:
            to = destination(each.effect.kind)
            wait = self._ask(to.name, each.effect.id) if to else 0.0
            if to is None or not wait:
                going.append(each)
                continue
            before = waiting[to.name].effects if to.name in waiting else ()
            waiting[to.name] = Held(
                destination=to.name,
                kinds=kinds_of(to.name),
                effects=(*before, each.effect.id),
                seconds=wait,
            )
        return going, tuple(waiting.values())

    def ended(self, claimed: ClaimedEffect, error: BaseException | None = None) -> None:
        """An effect that was tried came to its end: well, or with this error."""
        to = destination(claimed.effect.kind)
        was_probe = claimed.effect.id in self._probes
        self._probes.discard(claimed.effect.id)
        if to is None:
            return
        before = self._circuits.get(to.name, Circuit())
        found, now = outcome(to, error), self._now()
        after = heard(before, self._rule, found, was_probe=was_probe, now=now, wait=asked_for(to, error))
        self._circuits[to.name] = after
        _tell(to.name, found, before, after)

    def _ask(self, name: str, effect: UUID) -> float:
        """0 for a call that may go, else the seconds to wait."""
        found = admit(self._circuits.get(name, Circuit()), self._rule, self._now())
        self._circuits[name] = found.circuit
        if found.is_probe:
            self._probes.add(effect)
        return found.wait


def _tell(name: str, found: Outcome, before: Circuit, after: Circuit) -> None:
    """Log a change, not an effect."""
    log = _log.bind(destination=name)
    match before.state, after.state:
        case State.CLOSED, State.OPEN:
            log.warning("destination_was_paused", failures=after.failures, seconds=after.pause)
        case State.HALF_OPEN, State.OPEN if found is Outcome.AWAY:
            log.warning("destination_stayed_away", seconds=after.pause)
        case ((State.OPEN | State.HALF_OPEN), State.CLOSED):
            log.info("destination_came_back")
        case _:
            pass
