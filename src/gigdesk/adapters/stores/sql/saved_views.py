"""Lists that staff gave a name to."""

from collections.abc import Sequence
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import micros, moment, to_uuid
from gigdesk.insights.model import SavedView

KEEP = """
INSERT INTO saved_views (id, owner, name, query, is_shared, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE SET (name, query, is_shared) = (excluded.name, excluded.query, excluded.is_shared)
"""
COLUMNS = "id, owner, name, query, is_shared, created_at"
SEEN = f"""
SELECT {COLUMNS} FROM (
    SELECT {COLUMNS} FROM saved_views WHERE owner = $1
    UNION ALL SELECT {COLUMNS} FROM saved_views WHERE is_shared = 1 AND owner <> $1
) AS seen ORDER BY owner <> $1, name, id LIMIT $2
"""  # noqa: S608 - made of constants


class SqlSavedViews:
    """SavedViews over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, person: str, limit: int) -> Sequence[SavedView]:
        rows = await self._database.read(SEEN, person, limit)
        return [
            SavedView(
                id=to_uuid(own),
                owner=owner,
                name=name,
                query=query,
                is_shared=bool(is_shared),
                created_at=moment(created_at),
            )
            for own, owner, name, query, is_shared, created_at in rows
        ]

    async def keep(self, view: SavedView) -> None:
        values = (view.id, view.owner, view.name, view.query, int(view.is_shared), micros(view.created_at))
        await self._database.write((KEEP, values))

    async def remove(self, view: UUID) -> None:
        await self._database.write(("DELETE FROM saved_views WHERE id = $1", (view,)))
