"""What lists cost at 10,000 and at 1,000,000 cases, by PostgreSQL's own count: rows touched and pages read.

The plan of every query that lists are made of is executed and read: none walks a table, none sorts more than
pages of a list, and with a hundred times as many cases none touches more.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.stores.plans import Cost, cost
from contracts.openings import AT
from gigdesk.adapters.stores.sql.desk_projection import BEHIND
from gigdesk.adapters.stores.sql.index import QUEUES, statement
from gigdesk.adapters.stores.sql.log import histories
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.adapters.stores.sql.seen import seen_statement
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.model import Status
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.paging import MAX_LIMIT, Place

pytestmark = [pytest.mark.large, pytest.mark.timeout(600)]

FEW, MANY = 10_000, 1_000_000
PAGE = MAX_LIMIT + 1
SPAN = timedelta(days=900)
"""How long cases have been coming: more cases lie closer together, so that a page in the middle has neighbours."""
# A hundred people report everything, so that each has a hundred times as many cases, too; a gig has twenty.
# Every tenth case has asked its respondent. Numbers scattered by a multiplication, the same in every run.
FILL = f"""
INSERT INTO cases (id, version, status, reference, gig_id, issue_type, severity, queue, side, reporter,
    respondent, files, opened_at, updated_at, turn)
SELECT md5(n::text)::uuid, 1,
    (ARRAY['received','closed','closed','closed','closed','decided','in_review','waiting_reporter',
           'waiting_respondent','appealed'])[1 + mix % 10],
    'GD-' || n, 'gig-' || n / 20, 'type-' || mix / 10 % 40, 'normal',
    (ARRAY['general','general','general','payments','payments','safety'])[1 + mix / 400 % 6],
    'worker', 'person-' || mix % 97, 'person-' || mix % 3, 0,
    {micros(AT - SPAN)} + n * $3::bigint, {micros(AT)}, n % 20
FROM generate_series($1::bigint, $2::bigint) AS n, LATERAL (SELECT n * 48271 % 2147483647 AS mix) AS scattered
"""
COMMITS = """
INSERT INTO commits (case_id, number, id, at, content, hash)
SELECT md5(n::text)::uuid, 1, md5(n::text)::uuid, 0, '\\x7b7d', '\\x00'
FROM generate_series($1::bigint, $2::bigint) AS n
"""
CONTACTED = """
INSERT INTO contacted SELECT respondent, opened_at, id FROM cases WHERE turn % 10 = 0 AND respondent <> reporter
"""
SEEN = "INSERT INTO seen SELECT reporter, id, 1 FROM cases WHERE turn % 10 = 1"
# How each index of the big tables is dropped, and made.
CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('cases'::regclass, 'commits'::regclass)
"""
INDEXES = """
SELECT format('DROP INDEX %I', indexname), indexdef FROM pg_indexes
WHERE tablename = 'cases' AND indexname <> 'cases_pkey'
"""
TABLES = ("cases", "commits", "contacted", "seen")
BOTH = frozenset({"general", "payments"})
REPORTER, BOTH_ROLES = "person-7", "person-2"
QUERIES = {
    "staff": CaseQuery(not_about=REPORTER),
    "agents": CaseQuery(queues=BOTH, not_about=REPORTER),
    **{f"status {s}": CaseQuery(queues=BOTH, statuses=frozenset({s})) for s in Status},
    "statuses of a phase": CaseQuery(statuses=frozenset({"in_review", "appealed", "waiting_external"})),
    "type": CaseQuery(issue_type="type-3"),
    "type in queues": CaseQuery(issue_type="type-3", queues=BOTH, not_about=REPORTER),
    "type in no queue of theirs": CaseQuery(issue_type="type-3", queues=frozenset({"elsewhere"})),
    "type and status": CaseQuery(issue_type="type-3", queues=BOTH, statuses=frozenset({"closed"})),
    "gig": CaseQuery(gig_id="gig-300", queues=BOTH),
    "gig, type and status": CaseQuery(gig_id="gig-300", issue_type="type-3", statuses=frozenset({"closed"})),
    "reference": CaseQuery(reference="GD-4711", queues=BOTH),
    "party": PartyQuery(party=REPORTER),
    "party that was asked": PartyQuery(party=BOTH_ROLES),
    "party and gig": PartyQuery(party=REPORTER, gig_id="gig-300"),
    "party that was asked and gig": PartyQuery(party=BOTH_ROLES, gig_id="gig-300"),
    "party and reference": PartyQuery(party=REPORTER, reference="GD-4711"),
    "party that was asked and reference": PartyQuery(party=BOTH_ROLES, reference="GD-4711"),
    "nobody": PartyQuery(party="somebody who never reported"),
}
"""Every shape of a list: what a party filters beside these is judged on what was read for a page."""


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(postgres_url)
    await store.open()
    await store.migrate()
    yield store
    await store.close()


async def test_a_list_costs_no_more_with_a_hundred_times_as_many_cases(
    store: SqlStore, postgres_url: str
) -> None:
    await fill(postgres_url, FEW)
    few = await costs(store)
    await fill(postgres_url, MANY)
    many = await costs(store)

    assert await store.database.read("SELECT count(*) FROM cases") == [(MANY,)]
    for meaning, found in many.items():
        assert "Seq Scan" not in found.scans, (meaning, found)
        assert found.sorted <= PAGE, (meaning, found)
        assert found.rows <= bound(meaning), (meaning, found)
        # An index of a hundred times as many is a level or two higher, and each row on a page of its own.
        assert found.pages <= 2 * few[meaning].pages + 4 * PAGE, (meaning, few[meaning], found)


def bound(meaning: str) -> int:
    """The most rows that this list may touch: a page from each place that it reads."""
    query = QUERIES.get(meaning.partition(" | ")[0], CaseQuery(gig_id="x"))
    is_narrow = isinstance(query, PartyQuery) or query.gig_id or query.reference
    return 3 * PAGE if is_narrow else len(query.queues or QUEUES) * len(query.statuses or Status) + 2 * PAGE


async def costs(store: SqlStore) -> dict[str, Cost]:
    """Each list, its first page and one from the middle; and what a page is filled with."""
    middle = Place(at=AT - SPAN / 2, id=UUID(int=0))
    found = {}
    for meaning, query in QUERIES.items():
        for after in (None, middle):
            sql, values = statement(query, after, PAGE)
            found[f"{meaning} | {after is None}"] = await cost(store, sql, *values)
    page = [row[0] for row in await store.database.read("SELECT id FROM cases LIMIT 100")]
    found["histories"] = await cost(store, histories(len(page)), *page)
    found["behind"] = await cost(store, BEHIND, 200)
    found["seen"] = await cost(store, seen_statement(len(page)), REPORTER, *page)
    return found


async def fill(url: str, cases: int) -> None:
    """Put so many cases there. Indexes are made anew at the end: in a fraction of the time."""
    import asyncpg

    apart = SPAN // timedelta(microseconds=1) // cases
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        await connection.execute(f"TRUNCATE {', '.join(TABLES)}")
        made_again = await connection.fetch(CONSTRAINTS) + await connection.fetch(INDEXES)
        for drop, _ in made_again:
            await connection.execute(drop)
        await connection.execute(FILL, 1, cases, apart)
        await connection.execute(COMMITS, 1, cases)
        for step in (*(make for _, make in made_again), CONTACTED, SEEN, f"ANALYZE {', '.join(TABLES)}"):
            await connection.execute(step)
    finally:
        await connection.close()
