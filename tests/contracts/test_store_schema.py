"""What every store promises of its schema: made once, known by its version, the same for all processes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.desk_cases import keep, project
from contracts.earlier import undo
from contracts.openings import AT, following, opening
from gigdesk.access.model import Actor
from gigdesk.adapters.stores.sql import migrations
from gigdesk.adapters.stores.sql.sessions import write_actor
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.events import to_wire
from gigdesk.cases.life_events import ReplyRequested
from gigdesk.cases.model import Addressee
from gigdesk.cases.ports import Append
from gigdesk.cases.queries import PartyQuery
from gigdesk.errors import Unavailable
from gigdesk.ids import uuid7
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Entry, State


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


async def test_since_when_it_is_known_who_has_looked_is_noted_by_the_step_and_never_again(
    store_url: str,
) -> None:
    store = SqlStore(store_url)
    await store.open()
    await store.migrate()
    await undo(store, "0005")
    begun = datetime.now(UTC)

    await store.migrate()

    since = await store.seen.since()
    assert begun - timedelta(seconds=1) < since < datetime.now(UTC) + timedelta(seconds=1)
    await store.close()
    again = SqlStore(store_url)
    await again.open()
    await again.migrate()
    assert await again.seen.since() == since
    await again.close()


async def test_what_was_followed_before_there_were_facts_is_followed_again(store_url: str) -> None:
    store = SqlStore(store_url)
    await store.open()
    await store.migrate()
    one, forgotten = await keep(store), await keep(store, "words", authors=["person-1"])
    await store.projection.forget("person-1")
    assert await store.projection.count_behind() == 1
    await undo(store, "0008")

    await store.migrate()

    assert {each.row.id for each in await store.projection.behind(9)} == {one.case, forgotten.case}
    assert await store.desk.entry(one.case) == one  # in lists all the while
    assert await store.figures.facts([one.case]) == {}
    await project(store, one)
    assert list(await store.figures.facts([one.case])) == [one.case]
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
    await undo(store, "0001")
    session = (b"s" * 32, write_actor(Actor(sub="anna")))
    await store.database.write(
        ("INSERT INTO sessions (id, actor, created_at, seen_at) VALUES ($1, $2, 1, 1)", session)
    )
    assert await store.schema_version() == "0001"
    with pytest.raises(Unavailable, match="gigdesk migrate"):
        await store.probe()

    assert await store.migrate()

    await store.probe()
    assert await store.notices.of_case(uuid7()) == ()
    assert await store.index.decided_after("other", AT, AT, 1) == []
    assert await store.keys.keys("receipts") == {"kid-1": b"one"}
    assert [one.id for one in await store.sessions.sessions_of("anna")] == [b"s" * 32]
    found = await store.index.list_cases(PartyQuery(party="person-2"), None, 5)
    assert [row.id for row in found.items] == [asked.row.id]
    assert {one.row.id for one in await store.projection.behind(5)} == {asked.row.id, silent.row.id}
    await store.close()


async def test_the_last_attempt_of_a_notice_is_kept_by_a_database_that_counted_them_only(
    store_url: str,
) -> None:
    store = SqlStore(store_url)
    await store.open()
    await store.migrate()
    entry = Entry(
        notice=uuid7(), case=uuid7(), kind=Kind.MESSAGE, person="ab12", state=State.QUEUED,
        queued_at=AT, changed_at=AT,
    )  # fmt: skip
    await store.notices.enter(entry, "box", None)
    for answer in ("451 later", "451 later still"):
        await store.notices.mark(entry.notice, State.DEFERRED, answer, AT)
    await undo(store, "0012")

    await store.migrate()

    [found] = await store.notices.of_case(entry.case)
    assert found.attempts == 2
    assert [(one.state, one.answer) for one in found.history] == [(State.DEFERRED, "451 later still")]
    await store.close()


def asking(before: Append, of: str) -> Append:
    """The commit of a desk that asks this side for a reply."""
    append = following(before, status=f"waiting_{of}")
    asked = ReplyRequested(message=uuid7(), sender="staff:1", of=Addressee(of), due=AT, digests={})
    content = wire.canonical({"v": 1, "by": "staff:1", "events": [to_wire(asked)]})
    return replace(append, commit=replace(append.commit, content=content))
