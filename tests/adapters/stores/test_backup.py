"""A backup made while serving is whole, and comes back elsewhere as it was."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.openings import opening
from gigdesk.adapters.objects.file import FileStorage
from gigdesk.adapters.stores.sql.backup import back_up, restore
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.audit import verify
from gigdesk.cases.ports import ObjectRow
from gigdesk.errors import Conflict, Invalid
from gigdesk.ids import object_key, uuid7


class Place:
    """A store and its objects under one folder."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/gigdesk.db"
        self.storage = FileStorage(folder / "objects")
        self.store = SqlStore(self.url)
        self.sums: dict[str, str] = {}

    async def report(self, size: int = 1000) -> None:
        """A case with one file, whose bytes are durable first."""
        key, content = object_key(), uuid7().bytes * size
        writer = self.storage.create(key)
        await writer.write([content])
        await writer.finish()
        row = ObjectRow(key=key, evidence=uuid7(), size=len(content))
        await self.store.log.append(replace(opening(), objects=(row,), sealed=()))
        self.sums[key] = hashlib.sha256(content).hexdigest()

    async def hashed(self, key: str) -> str:
        blocks = [block async for block in self.storage.read(key)]
        return hashlib.sha256(b"".join(blocks)).hexdigest()


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "here")
    await place.store.open()
    await place.store.migrate()
    yield place
    await place.store.close()
    await place.storage.close()


async def test_a_backup_during_writes_restores_elsewhere_whole(here: Place, tmp_path: Path) -> None:
    for _ in range(30):
        await here.report()
    before = dict(here.sums)
    stop = asyncio.Event()

    async def go_on() -> None:
        while not stop.is_set():
            await here.report(10)

    writers = [asyncio.create_task(go_on()) for _ in range(4)]
    copied = await back_up(here.url, here.storage, tmp_path / "backup")
    stop.set()
    await asyncio.gather(*writers)

    there = Place(tmp_path / "there")
    restored = await restore(tmp_path / "backup", there.url, there.storage)
    await there.store.open()
    findings = await verify(there.store.log, there.store.index)
    keys = [row[0] for row in await there.store.database.read("SELECT key FROM objects")]

    assert copied.missing == ()
    assert (restored.objects, restored.size) == (copied.objects, copied.size)
    assert findings.cases == len(keys) == copied.objects >= len(before)
    assert findings.broken == ()
    for key in keys:
        assert await there.hashed(key) == here.sums[key]
    assert set(before) <= set(keys)
    await there.store.log.append(opening())
    await there.store.close()
    await there.storage.close()


async def test_a_backup_never_overwrites(here: Place, tmp_path: Path) -> None:
    await here.report()
    await back_up(here.url, here.storage, tmp_path / "backup")

    with pytest.raises(Conflict):
        await back_up(here.url, here.storage, tmp_path / "backup")
    with pytest.raises(Conflict):
        await restore(tmp_path / "backup", here.url, here.storage)


async def test_a_backup_can_be_made_while_nobody_serves(here: Place, tmp_path: Path) -> None:
    await here.report()
    await here.store.close()

    copied = await back_up(here.url, here.storage, tmp_path / "backup")

    assert copied.objects == 1


async def test_a_log_left_behind_is_never_played_into_a_restored_database(
    here: Place, tmp_path: Path
) -> None:
    await here.report()
    await back_up(here.url, here.storage, tmp_path / "backup")
    there = tmp_path / "there"
    there.mkdir()
    (there / "gigdesk.db-wal").write_bytes(b"left")

    with pytest.raises(Conflict):
        await restore(tmp_path / "backup", f"sqlite:///{there}/gigdesk.db", FileStorage(there / "objects"))


@pytest.mark.parametrize("name", ["gigdesk.db", "object", "manifest.json"])
async def test_a_damaged_backup_is_refused_and_nothing_is_written(
    here: Place, tmp_path: Path, name: str
) -> None:
    await here.report()
    backup = tmp_path / "backup"
    await back_up(here.url, here.storage, backup)
    [object_file] = [path for path in (backup / "objects").rglob("*") if path.is_file()]
    damaged = object_file if name == "object" else backup / name
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?" if name != "manifest.json" else b"{}")

    with pytest.raises(Invalid):
        await restore(backup, f"sqlite:///{tmp_path}/there/gigdesk.db", FileStorage(tmp_path / "there/o"))

    assert not (tmp_path / "there").exists()


async def test_an_object_that_stands_there_damaged_comes_back_as_it_was(here: Place, tmp_path: Path) -> None:
    await here.report()
    await here.report()
    damaged, whole = here.sums
    await back_up(here.url, here.storage, tmp_path / "backup")
    there = Place(tmp_path / "there")
    for key, content in (
        (damaged, b"?" * 16_000),
        (whole, (tmp_path / "backup/objects" / whole).read_bytes()),
    ):
        writer = there.storage.create(key)
        await writer.write([content])
        await writer.finish()

    await restore(tmp_path / "backup", there.url, there.storage)

    assert {key: await there.hashed(key) for key in here.sums} == here.sums
    await there.storage.close()


async def test_an_object_that_is_gone_is_named(here: Place, tmp_path: Path) -> None:
    await here.report()
    await here.report()
    lost = next(iter(here.sums))
    await here.storage.delete(lost)

    copied = await back_up(here.url, here.storage, tmp_path / "backup")

    assert copied.missing == (lost,)
    assert copied.objects == 1
