"""What is owed to the world, as the store keeps it, and how far behind that is."""

from datetime import datetime, timedelta
from uuid import UUID

from gigdesk.records import record

UNDER_WAY = "under way"
"""The reason with which a lease is postponed that its holder renews."""
HELD = "held: "
"""How the reason begins of what waits untried, because what follows here is away."""


@record(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """Something owed to the world; ``id`` is its idempotency key, ``body`` canonical JSON of ids only."""

    id: UUID
    kind: str
    body: bytes
    due: datetime


@record(frozen=True, slots=True, kw_only=True)
class ClaimedEffect:
    """An effect under a lease; ``attempts`` counts the claims, this one included."""

    effect: EffectRow
    case: UUID
    attempts: int
    created_at: datetime


@record(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """How far behind the outbox is: due and later effects, parked ones, age of the oldest that is due.

    ``held`` of those that are due wait untried, because what they go to is away.
    """

    due: int
    later: int
    parked: int
    held: int
    oldest: timedelta


@record(frozen=True, slots=True, kw_only=True)
class ParkedEffect:
    """An effect that failed for good, with the reason, until somebody retries it."""

    effect: EffectRow
    case: UUID
    attempts: int
    reason: str
    parked_at: datetime


@record(frozen=True, slots=True, kw_only=True)
class UpcomingEffect:
    """An effect that is owed and not due yet."""

    effect: EffectRow
    case: UUID
