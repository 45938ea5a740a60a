"""Finding cases for the desk: pages, counts, words; see ``desk_statement``."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.desk_rows import ENTRY, to_entry
from gigdesk.adapters.stores.sql.desk_statement import Bounds, Ground, Select, Statement
from gigdesk.adapters.stores.sql.desk_tags import known_tags
from gigdesk.adapters.stores.sql.desk_words import loose_query
from gigdesk.adapters.stores.sql.rows import Row
from gigdesk.insights.asked import Asked, Listing, place_of
from gigdesk.insights.model import DeskEntry, Sort
from gigdesk.insights.ports import Found

READ = 3_000
"""How many rows one page looks at, where they must be judged one by one."""
COUNTED = 20_000
"""How many rows one count looks at, where they must be judged."""
SAMPLE, COMMON = 1_000, 10
EVERY_QUEUE = """
WITH RECURSIVE every (name) AS (
    SELECT min(queue) FROM desk
    UNION ALL SELECT (SELECT min(queue) FROM desk WHERE queue > every.name) FROM every WHERE name IS NOT NULL
) SELECT name FROM every WHERE name IS NOT NULL
"""
HOW_COMMON = f"""
SELECT count(*) FROM (SELECT words FROM desk_texts ORDER BY opened_at DESC LIMIT {SAMPLE}) AS newest
WHERE words @@ ($1::text)::tsquery
"""  # noqa: S608


class SqlDeskIndex:
    """DeskIndex over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, listing: Listing, limit: int) -> Found:
        statement = Statement(await self._ground(listing.asked))
        select = statement.page(listing, Bounds(limit=limit, read=READ))
        rows = await self._database.read(select.sql, *statement.values)
        return found_in(rows, select, listing.asked.sort, limit)

    async def counts(self, listings: Mapping[str, Listing], most: int) -> Mapping[str, int]:
        found = {}
        every: Sequence[str] | None = None
        for name, listing in listings.items():
            if every is None and listing.asked.queues is None:
                every = await self._every_queue()
            statement = Statement(await self._ground(listing.asked, every))
            read = READ if listing.asked.phrases else COUNTED
            sql = statement.count(listing, Bounds(limit=most, read=read))
            [(count,)] = await self._database.read(sql, *statement.values)
            found[name] = int(count)
        return found

    async def entry(self, case: UUID) -> DeskEntry | None:
        rows = await self._database.read(f"SELECT {ENTRY} FROM desk WHERE case_id = $1", case)  # noqa: S608
        return to_entry(rows[0]) if rows else None

    async def tags(self, person: str, queues: frozenset[str] | None, most: int) -> Sequence[str]:
        names = await self._every_queue() if queues is None else sorted(queues)
        if not names:
            return []
        sql, values = known_tags(person, names, most)
        return [str(tag) for (tag,) in await self._database.read(sql, *values)]

    async def _ground(self, asked: Asked, every: Sequence[str] | None = None) -> Ground:
        """The queues that the list may have, and whether its words are common."""
        if asked.queues is None:
            names = every if every is not None else await self._every_queue()
        else:
            names = sorted(asked.queues)
        queues = [name for name in names if name not in asked.except_queues]
        is_postgres = self._database.dialect == "postgresql"
        is_common = is_postgres and bool(asked.phrases) and await self._is_common(asked)
        return Ground(dialect=self._database.dialect, queues=queues, is_common=is_common)

    async def _every_queue(self) -> Sequence[str]:
        return [str(name) for (name,) in await self._database.read(EVERY_QUEUE)]

    async def _is_common(self, asked: Asked) -> bool:
        """Whether so many of the newest cases have the words that looking through them is faster than the index."""
        [(count,)] = await self._database.read(HOW_COMMON, loose_query(asked.phrases))
        return int(count) >= COMMON


def found_in(rows: Sequence[Row], select: Select, sort: Sort, limit: int) -> Found:
    """The entries of a page among the rows that were read, and where to go on."""
    entries: list[DeskEntry] = []
    for row in rows:
        *_, hit, number = row
        entry = to_entry(row)
        if hit:
            entries.append(entry)
        if len(entries) > limit:
            return Found(entries=tuple(entries[:limit]), next=place_of(entries[limit - 1], sort))
        if select.read and number == select.read:  # its part goes on behind here, and nobody has looked
            return Found(entries=tuple(entries), next=place_of(entry, sort))
    return Found(entries=tuple(entries), next=None)
