"""The sweeper takes away what no row knows, and nothing else."""

import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gigdesk import ids
from gigdesk.adapters.objects.file import FileStorage
from gigdesk.evidence import keys
from gigdesk.evidence.sweep import Swept, sweep

NOW = datetime.now(UTC)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[FileStorage]:
    storage = FileStorage(tmp_path / "objects")
    yield storage
    await storage.close()


class Rows:
    """The keys that the store has rows for; it may learn of one while it is asked."""

    def __init__(self, *keys: str) -> None:
        self.keys = set(keys)
        self.asked: list[str] = []

    async def know(self, key: str) -> bool:
        self.asked.append(key)
        return key in self.keys


async def put(storage: FileStorage, data: bytes, hours: float) -> str:
    key = ids.object_key()
    await storage.create(key).finish([data])
    age(storage.root / key, hours)
    return key


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


async def test_an_old_object_without_a_row_is_deleted(storage: FileStorage) -> None:
    key = await put(storage, b"12345", hours=49)
    assert await sweep(storage, Rows().know, NOW) == Swept(seen=1, deleted=1, bytes=5)
    assert await storage.size(key) is None


async def test_an_old_object_with_a_row_stays(storage: FileStorage) -> None:
    key = await put(storage, b"12345", hours=5000)
    assert await sweep(storage, Rows(key).know, NOW) == Swept(seen=1, deleted=0, bytes=0)
    assert await storage.size(key) == 5


async def test_a_young_object_is_not_even_asked_about(storage: FileStorage) -> None:
    key, rows = await put(storage, b"12345", hours=47), Rows()
    assert await sweep(storage, rows.know, NOW) == Swept(seen=0, deleted=0, bytes=0)
    assert rows.asked == []
    assert await storage.size(key) == 5


async def test_what_a_crash_left_half_written_goes_too(storage: FileStorage) -> None:
    writer = storage.create(ids.object_key())
    await writer.write([b"half"])
    (leftover,) = (storage.root / ".incoming").iterdir()
    age(leftover, 49)
    assert (await sweep(storage, Rows().know, NOW)).deleted == 1
    assert not leftover.exists()
    await writer.discard()


async def test_a_row_that_appears_during_the_sweep_saves_its_object(storage: FileStorage) -> None:
    keys = {await put(storage, b"x", hours=49) for _ in range(20)}
    rows = Rows()

    async def knows(key: str) -> bool:
        if not rows.keys:
            rows.keys = keys - {key}
        return await rows.know(key)

    assert (await sweep(storage, knows, NOW)).deleted == 1
    assert sum([await storage.size(key) is not None for key in keys]) == 19


async def test_an_object_that_vanishes_meanwhile_is_no_error(storage: FileStorage) -> None:
    keys = [await put(storage, b"x", hours=49) for _ in range(5)]

    async def knows(key: str) -> bool:
        await storage.delete(key)
        return False

    await sweep(storage, knows, NOW)
    assert [await storage.size(key) for key in keys] == [None] * 5


async def test_one_run_is_bounded(storage: FileStorage) -> None:
    for _ in range(7):
        await put(storage, b"x", hours=49)
    assert (await sweep(storage, Rows().know, NOW, most=5)).deleted == 5
    assert (await sweep(storage, Rows().know, NOW, most=5)).deleted == 2


async def test_a_storage_of_which_too_many_have_no_row_is_left_whole(storage: FileStorage) -> None:
    keys = [await put(storage, b"x", hours=49) for _ in range(30)]
    found = await sweep(storage, Rows(*keys[:5]).know, NOW)
    assert found == Swept(seen=30, deleted=0, bytes=0, left=25)
    assert [await storage.size(key) for key in keys] == [1] * 30


async def test_many_that_are_a_small_share_of_all_go(storage: FileStorage) -> None:
    keys = [await put(storage, b"x", hours=49) for _ in range(500)]
    assert (await sweep(storage, Rows(*keys[22:]).know, NOW)).deleted == 22


@pytest.mark.parametrize("hours", [0, 5000])
async def test_nothing_goes_where_another_installation_has_left_its_mark(
    storage: FileStorage, hours: float
) -> None:
    theirs, ours, crashed = [await put(storage, b"x", hours=49) for _ in range(3)]
    for name in ("first", "second"):
        await storage.create(keys.mark(name)).finish([b"mark"])
    age(storage.root / keys.mark("second"), hours)
    for name, known in (("first", ours), ("second", theirs)):
        found = await sweep(storage, Rows(known).know, datetime.now(UTC), mark=keys.mark(name))
        assert found == Swept(seen=3, deleted=0, bytes=0, left=2)

    await storage.delete(keys.mark("second"))
    assert (await sweep(storage, Rows(ours, theirs).know, NOW, mark=keys.mark("first"))).deleted == 1
    assert await storage.size(crashed) is None
    assert await storage.size(keys.mark("first")) == 4


async def test_files_that_are_not_objects_are_left_alone(storage: FileStorage) -> None:
    await put(storage, b"x", hours=49)
    for name in ("notes.txt", "ab/.hidden", "ab/short", ".incoming/notes", "lost+found/0123456789"):
        path = storage.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")
        age(path, 5000)
    assert (await sweep(storage, Rows().know, NOW)).seen == 1
    assert (storage.root / "notes.txt").exists()


async def test_a_storage_that_was_never_written_to_is_swept_clean(storage: FileStorage) -> None:
    assert await sweep(storage, Rows().know, NOW) == Swept(seen=0, deleted=0, bytes=0)


async def test_the_age_cannot_be_set_so_low_that_running_uploads_are_hit(storage: FileStorage) -> None:
    with pytest.raises(ValueError):
        await sweep(storage, Rows().know, NOW, older=timedelta(minutes=59))
