"""What an invented history is written to."""

from collections.abc import Sequence
from typing import Protocol

from gigdesk.invented.moulds import Cast


class CaseLoader(Protocol):
    """Takes cases in bulk, beside the way that reports come in."""

    async def load(self, cases: Sequence[Cast]) -> None:
        """Write all of them in one transaction, a thousand at most. Raises Unavailable."""
        ...

    async def is_empty(self) -> bool:
        """Whether there is no case at all yet."""
        ...
