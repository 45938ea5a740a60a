"""The projection that follows the log: rows of the desk's lists, facts and words, written beside their cases."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database, Step, Value
from gigdesk.adapters.stores.sql.desk_rows import COLUMNS, from_entry
from gigdesk.adapters.stores.sql.desk_tags import COLUMNS as TAGS
from gigdesk.adapters.stores.sql.desk_tags import tag_rows
from gigdesk.adapters.stores.sql.desk_words import running, vector
from gigdesk.adapters.stores.sql.facts_rows import COLUMNS as FACTS
from gigdesk.adapters.stores.sql.facts_rows import from_facts
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.rows import CASE, Row, micros, to_case, to_uuid
from gigdesk.insights.model import Projected
from gigdesk.insights.ports import Behind

AT_ONCE = 50  # cases in one transaction
BEHIND = f"""
SELECT {CASE}, followed FROM cases WHERE followed < version ORDER BY opened_at DESC LIMIT $1
"""  # noqa: S608
BEHIND_OF = f"SELECT {CASE}, followed FROM cases WHERE id = $1 AND followed < version"  # noqa: S608
MOST_COUNTED = 100_000
COUNT_BEHIND = f"""
SELECT count(*) FROM (SELECT 1 FROM cases WHERE followed < version LIMIT {MOST_COUNTED}) AS behind
"""  # noqa: S608
LOCK = {"postgresql": "FOR UPDATE", "sqlite": ""}
FOLLOWED = "UPDATE cases SET followed = $2 WHERE id = $1"
# Less than it ever was: who began to follow before it was forgotten finds that it is another's turn.
FORGOTTEN = "UPDATE cases SET followed = CASE WHEN followed < 0 THEN followed ELSE 0 END - 1 WHERE id = $1"
SQLITE_OUT = """
INSERT INTO desk_fts (desk_fts, rowid, words) SELECT 'delete', id, words FROM desk_texts WHERE case_id = $1
"""
SQLITE_TEXT = """
WITH RECURSIVE free (id) AS (
    SELECT $2 UNION ALL SELECT id + 1 FROM free WHERE EXISTS (SELECT 1 FROM desk_texts WHERE desk_texts.id = free.id)
) INSERT INTO desk_texts (id, case_id, words) SELECT max(id), $1, $3 FROM free
"""
SQLITE_IN = "INSERT INTO desk_fts (rowid, words) SELECT id, words FROM desk_texts WHERE case_id = $1"
WRITTEN_BY = "SELECT case_id FROM desk_authors WHERE person = $1 ORDER BY case_id LIMIT 500"


class SqlDeskProjection:
    """DeskProjection over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sleepers: set[asyncio.Future[None]] = set()
        self._is_woken = False
        database.on_wake(self._wake)

    async def behind(self, limit: int, case: UUID | None = None) -> Sequence[Behind]:
        rows = await (
            self._database.read(BEHIND, limit) if case is None else self._database.read(BEHIND_OF, case)
        )
        return [Behind(row=to_case(row), followed=row[15]) for row in rows]

    async def keep(self, projected: Sequence[Projected]) -> None:
        # In one order everywhere, so that two processes wait for each other and no more.
        ordered = sorted(projected, key=lambda one: one.entry.case)
        for start in range(0, len(ordered), AT_ONCE):
            await self._keep(ordered[start : start + AT_ONCE])

    async def count_behind(self) -> int:
        [(count,)] = await self._database.read(COUNT_BEHIND)
        return int(count)

    async def forget(self, person: str) -> int:
        forgotten = 0
        while rows := await self._database.read(WRITTEN_BY, person):
            cases = [to_uuid(case) for (case,) in rows]
            await self._database.write(*self._forgotten(cases))
            forgotten += len(cases)
        if forgotten and self._database.dialect == "sqlite":
            # What was taken out of the index is gone for good once its parts are merged.
            await self._database.write(("INSERT INTO desk_fts (desk_fts) VALUES ('optimize')", ()))
        self._wake()
        return forgotten

    async def wait(self, at_most: timedelta) -> None:
        self._database.watch()
        if self._is_woken:
            self._is_woken = False
            return
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            await asyncio.wait([sleeper], timeout=at_most.total_seconds())
        finally:
            self._sleepers.discard(sleeper)

    async def _keep(self, some: Sequence[Projected]) -> None:
        """In one transaction; nothing of a case that somebody has followed, or forgotten, since it was read."""
        parameters = Parameters()
        places = parameters.each([one.entry.case for one in some])
        held = f"SELECT id, followed FROM cases WHERE id IN ({places}) ORDER BY id {LOCK[self._database.dialect]}"  # noqa: S608
        await self._database.write_after((held, parameters.values), lambda rows: self._written(some, rows))

    def _written(self, some: Sequence[Projected], held: Sequence[Row]) -> list[Step]:
        followed = {to_uuid(case): number for case, number in held}
        kept = [one for one in some if followed.get(one.entry.case) == one.followed]
        if not kept:
            return []
        cases = [one.entry.case for one in kept]
        taken = [one.entry.case for one in kept if one.entry.owner or one.entry.snoozed_until]
        return [
            rows_of("desk", COLUMNS, [from_entry(one.entry) for one in kept], instead(COLUMNS)),
            rows_of("facts", FACTS, [from_facts(one.facts) for one in kept], instead(FACTS)),
            *each("DELETE FROM desk_tags WHERE case_id", cases),
            *([rows_of("desk_tags", TAGS, tags)] if (tags := tag_rows(one.entry for one in kept)) else []),
            *self._without_texts(cases),
            *self._texts([one for one in kept if one.words]),
            *(
                [rows_of("desk_authors", ("case_id", "person"), authors)]
                if (authors := [(one.entry.case, who) for one in kept for who in sorted(one.authors)])
                else []
            ),
            *(each("DELETE FROM leases WHERE case_id", taken) if taken else []),
            *((FOLLOWED, (one.entry.case, one.entry.version)) for one in kept),
        ]

    def _texts(self, some: Sequence[Projected]) -> list[Step]:
        if self._database.dialect == "sqlite":
            steps: list[Step] = []
            for one in some:
                at = micros(one.entry.opened_at)
                steps.append((SQLITE_TEXT, (one.entry.case, at, running(one.words))))
                steps.append((SQLITE_IN, (one.entry.case,)))
            return steps
        rows = [(one.entry.case, micros(one.entry.opened_at), vector(one.words)) for one in some]
        return [rows_of("desk_texts", ("case_id", "opened_at", "words"), rows)] if rows else []

    def _without_texts(self, cases: Sequence[UUID]) -> list[Step]:
        steps: list[Step] = []
        if self._database.dialect == "sqlite":
            steps += [(SQLITE_OUT, (case,)) for case in cases]
        steps += each("DELETE FROM desk_texts WHERE case_id", cases)
        return [*steps, *each("DELETE FROM desk_authors WHERE case_id", cases)]

    def _forgotten(self, cases: Sequence[UUID]) -> list[Step]:
        return [*((FORGOTTEN, (case,)) for case in cases), *self._without_texts(cases)]

    def _wake(self) -> None:
        """Wake whoever sleeps; where nobody does, the next one does not fall asleep."""
        self._is_woken = not self._sleepers
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)


def rows_of(table: str, columns: Sequence[str], rows: Sequence[Sequence[Value]], end: str = "") -> Step:
    """The INSERT of several rows."""
    parameters = Parameters()
    values = ", ".join(f"({parameters.each(row)})" for row in rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} {end}", parameters.values  # noqa: S608


def instead(columns: Sequence[str]) -> str:
    """That a row takes the place of the one that has its first column."""
    others = columns[1:]
    new = ", ".join(f"excluded.{column}" for column in others)
    return f"ON CONFLICT ({columns[0]}) DO UPDATE SET ({', '.join(others)}) = ({new})"


def each(statement: str, cases: Sequence[UUID]) -> list[Step]:
    """A statement on these cases."""
    parameters = Parameters()
    return [(f"{statement} IN ({parameters.each(cases)})", parameters.values)]
