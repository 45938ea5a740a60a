"""What lists need from the store: which cases are asked for, and what of them was seen."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases: each None means no condition; ``not_about`` leaves out those of this respondent."""

    not_about: str | None = None
    queues: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    issue_type: str | None = None
    gig_id: str | None = None
    reference: str | None = None


@record(frozen=True, slots=True, kw_only=True)
class PartyQuery:
    """The cases that this person reported, and those of which they were contacted as the respondent.

    What rows say beside gig and reference is the desk's word, not what a party may know.
    """

    party: str
    gig_id: str | None = None
    reference: str | None = None


class SeenMarks(Protocol):
    """Up to which version of their own view each person has looked at a case; beside the log, in no commit."""

    async def seen(self, person: str, cases: Sequence[UUID]) -> Mapping[UUID, int]:
        """The version that this person saw last, of each of these cases that they ever looked at."""
        ...

    async def mark(self, person: str, case: UUID, version: int) -> None:
        """They have seen this version; a later one that stands already stays. Raises Unavailable."""
        ...
