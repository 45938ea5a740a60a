"""On SQLite too every list, count and search of the desk is read from an index: its plans say so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.stores.test_a_million_on_the_desk import LIMIT, VIEWS, listings
from gigdesk.adapters.stores.sql.desk import COUNTED, EVERY_QUEUE, READ
from gigdesk.adapters.stores.sql.desk_axes import AXES
from gigdesk.adapters.stores.sql.desk_leases import free
from gigdesk.adapters.stores.sql.desk_projection import BEHIND
from gigdesk.adapters.stores.sql.desk_statement import Bounds, Statement
from gigdesk.adapters.stores.sql.desk_tags import known_tags
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.insights.model import Sort

TABLES = ("desk", "desk_texts", "desk_tags", "leases")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    yield store
    await store.close()


async def steps(store: SqlStore, sql: str, *values: object) -> list[str]:
    rows = await store.database.read(f"EXPLAIN QUERY PLAN {sql}", *values)  # type: ignore[arg-type]
    return [str(row[3]) for row in rows]


def walked(plan: list[str]) -> list[str]:
    """The steps that go through a table from end to end."""
    return [step for step in plan if step.startswith("SCAN ") and step.split()[1] in TABLES]


async def test_no_list_walks_a_table(store: SqlStore) -> None:
    for name, listing, ground in listings():
        for sort in {listing.asked.sort, *Sort} if listing.after is None else {listing.asked.sort}:
            wanted = replace(listing, asked=replace(listing.asked, sort=sort))
            paging, counting = (Statement(replace(ground, dialect="sqlite")) for _ in range(2))
            page = paging.page(wanted, Bounds(limit=LIMIT, read=READ)).sql
            count = counting.count(wanted, Bounds(limit=99, read=COUNTED))

            assert walked(await steps(store, page, *paging.values)) == [], (name, sort)
            assert walked(await steps(store, count, *counting.values)) == [], (name, sort)


async def test_each_view_is_read_from_the_index_that_is_meant_for_it(store: SqlStore) -> None:
    meant = {
        "unassigned": "desk_unassigned",
        "mine": "desk_of_owner",
        "breaching": "desk_open",
        "held": "desk_held",
        "tag": "desk_tags_clock",
        "tag newest": "desk_tags_newest",
        "tag updated": "desk_tags_updated",
    }
    meant |= {
        "open newest": "desk_open_newest",
        "type": "desk_of_type",
        "owner updated": "desk_of_owner_updated",
    }
    for name, listing, ground in listings():
        if name in meant:
            statement = Statement(replace(ground, dialect="sqlite"))
            select = statement.page(listing, Bounds(limit=LIMIT, read=READ))
            plan = await steps(store, select.sql, *statement.values)
            assert any(f"INDEX {meant[name]} (" in step for step in plan), (name, plan)
    assert set(meant) <= set(VIEWS)


async def test_every_axis_is_an_index_that_stands(store: SqlStore) -> None:
    rows = await store.database.read(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('desk', 'desk_tags')"
    )

    assert {axis.index for axes in AXES.values() for axis in axes} <= {name for (name,) in rows}


async def test_what_else_is_asked_walks_no_table(store: SqlStore) -> None:
    looking, values = free("staff-7", ("general", "safety"))

    plan = await steps(store, looking, *values)
    assert walked(plan) == []
    assert sum("INDEX desk_urgent (" in step for step in plan) == 2
    assert walked(await steps(store, EVERY_QUEUE)) == []
    naming, values = known_tags("staff-7", ("general", "safety"), 200)
    assert walked(await steps(store, naming, *values)) == []
    assert await steps(store, BEHIND, 200) == ["SCAN cases USING INDEX cases_behind"]
