"""What time it is: always UTC, never read by a rule."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; rules are handed a time and never ask for it."""

    def now(self) -> datetime:
        """The present moment in UTC, to the microsecond."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
