"""Up to where people have looked at their cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import moment, to_uuid

# Never backwards: of two looks at once the further one stands.
MARK = """
INSERT INTO seen (person, case_id, version) VALUES ($1, $2, $3)
ON CONFLICT (person, case_id) DO UPDATE SET version = excluded.version WHERE seen.version < excluded.version
"""


def seen_statement(cases: int) -> str:
    """The SELECT of one person's marks on so many cases."""
    places = ", ".join(f"${n}" for n in range(2, cases + 2))
    return f"SELECT case_id, version FROM seen WHERE person = $1 AND case_id IN ({places})"  # noqa: S608


class SqlSeenMarks:
    """SeenMarks over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: datetime | None = None

    async def seen(self, person: str, cases: Sequence[UUID]) -> Mapping[UUID, int]:
        if not cases:
            return {}
        rows = await self._database.read(seen_statement(len(cases)), person, *cases)
        return {to_uuid(case): version for case, version in rows}

    async def since(self) -> datetime:
        if self._since is None:  # it never changes: a migration wrote it
            rows = await self._database.read("SELECT max(at) FROM seen_since")
            self._since = moment(rows[0][0] or 0)
        return self._since

    async def mark(self, person: str, case: UUID, version: int) -> None:
        if (await self.seen(person, [case])).get(case, 0) < version:
            await self._database.write((MARK, (person, case, version)))
