"""What the desk's lists cost at 10,000 and at 1,000,000 cases, by PostgreSQL's own count.

Of every view, filter, count and search the plan is executed and read: none walks a table, and however many cases there
are, none touches more rows than a page and what may be judged for it.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.stores.plans import Cost, cost
from contracts.openings import AT
from gigdesk.adapters.stores.sql.desk import COUNTED, EVERY_QUEUE, HOW_COMMON, READ, SAMPLE
from gigdesk.adapters.stores.sql.desk_leases import free
from gigdesk.adapters.stores.sql.desk_rows import NEVER
from gigdesk.adapters.stores.sql.desk_statement import Bounds, Ground, Statement
from gigdesk.adapters.stores.sql.desk_tags import known_tags
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.insights.asked import Asked, DeskPlace, Listing
from gigdesk.insights.meaning import Asker, asked_for
from gigdesk.insights.model import Sort
from gigdesk.insights.query import read_query
from gigdesk.insights.terms import Vocabulary

pytestmark = [pytest.mark.large, pytest.mark.timeout(600)]

FEW, MANY = 10_000, 1_000_000
LIMIT = 50
SPAN = timedelta(days=900)
QUEUES = ("general", "payments", "safety")
TYPES = tuple(f"type-{n}" for n in range(40))
WORDS = Vocabulary(queues=QUEUES, types=TYPES)
# One case in twenty is open, and half of these are not assigned; sixty members of staff share the rest.
FILL = f"""
INSERT INTO desk (case_id, version, reference, status, queue, issue_type, severity, priority, gig_id, side, waits_on,
    awaits, owner, opened_at, updated_at, due_order, clock, is_statutory, has_answered, is_escalated, is_held,
    snoozed_until, files, reporter, respondent, tags)
SELECT md5(n::text)::uuid, 1, 'GD-' || n, status,
    (ARRAY['general','general','general','payments','payments','safety'])[1 + mix / 400 % 6], 'type-' || mix / 10 % 40,
    (ARRAY['normal','high','low'])[1 + mix / 7 % 3], (ARRAY['normal','high','urgent'])[1 + mix / 7 % 3],
    'gig-' || n / 20, 'worker', 'desk', 'first_reply',
    CASE WHEN mix / 3 % 2 = 0 AND status <> 'closed' THEN NULL ELSE 'staff-' || mix / 13 % 60 END,
    {micros(AT - SPAN)} + n * $3::bigint, {micros(AT)} - mix,
    CASE WHEN status IN ('received', 'in_review', 'appealed') THEN {micros(AT)} + mix * 1000 ELSE {NEVER} END,
    NULL, 0, (mix / 11 % 50 = 0 AND status <> 'closed')::int, (mix / 17 % 200 = 0)::int, (mix / 19 % 500 = 0)::int,
    CASE WHEN mix / 23 % 100 = 0 AND status <> 'closed' THEN {micros(AT)} END, mix % 5, 'person-' || mix % 97,
    'person-' || mix % 89, CASE WHEN mix / 31 % 10 > 0 THEN '' WHEN n % 500 = 0 THEN 'often seldom' ELSE 'often' END
FROM generate_series($1::bigint, $2::bigint) AS n, LATERAL (SELECT n * 48271 % 2147483647 AS mix) AS scattered,
    LATERAL (SELECT CASE WHEN mix / 29 % 20 > 0 THEN 'closed' ELSE
        (ARRAY['received','in_review','waiting_reporter','decided','appealed'])[1 + mix % 5] END AS status) AS standing
"""
# A word that all have, one that a fifth has, one that twenty have.
TEXTS = """
INSERT INTO desk_texts
SELECT case_id, opened_at, array_to_tsvector(ARRAY['common', 'every' || files, replace(gig_id, '-', '')]) FROM desk
"""
TAGS = """
INSERT INTO desk_tags (case_id, tag, queue, status, reporter, respondent, opened_at, updated_at, due_order)
SELECT case_id, tag, queue, status, reporter, respondent, opened_at, updated_at, due_order
FROM desk, string_to_table(tags, ' ') AS tag WHERE tags <> ''
"""
INDEXES = """
SELECT format('DROP INDEX %I', indexname), indexdef FROM pg_indexes
WHERE tablename IN ('desk', 'desk_texts', 'desk_tags') AND indexname NOT LIKE '%pkey'
"""
VIEWS = {
    "mine": "is:open is:mine -is:snoozed",
    "unassigned": "is:open is:unassigned",
    "breaching": "is:open clock:<24h",
    "answered": "is:answered is:open",
    "snoozed": "is:snoozed",
    "escalated": "is:escalated",
    "held": "is:held",
    "queue": "is:open queue:payments",
    "everything": "",
    "open newest": "is:open sort:newest",
    "open oldest": "is:open sort:oldest",
    "open updated": "is:open sort:updated",
    "every newest": "sort:newest",
    "closed": "is:closed sort:newest",
    "status": "status:appealed",
    "waiting": "waiting:reporter",
    "type": "type:type-3",
    "type newest": "type:type-3 sort:newest",
    "type and status": "type:type-3 status:in_review",
    "types": "type:type-1* is:open",
    "priority": "is:open priority:urgent",
    "found nowhere": "is:open priority:urgent severity:low",
    "age": "is:open age:>600d",
    "files": "is:open files:>3",
    "not of a type": "is:open -type:type-3 -owner:nobody",
    "owner": "owner:nine is:open",
    "owner newest": "owner:nine sort:newest",
    "owner updated": "owner:nine is:open sort:updated",
    "tag": "is:open tag:often",
    "tag newest": "tag:often sort:newest",
    "tag updated": "tag:often sort:updated",
    "rare tag": "tag:seldom",
    "two tags": "is:open tag:often tag:seldom",
    "tag and type": "tag:often type:type-3 is:unassigned",
    "not of a tag": "is:open -tag:often",
    "gig": "gig:gig-300",
    "reference": "GD-7K3M-92QX7",
}
RARE = {"rare word": "gig300", "rare word and queue": "gig300 queue:payments", "absent word": "nobodysaidit"}
COMMON = {
    "common word": "common",
    "common words": "common every3",
    "common word and queue": "common queue:safety is:open",
    "common word by clock": "common is:open sort:clock",
}


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(postgres_url)
    await store.open()
    await store.migrate()
    yield store
    await store.close()


async def test_the_desk_costs_no_more_with_a_hundred_times_as_many_cases(
    store: SqlStore, postgres_url: str
) -> None:
    await fill(postgres_url, FEW)
    few = await costs(store)
    await fill(postgres_url, MANY)
    many = await costs(store)

    assert await store.database.read("SELECT count(*) FROM desk") == [(MANY,)]
    for meaning, found in many.items():
        assert "Seq Scan" not in found.scans, (meaning, found)
        most = COUNTED if meaning.startswith("count ") else SAMPLE if meaning == "how common" else READ
        # Each row that is judged may be looked up in its text, and each part is read for a page and a row.
        assert found.rows <= 2 * most + 40 * (LIMIT + 1), (meaning, found)
        assert found.pages <= 3 * few[meaning].pages + 8 * found.rows + 200, (meaning, few[meaning], found)


def asked(text: str, queues: frozenset[str] | None = frozenset(QUEUES)) -> Asked:
    asker = Asker(person="staff-7", queues=queues, at=AT)
    return asked_for(read_query(text, WORDS), asker, TYPES, lambda _: "staff-9")


def listings() -> Iterator[tuple[str, Listing, Ground]]:
    """Each view from its beginning, from its middle and backwards, and for who sees two queues."""
    for name, text in {**VIEWS, **RARE, **COMMON}.items():
        whole, part = asked(text), asked(text, frozenset(QUEUES[:2]))
        middle = AT + timedelta(seconds=1_000_000) if whole.sort is Sort.CLOCK else AT - SPAN / 2
        place = DeskPlace(at=middle, case=UUID(int=0))
        every = Ground(dialect="postgresql", queues=QUEUES, is_common=name in COMMON)
        some = Ground(dialect="postgresql", queues=QUEUES[:2], is_common=name in COMMON)
        yield name, Listing(asked=whole), every
        yield f"{name} | middle", Listing(asked=whole, after=place), every
        yield f"{name} | backwards", Listing(asked=whole, after=place, is_backwards=True), every
        yield f"{name} | agent", Listing(asked=part), some


async def costs(store: SqlStore) -> dict[str, Cost]:
    found = {}
    for name, listing, ground in listings():
        statement = Statement(ground)
        select = statement.page(listing, Bounds(limit=LIMIT, read=READ))
        found[name] = await cost(store, select.sql, *statement.values)
        if " | " not in name and not listing.asked.phrases:
            counting = Statement(ground)
            sql = counting.count(listing, Bounds(limit=99, read=COUNTED))
            found[f"count {name}"] = await cost(store, sql, *counting.values)
    looking, values = free("staff-7", QUEUES)
    found["next case"] = await cost(store, looking, *values)
    naming, values = known_tags("staff-7", QUEUES, 200)
    found["known tags"] = await cost(store, naming, *values)
    found["every queue"] = await cost(store, EVERY_QUEUE)
    found["how common"] = await cost(store, HOW_COMMON, "'common'")
    return found


async def fill(url: str, cases: int) -> None:
    """Put so many cases there. Indexes are made anew at the end: in a fraction of the time."""
    import asyncpg

    apart = SPAN // timedelta(microseconds=1) // cases
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        await connection.execute("TRUNCATE desk, desk_texts, desk_tags")
        for table in ("desk", "desk_texts", "desk_tags"):  # nothing of it is to survive the machine
            await connection.execute(f"ALTER TABLE {table} SET UNLOGGED")
        made_again = await connection.fetch(INDEXES)
        for drop, _ in made_again:
            await connection.execute(drop)
        await connection.execute(FILL, 1, cases, apart)
        await connection.execute(TEXTS)
        await connection.execute(TAGS)
        for step in (*(make for _, make in made_again), "ANALYZE desk, desk_texts, desk_tags"):
            await connection.execute(step)
    finally:
        await connection.close()
