"""What gigdesk needs to know of gigs, and from whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gigdesk.gigs.model import Gig, Person


class GigDirectory(Protocol):
    """Knows the gigs of the marketplace."""

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig, or None where there is none. ``claims`` are the caller's verified token claims,
        of a session its ``sub`` alone.

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


class People(Protocol):
    """What the marketplace said of people, in gigs and in verified claims."""

    async def keep(self, person: Person) -> None:
        """Keep what is said; an empty field leaves what was known, and an address that is not verified
        never takes the place of one that is. A role is kept with the time by the store's clock, an empty one takes
        it away. Durable on return. Raises Unavailable.
        """
        ...

    async def keep_all(self, people: Sequence[Person]) -> None:
        """Keep what is said of several, each as ``keep`` does, at once and all of it or nothing.

        Roles that are taken away are so a moment later.
        """
        ...

    async def get(self, user_ids: Sequence[str]) -> Mapping[str, Person]:
        """What is known of these people; nobody is missing but who was never spoken of."""
        ...

    async def staff(self, role: str, since: datetime, limit: int) -> Sequence[Person]:
        """Who came with this role since then and has an address, who came last first."""
        ...

    async def team(
        self, limit: int, after: tuple[datetime, str] | None = None, *, but: str = ""
    ) -> Sequence[Person]:
        """Everybody who came with a role of staff and did not lose it since, who came last first.

        ``after`` is when the last one of a page before came, and their user id; whose ids begin with ``but`` are
        left out. Raises Unavailable.
        """
        ...
