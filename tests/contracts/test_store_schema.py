"""What every store promises of its schema: made once, known by its version, the same for all processes."""

import asyncio
from pathlib import Path

import pytest

from contracts.openings import AT
from gigdesk.adapters.stores.sql import migrations
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import Unavailable
from gigdesk.ids import uuid7


def test_the_head_is_the_newest_step() -> None:
    steps = sorted(Path(migrations.__file__).parent.glob("versions/*.py"))

    assert steps[-1].name.startswith(f"{migrations.HEAD}_")


async def test_an_empty_database_is_told_from_a_ready_one(store_url: str) -> None:
    store = SqlStore(store_url)
    await store.open()

    assert await store.schema_version() is None
    with pytest.raises(Unavailable, match="gigdesk migrate"):
        await store.probe()
    assert await store.migrate()

    await store.probe()
    assert await store.schema_version() == migrations.HEAD
    assert not await store.migrate()
    await store.close()


async def test_two_processes_that_migrate_at_once_make_one_schema(store_url: str) -> None:
    stores = [SqlStore(store_url, exclusive=False) for _ in range(2)]
    for store in stores:
        await store.open()

    made = await asyncio.gather(*(store.migrate() for store in stores))

    assert sorted(made) == [False, True]
    for store in stores:
        await store.probe()
        await store.close()


async def test_a_database_of_the_first_schema_is_brought_to_this_one_and_keeps_what_it_has(
    store_url: str,
) -> None:
    store = SqlStore(store_url)
    await store.open()
    await store.migrate()
    await store.keys.keep_key("kid-1", "receipts", b"one")
    await store.database.write(
        ("DROP TABLE notices", ()),
        ("DROP TABLE unwanted_notices", ()),
        ("DROP TABLE staff", ()),
        ("DROP INDEX cases_decided", ()),
        ("ALTER TABLE cases DROP COLUMN decided_at", ()),
        ("UPDATE alembic_version SET version_num = '0001'", ()),
    )
    assert await store.schema_version() == "0001"
    with pytest.raises(Unavailable, match="gigdesk migrate"):
        await store.probe()

    assert await store.migrate()

    await store.probe()
    assert await store.notices.of_case(uuid7()) == ()
    assert await store.index.decided_after("other", AT, AT, 1) == []
    assert await store.keys.keys("receipts") == {"kid-1": b"one"}
    await store.close()
