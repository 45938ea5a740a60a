"""What is promised when the ground moves: answers lost after COMMIT, a database away, a disk full."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts.openings import opening
from contracts.proxy import Proxy
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.ports import SealedValue
from gigdesk.errors import Unavailable

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def proxy(postgres_url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(urlsplit(postgres_url).port or 0)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def behind(proxy: Proxy, postgres_url: str) -> AsyncIterator[SqlStore]:
    """A store that reaches PostgreSQL through the proxy."""
    port = str(urlsplit(postgres_url).port)
    store = SqlStore(postgres_url.replace(port, str(proxy.port)))
    await store.open()
    await store.migrate()
    await store.log.append(opening())
    await store.outbox.claim(10, MINUTE)
    yield store
    await store.close()


async def test_an_answer_lost_after_commit_is_a_win_and_nothing_is_done_twice(
    behind: SqlStore, proxy: Proxy
) -> None:
    appends = [opening() for _ in range(5)]
    proxy.lose_answers = 1

    await asyncio.gather(*(behind.log.append(append) for append in appends))

    assert proxy.lose_answers == 0
    for append in appends:
        assert list(await behind.log.load(append.commit.case)) == [append.commit]
    claimed = await behind.outbox.claim(100, MINUTE)
    assert sorted(f.effect.id for f in claimed) == sorted(e.id for a in appends for e in a.effects)


async def test_answers_lost_again_and_again_leave_the_caller_unsure_and_a_later_try_wins(
    behind: SqlStore, proxy: Proxy
) -> None:
    append = opening()
    proxy.lose_answers = 1000

    with pytest.raises(Unavailable) as refused:
        await behind.log.append(append)
    proxy.lose_answers = 0
    await behind.log.append(append)

    assert refused.value.code == "store.unsure"
    assert list(await behind.log.load(append.commit.case)) == [append.commit]
    assert len(await behind.outbox.claim(100, MINUTE)) == len(append.effects)


async def test_a_database_that_is_away_is_said_to_be_and_found_again(behind: SqlStore, proxy: Proxy) -> None:
    await proxy.stop()

    for attempt in (
        behind.log.append(opening()),
        behind.log.load(opening().commit.case),
        behind.outbox.claim(1, MINUTE),
        behind.probe(),
    ):
        with pytest.raises(Unavailable):
            await attempt

    await proxy.start()
    await behind.probe()
    append = opening()
    await behind.log.append(append)
    assert list(await behind.log.load(append.commit.case)) == [append.commit]


async def test_a_database_that_falls_silent_is_given_up_in_seconds(behind: SqlStore, proxy: Proxy) -> None:
    proxy.silent = True

    outcomes = await asyncio.wait_for(
        asyncio.gather(
            behind.log.append(opening()),
            behind.log.append(opening()),
            behind.log.load(opening().commit.case),
            return_exceptions=True,
        ),
        15,
    )

    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    proxy.silent = False
    append = opening()
    await behind.log.append(append)
    assert list(await behind.log.load(append.commit.case)) == [append.commit]


async def test_a_sleeper_is_woken_again_after_its_connection_was_cut(
    behind: SqlStore, proxy: Proxy, postgres_url: str
) -> None:
    await behind.outbox.wait(timedelta(milliseconds=200))
    await proxy.stop()
    await proxy.start()
    await asyncio.sleep(1.5)
    direct = SqlStore(postgres_url)
    await direct.open()
    await behind.outbox.wait(timedelta(milliseconds=1))
    task = asyncio.create_task(behind.outbox.wait(timedelta(seconds=4)))
    await asyncio.sleep(0.2)

    await direct.log.append(opening())

    await asyncio.wait_for(task, 2)
    await direct.close()


async def test_no_database_at_all_is_unavailable() -> None:
    store = SqlStore("postgresql://gigdesk@127.0.0.1:9/none")

    with pytest.raises(Unavailable):
        await store.open()
    await store.close()


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A SQLite store that may grow by a few hundred kilobytes only."""
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    [[(pages,)]] = await store.database.write(("PRAGMA page_count", ()))
    await store.database.write((f"PRAGMA max_page_count = {pages + 100}", ()))
    yield store
    await store.close()


async def test_a_disk_that_fills_up_in_a_batch_tells_nobody_success_who_is_not_kept(small: SqlStore) -> None:
    value = SealedValue(item="description", salt=bytes(32), value=bytes(30_000), person="p")
    large = [replace(opening(), sealed=(value,)) for _ in range(20)]

    outcomes = await asyncio.gather(*(small.log.append(a) for a in large), return_exceptions=True)

    kept = [bool(await small.log.load(a.commit.case)) for a in large]
    assert kept == [outcome is None for outcome in outcomes]
    assert 0 < sum(kept) < len(large)
    refused = {(type(o), getattr(o, "code", "")) for o in outcomes if o is not None}
    assert refused == {(Unavailable, "store.full")}
    for append, there in zip(large, kept, strict=True):
        assert (await small.index.get_row(append.commit.case) is not None) == there
        assert (await small.index.knows_object(append.objects[0].key)) == there
    owed = {found.effect.id for found in await small.outbox.claim(1000, MINUTE)}
    assert owed == {e.id for a, there in zip(large, kept, strict=True) for e in a.effects if there}


async def test_a_store_works_again_once_there_is_room(small: SqlStore) -> None:
    value = SealedValue(item="description", salt=bytes(32), value=bytes(600_000), person="p")
    append = replace(opening(), sealed=(value,))
    with pytest.raises(Unavailable):
        await small.log.append(append)

    await small.database.write(("PRAGMA max_page_count = 100000", ()))

    await small.log.append(append)
    assert list(await small.log.load(append.commit.case)) == [append.commit]
