"""What inspection says of a file, and what it leaves behind."""

import asyncio
import hashlib
import io
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

import samples
from gigdesk import ids
from gigdesk.adapters.media.image_cleaner import ImageCleaner
from gigdesk.adapters.objects.file import FileStorage, FileWriter
from gigdesk.adapters.scanners.builtin import BuiltinScanner
from gigdesk.adapters.scanners.clamd import ClamdScanner
from gigdesk.errors import Conflict, NotFound, Unavailable
from gigdesk.evidence.filetype import recognise
from gigdesk.evidence.inspect import Inspection, Inspector
from gigdesk.evidence.model import Verdict
from gigdesk.evidence.ports import Observe
from servers import free_port


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[FileStorage]:
    storage = FileStorage(tmp_path / "objects")
    yield storage
    await storage.close()


@pytest.fixture
def inspector(storage: FileStorage, tmp_path: Path) -> Inspector:
    return Inspector(storage, BuiltinScanner(), ImageCleaner(), tmp_path / "scratch")


async def kept(storage: FileStorage, content: bytes) -> str:
    key = ids.object_key()
    await storage.create(key).finish([content])
    return key


async def read(storage: FileStorage, key: str) -> bytes:
    return b"".join([block async for block in storage.read(key)])


def objects(tmp_path: Path) -> set[str]:
    root = tmp_path / "objects"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


async def inspected(inspector: Inspector, storage: FileStorage, content: bytes, name: str) -> Inspection:
    key = await kept(storage, content)
    return await inspector.inspect(key, name, hashlib.sha256(content).hexdigest())


@pytest.mark.abuse(28)
@pytest.mark.parametrize("name", [name for name in samples.every_type() if name.startswith("image/")])
async def test_a_clean_picture_gets_two_copies_that_show_it_and_nothing_else(
    inspector, storage, tmp_path, name
) -> None:
    content = samples.jpeg_with_gps() if name == "image/jpeg" else samples.every_type()[name]
    found = await inspected(inspector, storage, content, name)
    assert (found.verdict, found.detail, found.width, found.height) == (Verdict.CLEAN, "", 96, 64)
    assert found.derivative.key != found.thumbnail.key
    for copy in (found.derivative, found.thumbnail):
        shown = await read(storage, copy.key)
        assert (recognise(shown).name, len(shown)) == (copy.media_type, copy.size)
        assert b"Quill" not in shown
        assert Image.open(io.BytesIO(shown)).size == (96, 64)
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("name", ["application/pdf", "video/mp4", "video/quicktime", "video/webm"])
async def test_a_document_or_a_film_is_scanned_and_not_copied(inspector, storage, tmp_path, name) -> None:
    found = await inspected(inspector, storage, samples.every_type()[name], name)
    assert found == Inspection(verdict=Verdict.CLEAN)
    assert len(objects(tmp_path)) == 1


@pytest.mark.abuse(27)
@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.jpeg_with_eicar(), "image/jpeg"), (samples.pdf() + samples.eicar(), "application/pdf")],
    ids=["picture", "document"],
)
async def test_of_an_infected_file_nothing_is_made(inspector, storage, tmp_path, content, name) -> None:
    found = await inspected(inspector, storage, content, name)
    assert found == Inspection(verdict=Verdict.INFECTED, detail="EICAR-Test-File")
    assert len(objects(tmp_path)) == 1
    assert not list((tmp_path / "scratch").glob("*"))


async def test_a_picture_that_cannot_be_read_is_unreadable_and_says_why(inspector, storage, tmp_path) -> None:
    found = await inspected(inspector, storage, samples.jpeg()[:500], "image/jpeg")
    assert found.verdict is Verdict.UNREADABLE
    assert "damaged" in found.detail
    assert len(objects(tmp_path)) == 1
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.abuse(27)
@pytest.mark.parametrize("name", ["image/jpeg", "application/pdf"])
async def test_while_the_scanner_is_away_there_is_no_verdict(storage, tmp_path, name) -> None:
    away = ClamdScanner(("127.0.0.1", free_port()))
    inspector = Inspector(storage, away, ImageCleaner(), tmp_path / "scratch")
    with pytest.raises(Unavailable):
        await inspected(inspector, storage, samples.every_type()[name], name)
    assert len(objects(tmp_path)) == 1
    assert not list((tmp_path / "scratch").glob("*"))


@pytest.mark.parametrize("name", ["image/jpeg", "application/pdf"])
async def test_bytes_that_are_not_those_received_are_never_clean(inspector, storage, tmp_path, name) -> None:
    key = await kept(storage, samples.every_type()[name])
    with pytest.raises(Conflict) as told:
        await inspector.inspect(key, name, hashlib.sha256(b"other").hexdigest())
    assert told.value.code == "evidence.changed"
    assert objects(tmp_path) == {key}


async def test_an_object_that_is_gone_is_no_verdict(inspector) -> None:
    for name in ("image/jpeg", "video/mp4"):
        with pytest.raises(NotFound):
            await inspector.inspect(ids.object_key(), name, "")


async def test_asked_twice_its_copies_are_no_objects_of_the_first_time(inspector, storage, tmp_path) -> None:
    content = samples.png()
    key = await kept(storage, content)
    first, second = [
        await inspector.inspect(key, "image/png", hashlib.sha256(content).hexdigest()) for _ in "ab"
    ]
    await inspector.discard(second)
    assert objects(tmp_path) == {key, first.derivative.key, first.thumbnail.key}


async def test_a_scratch_folder_that_cannot_be_made_is_unavailable(storage, tmp_path) -> None:
    (tmp_path / "file").write_bytes(b"")
    inspector = Inspector(storage, BuiltinScanner(), ImageCleaner(), tmp_path / "file" / "scratch")
    with pytest.raises(Unavailable) as told:
        await inspected(inspector, storage, samples.jpeg(), "image/jpeg")
    assert told.value.code == "inspection.unavailable"


async def test_a_storage_that_breaks_between_the_copies_leaves_none(storage, tmp_path) -> None:
    class Breaking(FileStorage):
        """Has room for the first of the copies only."""

        def create(self, key: str, observe: Observe | None = None) -> FileWriter:
            if key.partition(".")[0].endswith("-thumbnail"):
                self.path(key).mkdir()  # no file can be put there
            return super().create(key, observe)

    content = samples.jpeg(3000, 2000)
    key = await kept(storage, content)
    breaking = Breaking(tmp_path / "objects")
    inspector = Inspector(breaking, BuiltinScanner(), ImageCleaner(), tmp_path / "scratch")
    with pytest.raises(Unavailable):
        await inspector.inspect(key, "image/jpeg", hashlib.sha256(content).hexdigest())
    assert objects(tmp_path) == {key}
    await breaking.close()


async def test_who_is_stopped_in_the_middle_leaves_nothing(inspector, storage, tmp_path) -> None:
    content = samples.jpeg(3000, 2000)
    key = await kept(storage, content)
    for after in (0.0, 0.01, 0.05, 0.1, 0.2):
        task = asyncio.create_task(inspector.inspect(key, "image/jpeg", hashlib.sha256(content).hexdigest()))
        await asyncio.sleep(after)
        task.cancel()
        await asyncio.wait({task})
        assert not list((tmp_path / "scratch").glob("*"))
        assert not list((tmp_path / "objects" / ".incoming").glob("*"))


async def test_leftovers_of_a_crash_are_swept_and_what_is_under_way_is_not(inspector, tmp_path) -> None:
    assert await inspector.sweep() == 0
    old, fresh = tmp_path / "scratch" / "inspect-old", tmp_path / "scratch" / "inspect-fresh"
    for folder in (old, fresh):
        folder.mkdir(parents=True)
        (folder / "original").write_bytes(samples.jpeg())
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    assert await inspector.sweep() == 1
    assert list((tmp_path / "scratch").iterdir()) == [fresh]
