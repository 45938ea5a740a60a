"""Finding cases without reading their history, in pages read from an index."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from gigdesk.access.queues import BUILT_IN
from gigdesk.adapters.stores.sql.database import Database, Value
from gigdesk.adapters.stores.sql.rows import CASE, MICROSECOND, micros, to_case, to_uuid
from gigdesk.adapters.stores.sql.sealed import unpack
from gigdesk.cases.model import Status
from gigdesk.cases.ports import CaseRow, SealedValue
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.paging import Page, Place

QUEUES = frozenset(queue.name for queue in BUILT_IN)
# One look into the index for each queue, however many cases there are.
EVERY_QUEUE = """
WITH RECURSIVE every (name) AS (
    SELECT min(queue) FROM cases
    UNION ALL SELECT (SELECT min(queue) FROM cases WHERE queue > every.name) FROM every WHERE name IS NOT NULL
) SELECT name FROM every WHERE name IS NOT NULL
"""
MAX_BRANCHES = 400  # SQLite takes 500 in one statement
DECIDED = (
    "SELECT decided_at - opened_at FROM cases WHERE issue_type = $1 AND decided_at >= $2 AND decided_at < $3"
    " ORDER BY decided_at DESC LIMIT $4"
)


class Parameters:
    """Collects values and names their places: ``$1``, ``$2``, …"""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def add(self, value: Value) -> str:
        """The place of one value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def each(self, values: Sequence[Value]) -> str:
        """The places of several, with commas."""
        return ", ".join(self.add(value) for value in values)


class SqlCaseIndex:
    """CaseIndex over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_cases(
        self, query: CaseQuery | PartyQuery, after: Place | None, limit: int
    ) -> Page[CaseRow]:
        if isinstance(query, CaseQuery):
            if query.queues is None and not (query.gig_id or query.reference):
                rows = await self._database.read(EVERY_QUEUE)  # also such as are in use no more
                query = replace(query, queues=frozenset(str(name) for (name,) in rows))
            if frozenset() in (query.queues, query.statuses):
                return Page(items=(), next=None)
        sql, values = statement(query, after, limit + 1)
        rows = await self._database.read(sql, *values)
        items = tuple(to_case(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items=items, next=Place(at=items[-1].opened_at, id=items[-1].id) if more else None)

    async def get_row(self, case: UUID) -> CaseRow | None:
        rows = await self._database.read(f"SELECT {CASE} FROM cases WHERE id = $1", case)  # noqa: S608
        return to_case(rows[0]) if rows else None

    async def sealed(
        self, cases: Sequence[UUID], items: Sequence[str] | None = None
    ) -> Mapping[UUID, Mapping[str, SealedValue]]:
        found: dict[UUID, dict[str, SealedValue]] = {case: {} for case in cases}
        if not cases or items == []:
            return found
        parameters = Parameters()
        rows = await self._database.read(
            f"SELECT case_id, sealed FROM commits WHERE case_id IN ({parameters.each(list(found))})"  # noqa: S608
            " AND sealed IS NOT NULL ORDER BY number",
            *parameters.values,
        )
        for case, packed in rows:
            values = found[to_uuid(case)]
            values.update({v.item: v for v in unpack(bytes(packed)) if items is None or v.item in items})
        return found

    async def decided_after(
        self, issue_type: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[timedelta]:
        rows = await self._database.read(DECIDED, issue_type, micros(since), micros(until), limit)
        return [took * MICROSECOND for (took,) in rows]

    async def knows_type(self, issue_type: str) -> bool:
        return bool(
            await self._database.read("SELECT 1 FROM cases WHERE issue_type = $1 LIMIT 1", issue_type)
        )

    async def knows_object(self, key: str) -> bool:
        return bool(await self._database.read("SELECT 1 FROM objects WHERE key = $1", key))

    async def knows_objects(self) -> bool:
        return bool(await self._database.read("SELECT 1 FROM objects LIMIT 1"))


def statement(query: CaseQuery | PartyQuery, after: Place | None, limit: int) -> tuple[str, list[Value]]:
    """The SELECT of the newest ``limit`` cases after a place, and its values."""
    parameters = Parameters()
    if isinstance(query, PartyQuery):
        parts = sides(query, after, limit, parameters)
    elif query.gig_id or query.reference:
        where = " AND ".join(conditions(query, after, parameters))
        parts = [newest(f"* FROM cases WHERE {where}", limit)]
    else:
        parts = branches(query, after, limit, parameters)
    source = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part in parts)  # noqa: S608
    return newest(f"{CASE} FROM ({source}) AS parts", limit), parameters.values


def newest(what: str, limit: int, identity: str = "id") -> str:
    """The first of these, newest first. The number stands in the text, so that a plan made once knows it."""
    return f"SELECT {what} ORDER BY opened_at DESC, {identity} DESC LIMIT {limit}"


def sides(query: PartyQuery, after: Place | None, limit: int, parameters: Parameters) -> list[str]:
    """The newest that the party reported, and the newest of which it was contacted: an index each."""
    party = parameters.add(query.party)
    narrow = CaseQuery(gig_id=query.gig_id, reference=query.reference)
    own = " AND ".join([f"reporter = {party}", *conditions(narrow, after, parameters)])
    if query.gig_id or query.reference:
        # Few, each looked up: as a value and not by a join, which might read all that the party was asked about.
        there = (
            "SELECT count(*) FROM contacted AS k WHERE person = respondent AND k.opened_at = cases.opened_at"
        )
        of = " AND ".join([f"respondent = {party}", *conditions(narrow, after, parameters)])
        asked = f"* FROM cases WHERE {of} AND ({there} AND case_id = cases.id) > 0"
        return [newest(f"* FROM cases WHERE {own}", limit), newest(asked, limit)]
    beyond = f" AND (opened_at, case_id) < {place(after, parameters)}" if after else ""
    found = newest(f"case_id FROM contacted WHERE person = {party}{beyond}", limit, "case_id")
    return [
        newest(f"* FROM cases WHERE {own}", limit),
        f"SELECT cases.* FROM ({found}) AS k JOIN cases ON cases.id = case_id",  # noqa: S608
    ]


def branches(query: CaseQuery, after: Place | None, limit: int, parameters: Parameters) -> list[str]:
    """The newest of each queue and status, of the type where one is asked for, each read from its index;
    among these are the newest of all.

    A single query would read whole queues and sort them. So does each of an installation that has had more names
    of queues than one statement takes branches.
    """
    queues = sorted(QUEUES if query.queues is None else query.queues)
    statuses = query.statuses if query.statuses is not None else frozenset(Status)
    each = [frozenset({status}) for status in sorted(statuses)]
    parts = []
    for queue in queues:
        for some in each if len(queues) * len(each) <= MAX_BRANCHES else [statuses]:
            one = replace(query, queues=frozenset({queue}), statuses=some)
            where = " AND ".join(conditions(one, after, parameters))
            parts.append(newest(f"* FROM cases WHERE {where}", limit))
    return parts[:MAX_BRANCHES]


def conditions(query: CaseQuery, after: Place | None, parameters: Parameters) -> list[str]:
    """What a row must meet: everything that the query names, and standing after ``after``."""
    equal = {
        "issue_type": query.issue_type,
        "gig_id": query.gig_id,
        "reference": query.reference,
    }
    found = [f"{name} = {parameters.add(value)}" for name, value in equal.items() if value is not None]
    within = {"queue": query.queues, "status": query.statuses}
    found += [among(name, sorted(v), parameters) for name, v in within.items() if v is not None]
    if query.not_about is not None:
        person = parameters.add(query.not_about)
        found.append(f"reporter <> {person} AND (respondent IS NULL OR respondent <> {person})")
    if after is not None:
        found.append(f"(opened_at, id) < {place(after, parameters)}")
    return found


def place(after: Place, parameters: Parameters) -> str:
    """A place as a row of two values."""
    return f"({parameters.add(micros(after.at))}, {parameters.add(after.id)})"


def among(name: str, values: Sequence[Value], parameters: Parameters) -> str:
    """The column has one of these values; a single one is told with ``=``, which keeps an index in order."""
    return (
        f"{name} = {parameters.add(values[0])}"
        if len(values) == 1
        else f"{name} IN ({parameters.each(values)})"
    )
