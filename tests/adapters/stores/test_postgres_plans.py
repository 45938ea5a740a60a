"""How PostgreSQL reads lists of cases: from an index, never the whole table, and sorting next to nothing."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest

from contracts.openings import AT
from gigdesk.adapters.stores.sql.index import DECIDED, EVERY_QUEUE, statement
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.paging import Place

CASES = 20_000
# 500 gigs, 50 reporters, three queues, most cases received; the newest is from AT.
FILL = f"""
INSERT INTO cases (id, version, status, reference, gig_id, issue_type, severity, queue, side, reporter,
    respondent, files, opened_at, updated_at, turn)
SELECT gen_random_uuid(), 1, CASE WHEN n % 10 = 0 THEN 'closed' WHEN n % 7 = 0 THEN 'decided' ELSE 'received' END,
    'GD-' || n, 'gig-' || n % 500, 'type-' || n % 30, 'normal',
    CASE WHEN n % 20 = 0 THEN 'safety' WHEN n % 3 = 0 THEN 'payments' ELSE 'general' END,
    'worker', 'person-' || n % 50, 'person-' || (n + 1) % 50, 0,
    {micros(AT)} - n * 1000000::bigint, {micros(AT)}, n
FROM generate_series(1, {CASES}) AS n
"""
BOTH = frozenset({"general", "payments"})
DONE = frozenset({"closed", "decided"})
QUERIES = {
    "all": CaseQuery(),
    "all but about one": CaseQuery(not_about="person-7"),
    "queues": CaseQuery(queues=BOTH, not_about="person-7"),
    "statuses": CaseQuery(statuses=DONE),
    "queues and a status": CaseQuery(queues=BOTH, statuses=frozenset({"closed"})),
    "type": CaseQuery(issue_type="type-3"),
    "type that nobody has": CaseQuery(issue_type="type-99", queues=BOTH, statuses=DONE),
    "party": PartyQuery(party="person-3"),
    "gig": CaseQuery(gig_id="gig-3"),
    "gig in queues": CaseQuery(gig_id="gig-3", queues=BOTH, not_about="person-7"),
    "party and gig": PartyQuery(party="person-3", gig_id="gig-3"),
    "reference": CaseQuery(reference="GD-4711", queues=BOTH),
}


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(postgres_url)
    await store.open()
    await store.migrate()
    await store.database.write((FILL, ()))
    await store.database.write(("ANALYZE cases", ()))
    yield store
    await store.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("after", [None, Place(at=AT, id=UUID(int=0))])
async def test_no_list_reads_the_whole_table_or_sorts_many(store: SqlStore, after: Place | None) -> None:
    for meaning, query in QUERIES.items():
        sql, values = statement(query, after, 26)

        [(answer,)] = await store.database.read(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *values)

        steps = list(nodes(json.loads(answer)[0]["Plan"]))
        assert "Seq Scan" not in {step["Node Type"] for step in steps}, meaning
        few = 0.01 * CASES
        read = sum(
            (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
            for step in steps
            if "Scan" in step["Node Type"] and "Subquery" not in step["Node Type"]
        )
        assert read < few, (meaning, read)
        assert all(s["Plan Rows"] < few for s in steps if s["Node Type"] == "Sort"), meaning


async def test_decisions_of_a_type_are_read_from_their_index_alone(store: SqlStore) -> None:
    await store.database.write(
        ("UPDATE cases SET decided_at = opened_at + 1000000 WHERE status = 'decided'", ())
    )
    await store.database.write(("ANALYZE cases", ()))

    [(answer,)] = await store.database.read(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {DECIDED}", "type-3", 0, micros(AT), 50
    )

    steps = list(nodes(json.loads(answer)[0]["Plan"]))
    assert {step.get("Index Name") for step in steps} == {None, "cases_decided"}
    assert all("Sort" not in step["Node Type"] for step in steps)
    assert max(step["Actual Rows"] for step in steps) == 50


async def test_the_queues_in_use_are_found_by_a_few_looks_into_the_index(store: SqlStore) -> None:
    [(plan,)] = await store.database.read(f"EXPLAIN (ANALYZE, FORMAT JSON) {EVERY_QUEUE}")
    found = list(nodes(json.loads(plan)[0]["Plan"]))

    assert [tuple(row) for row in await store.database.read(EVERY_QUEUE)] == [
        ("general",),
        ("payments",),
        ("safety",),
    ]
    assert not [node for node in found if node["Node Type"] == "Seq Scan"]
    assert (
        sum(
            node["Actual Rows"] * node["Actual Loops"]
            for node in found
            if node.get("Relation Name") == "cases"
        )
        < 10
    )
