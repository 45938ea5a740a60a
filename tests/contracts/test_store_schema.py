"""What every store promises of its schema: made once, known by its version, the same for all processes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.openings import AT, following, opening
from gigdesk.adapters.stores.sql import migrations
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.events import to_wire
from gigdesk.cases.life_events import ReplyRequested
from gigdesk.cases.model import Addressee
from gigdesk.cases.ports import Append
from gigdesk.cases.queries import PartyQuery
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
    asked, silent = opening(), opening()
    for append in (asked, silent, asking(asked, "respondent"), asking(silent, "reporter")):
        await store.log.append(append)
    await store.database.write(
        ("DROP TABLE contacted", ()),
        ("DROP TABLE seen", ()),
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
    found = await store.index.list_cases(PartyQuery(party="person-2"), None, 5)
    assert [row.id for row in found.items] == [asked.row.id]
    await store.close()


def asking(before: Append, of: str) -> Append:
    """The commit of a desk that asks this side for a reply."""
    append = following(before, status=f"waiting_{of}")
    asked = ReplyRequested(message=uuid7(), sender="staff:1", of=Addressee(of), due=AT, digests={})
    content = wire.canonical({"v": 1, "by": "staff:1", "events": [to_wire(asked)]})
    return replace(append, commit=replace(append.commit, content=content))
