"""Where each kind of effect goes, and which failures say that it is not there: the one table of it."""

from dataclasses import dataclass

from gigdesk.errors import Unavailable
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A side that can be away by itself; ``away`` are the beginnings of the codes that say so.

    The store is none: it is waited for as a whole. Nor is the cleaner, which may fail because of one picture.
    """

    name: str
    away: tuple[str, ...]


# A kind that goes nowhere outside, as a timer does, stands here with None: it is always tried.
DESTINATIONS: dict[str, Destination | None] = {
    "notify": Destination(name="mail", away=("mail.",)),
    "inspect-evidence": Destination(name="inspection", away=("scanner.", "storage.", "inspection.")),
    "call-webhook": Destination(name="webhook", away=("webhook.",)),
    "wake": None,  # asks the case itself
}


def destination(kind: str) -> Destination | None:
    """Where effects of this kind go; None for what has no circuit."""
    return DESTINATIONS.get(kind)


def kinds_of(name: str) -> tuple[str, ...]:
    """Every kind of effect that goes to the destination of this name."""
    return tuple(kind for kind, found in DESTINATIONS.items() if found and found.name == name)


def outcome(of: Destination, error: BaseException | None) -> Outcome:
    """What the end of a call tells of its destination; a letter that is refused for good was read."""
    if error is None or isinstance(error, Undeliverable):
        return Outcome.ANSWERED
    if isinstance(error, Unavailable) and error.code.startswith(of.away):
        return Outcome.AWAY
    return Outcome.UNKNOWN
