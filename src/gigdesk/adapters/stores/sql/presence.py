"""Who reads a case just now."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import span, to_uuid
from gigdesk.insights.model import Reading

HERE = """
INSERT INTO presence (case_id, person, name, seen_at) VALUES ($1, $2, $3, (SELECT micros()))
ON CONFLICT (case_id, person) DO UPDATE SET (name, seen_at) = (excluded.name, excluded.seen_at)
"""
LEAVE = "DELETE FROM presence WHERE case_id = $1 AND person = $2"
FORGET = "DELETE FROM presence WHERE seen_at <= (SELECT micros()) - $1"


class SqlPresence:
    """Presence over SQL, by the database's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def here(self, case: UUID, person: str, name: str) -> None:
        await self._database.write((HERE, (case, person, name)))

    async def leave(self, case: UUID, person: str) -> None:
        await self._database.write((LEAVE, (case, person)))

    async def readers(self, cases: Sequence[UUID], within: timedelta) -> Mapping[UUID, Sequence[Reading]]:
        if not cases:
            return {}
        found: dict[UUID, list[Reading]] = {}
        for case, person, name in await self._database.read(_readers(len(cases)), span(within), *cases):
            found.setdefault(to_uuid(case), []).append(Reading(person=person, name=name))
        return found

    async def forget(self, older_than: timedelta) -> None:
        await self._database.write((FORGET, (span(older_than),)))


def _readers(cases: int) -> str:
    """The SELECT of who reads one of so many cases."""
    places = ", ".join(f"${n}" for n in range(2, cases + 2))
    return (
        "SELECT case_id, person, name FROM presence"  # noqa: S608 - made of places
        f" WHERE seen_at > (SELECT micros()) - $1 AND case_id IN ({places}) ORDER BY case_id, name, person"
    )
