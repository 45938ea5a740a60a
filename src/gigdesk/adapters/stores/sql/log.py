"""The log of every case: appended in groups, read back as the bytes that were written."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from uuid import UUID

from gigdesk.adapters.stores.sql.batching import Batcher
from gigdesk.adapters.stores.sql.database import Database, Value
from gigdesk.adapters.stores.sql.rows import COMMIT, to_commit, to_uuid
from gigdesk.cases.ports import Append, Commit

PAGE = 500
# Whatever was deleted of a case, the other table tells of it; each half is read from its index.
ANY_TRACE = """
SELECT id FROM (SELECT DISTINCT case_id AS id FROM commits {0} ORDER BY case_id LIMIT $1) AS logged
UNION SELECT id FROM (SELECT id FROM cases {1} ORDER BY id LIMIT $1) AS summed
ORDER BY id LIMIT $1
"""


def histories(cases: int) -> str:
    """The SELECT of every commit of so many cases."""
    places = ", ".join(f"${n}" for n in range(1, cases + 1))
    return f"SELECT {COMMIT} FROM commits WHERE case_id IN ({places}) ORDER BY case_id, number"  # noqa: S608


class SqlCaseLog:
    """CaseLog over SQL. ``observe`` hears of each batch: how many appends it wrote."""

    def __init__(self, database: Database, observe: Callable[[int], None]) -> None:
        self._database = database
        self._observe = observe
        self._batcher = Batcher(database.append, self._standing, self._written)

    async def load(self, case: UUID) -> Sequence[Commit]:
        rows = await self._database.read(
            f"SELECT {COMMIT} FROM commits WHERE case_id = $1 ORDER BY number",  # noqa: S608
            case,
        )
        return tuple(to_commit(row) for row in rows)

    async def load_all(self, cases: Sequence[UUID]) -> Mapping[UUID, Sequence[Commit]]:
        if not cases:
            return {}
        found: dict[UUID, list[Commit]] = {}
        for commit in map(to_commit, await self._database.read(histories(len(cases)), *cases)):
            found.setdefault(commit.case, []).append(commit)
        return found

    def append(
        self, append: Append, meanwhile: Callable[[], None] | None = None
    ) -> Coroutine[object, object, None]:
        if append.row.id != append.commit.case or append.row.version != append.commit.number:
            raise ValueError("the summary must be that of the commit's case and number")
        return self._batcher.append(append, meanwhile)

    async def all_cases(self, after: UUID | None = None) -> AsyncIterator[UUID]:
        while True:
            values: tuple[Value, ...] = (PAGE,) if after is None else (PAGE, after)
            beyond = ("", "") if after is None else ("WHERE case_id > $2", "WHERE id > $2")
            statement = ANY_TRACE.format(*beyond)
            rows = await self._database.read(statement, *values)
            for row in rows:
                after = to_uuid(row[0])
                yield after
            if len(rows) < PAGE:
                return

    async def close(self) -> None:
        """Wait for what is being written."""
        await self._batcher.close()

    async def _standing(self, case: UUID, number: int) -> UUID | None:
        rows = await self._database.read(
            "SELECT id FROM commits WHERE case_id = $1 AND number = $2", case, number
        )
        return to_uuid(rows[0][0]) if rows else None

    def _written(self, appends: int, effects: int) -> None:
        self._observe(appends)
        if effects:
            self._database.owes()
