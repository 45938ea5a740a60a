"""What gigdesk needs to know of gigs, and from whom."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gigdesk.gigs.model import Gig


class GigDirectory(Protocol):
    """Knows the gigs of the marketplace."""

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig, or None where there is none. ``claims`` are the caller's verified token claims.

        Raises Unavailable when the marketplace does not answer in time or answers nonsense.
        """
        ...

    async def probe(self) -> None:
        """Ask in earnest; raises Unavailable with the reason. For ``doctor``."""
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...


class GigTable(Protocol):
    """gigdesk's own table of gigs, filled by ``PUT /api/gigs/{gigId}`` and ``gigdesk gigs import``."""

    async def put_gigs(self, gigs: Sequence[Gig]) -> None:
        """Insert or replace each gig whole, and keep what is said of its people; durable on return."""
        ...

    async def get_gig(self, gig_id: str) -> Gig | None:
        """The gig as last put, or None."""
        ...

    async def list_gigs(self, limit: int) -> Sequence[Gig]:
        """The gigs put last, newest first."""
        ...
