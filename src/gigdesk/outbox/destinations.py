"""Where each kind of effect goes, and which failures say that it is not there: the one table of it."""

from dataclasses import dataclass
from datetime import timedelta

from gigdesk.errors import Unavailable
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A side that can be away by itself; ``away`` are the beginnings of the codes that say so.

    ``names_a_time``: the time in its errors (``retry_after``) is what the other side said, not a guess of ours.
    What has been owed to it for ``patience`` and finds it away is parked; None: it is tried for as long as it takes.

    The store is none: it is waited for as a whole. Nor is the cleaner, which may fail because of one picture.
    """

    name: str
    away: tuple[str, ...]
    patience: timedelta | None = None
    names_a_time: bool = False


# A kind that goes nowhere outside, as a timer does, stands here with None: it is always tried.
DESTINATIONS: dict[str, Destination | None] = {
    "notify": Destination(name="mail", away=("mail.",), names_a_time=True),
    "inspect-evidence": Destination(name="inspection", away=("scanner.", "storage.", "inspection.")),
    # News of three days ago are no news to a program; what it missed is parked, and can be sent again.
    "call-webhook": Destination(
        name="webhook", away=("webhook.",), patience=timedelta(days=3), names_a_time=True
    ),
    "wake": None,  # asks the case itself
    "join-cases": None,  # these two tell other cases
    "tell-duplicates": None,
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


def asked_for(of: Destination, error: BaseException | None) -> float:
    """For how many seconds the other side asked to be left alone, by what it answered; 0 where it did not."""
    is_away = outcome(of, error) is Outcome.AWAY
    return (
        float(error.retry_after or 0)
        if is_away and of.names_a_time and isinstance(error, Unavailable)
        else 0.0
    )
