"""Gigs from gigdesk's own table."""

from collections.abc import Mapping

from gigdesk.gigs.model import Gig
from gigdesk.gigs.ports import GigTable


class TableDirectory:
    """GigDirectory over the gigs table."""

    def __init__(self, table: GigTable) -> None:
        self._table = table

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        return await self._table.get_gig(gig_id)

    async def probe(self) -> None:
        await self._table.list_gigs(1)

    async def close(self) -> None:
        """The table belongs to the store."""
