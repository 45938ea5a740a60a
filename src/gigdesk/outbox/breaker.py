"""When to stop calling what is away, and when to ask it again. Pure: who calls hands in the time.

1. Closed: everything goes. ``failures`` calls in a row that find it away open the circuit.
2. Open: nothing goes until the pause is over.
3. Half open: one call goes as a probe. An answer closes the circuit; if it is still away, the next pause is
   twice as long. A probe that tells nothing, or nothing in time, is followed by another.
"""

from dataclasses import dataclass, replace
from enum import Enum


class State(Enum):
    """Whether calls go."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Outcome(Enum):
    """What a call tells of the other side. A refusal is an answer; a fault of ours tells nothing."""

    ANSWERED = "answered"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Calls in a row, and seconds.

    ``failures`` is fewer than the runner has hands: one round of time-outs opens the circuit. The pauses are
    ``first_pause``, then twice as long each time, up to ``last_pause``: so late is the news that it is back.
    Meanwhile a probe is under way others ask again after ``probing``. Who names a time to be left alone until is left
    alone for that long, but never longer than ``longest_wait``.
    """

    failures: int = 3
    first_pause: float = 10.0
    last_pause: float = 120.0
    probing: float = 5.0
    longest_wait: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """What is known of one destination; ``until`` ends the pause, or the patience with a probe."""

    state: State = State.CLOSED
    failures: int = 0
    pause: float = 0.0
    until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a call may go: ``wait`` is 0, or the seconds after which to ask again."""

    circuit: Circuit
    wait: float = 0.0
    is_probe: bool = False


def admit(circuit: Circuit, rule: Rule, now: float) -> Admission:
    """Whether a call may go now, and the circuit after that was answered."""
    if circuit.state is State.CLOSED:
        return Admission(circuit=circuit)
    if now >= circuit.until:
        probed = replace(circuit, state=State.HALF_OPEN, until=now + rule.last_pause)
        return Admission(circuit=probed, is_probe=True)
    left = circuit.until - now
    return Admission(circuit=circuit, wait=left if circuit.state is State.OPEN else min(left, rule.probing))


def heard(
    circuit: Circuit, rule: Rule, outcome: Outcome, *, was_probe: bool, now: float, wait: float = 0.0
) -> Circuit:
    """The circuit after a call ended so. Calls that began before it opened can close it, not prolong it.

    ``wait`` is for how many seconds the other side asked to be left alone: that needs no second call.
    """
    asked = min(wait, rule.longest_wait)
    match outcome:
        case Outcome.ANSWERED:
            return Circuit()
        case Outcome.AWAY if circuit.state is State.CLOSED:
            counted = replace(circuit, failures=circuit.failures + 1)
            is_open = asked > 0 or counted.failures >= rule.failures
            return _opened(counted, rule.first_pause, now, asked) if is_open else counted
        case Outcome.AWAY if was_probe and circuit.state is State.HALF_OPEN:
            return _opened(circuit, min(circuit.pause * 2, rule.last_pause), now, asked)
        case Outcome.UNKNOWN if was_probe and circuit.state is State.HALF_OPEN:
            return replace(circuit, state=State.OPEN, until=now)
        case Outcome.AWAY | Outcome.UNKNOWN:
            return circuit


def _opened(circuit: Circuit, pause: float, now: float, asked: float) -> Circuit:
    """Open for the pause, or for as long as was asked for; the next pause follows from our own."""
    return replace(circuit, state=State.OPEN, pause=pause, until=now + max(pause, asked))
