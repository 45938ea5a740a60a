"""What lists need from the store beside the index: what somebody has looked at."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID


class SeenMarks(Protocol):
    """Up to which version of their own view each person has looked at a case; beside the log, in no commit."""

    async def seen(self, person: str, cases: Sequence[UUID]) -> Mapping[UUID, int]:
        """The version that this person saw last, of each of these cases that they ever looked at."""
        ...

    async def mark(self, person: str, case: UUID, version: int) -> None:
        """They have seen this version; a later one that stands already stays. Raises Unavailable."""
        ...
