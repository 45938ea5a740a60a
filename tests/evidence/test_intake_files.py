"""Files on their way in: judged, counted, hashed, durable, or gone without a trace."""

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from gigdesk.adapters.objects.file import FileStorage, FileWriter
from gigdesk.errors import Invalid, NotAccepted, TooLarge, Unavailable
from gigdesk.evidence.budget import BlockBudget
from gigdesk.evidence.intake import Incoming, ReceivedFiles, Receiver
from gigdesk.evidence.model import Limits
from gigdesk.evidence.ports import Chunk, Observe

MIB = 1 << 20
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
VIDEO = bytes.fromhex("0000001866747970") + b"mp42\0\0\0\0mp42isom"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
LIMITS = Limits(image_bytes=3 * MIB, pdf_bytes=MIB, video_bytes=8 * MIB)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[FileStorage]:
    storage = FileStorage(tmp_path / "objects")
    yield storage
    await storage.close()


@pytest.fixture
def receiver(storage: FileStorage) -> Receiver:
    return Receiver(storage, LIMITS)


async def send(incoming: Incoming, data: bytes, chunk: int = 65536) -> None:
    for at in range(0, len(data), chunk):
        if incoming.feed(data[at : at + chunk]):
            await incoming.flush()


def files_in(storage: FileStorage) -> list[Path]:
    return [path for path in storage.root.rglob("*") if path.is_file()]


def photo(size: int) -> bytes:
    return JPEG + os.urandom(size - len(JPEG))


@pytest.mark.parametrize("size", [len(JPEG), 4096, 4097, 65536, MIB - 1, MIB, MIB + 1, 3 * MIB])
@pytest.mark.parametrize("chunk", [1000, 65536, 3 * MIB])
async def test_a_file_is_received_whole(
    receiver: Receiver, storage: FileStorage, size: int, chunk: int
) -> None:
    data = photo(size)
    incoming = receiver.begin("door.JPEG", "image/jpeg")
    await send(incoming, data, chunk)
    received = await incoming.finish()
    assert (received.size, received.media_type, received.name) == (size, "image/jpeg", "door.jpg")
    assert received.sha256 == hashlib.sha256(data).hexdigest()
    assert (storage.root / received.key).read_bytes() == data


async def test_the_key_tells_nothing_of_the_name(receiver: Receiver) -> None:
    incoming = receiver.begin("../../secret-door.php\0.jpg")
    await send(incoming, photo(5000))
    received = await incoming.finish()
    assert "door" not in received.key
    assert "/" not in received.name
    assert received.name.endswith(".jpg")
    assert received.id.version == 7


async def test_a_file_in_chunks_of_one_byte_costs_no_more_memory_than_its_bytes(receiver: Receiver) -> None:
    incoming = receiver.begin("a.jpg")
    data = photo(MIB - 1)
    tracemalloc.start()
    for byte in data:
        incoming.feed(bytes((byte,)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MIB
    assert (await incoming.finish()).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("chunk", [1, 1000, 65536])
async def test_a_type_that_is_not_taken_is_refused_before_anything_is_written(
    receiver: Receiver, storage: FileStorage, chunk: int
) -> None:
    incoming = receiver.begin("holiday.jpg", "image/jpeg")
    with pytest.raises(NotAccepted) as refused:
        await send(incoming, b"MZ" + bytes(10_000), chunk)
    assert refused.value.code == "file.type_not_allowed"
    assert "holiday.jpg" in str(refused.value)
    assert "PDF" in str(refused.value)
    assert not storage.root.exists()
    await incoming.discard()


async def test_a_small_file_of_a_type_that_is_not_taken_is_refused_at_its_end(receiver: Receiver) -> None:
    incoming = receiver.begin("hello.pdf", "application/pdf")
    incoming.feed(b"<html>")
    with pytest.raises(NotAccepted):
        await incoming.finish()
    await incoming.discard()


@pytest.mark.parametrize(("head", "limit"), [(JPEG, 3 * MIB), (PDF, MIB)])
@pytest.mark.parametrize("chunk", [1000, 65536, 16 * MIB])
async def test_the_first_byte_over_the_limit_of_its_kind_is_refused(
    receiver: Receiver, storage: FileStorage, head: bytes, limit: int, chunk: int
) -> None:
    exact = receiver.begin("exact")
    await send(exact, head + bytes(limit - len(head)), chunk)
    assert (await exact.finish()).size == limit
    over = receiver.begin("x" * 30)
    with pytest.raises(TooLarge) as refused:
        await send(over, head + bytes(limit + 1 - len(head)), chunk)
    await over.discard()
    assert refused.value.code == "file.too_large"
    assert "x" * 30 in str(refused.value)
    assert f"{limit // MIB} MB" in str(refused.value)
    assert len(files_in(storage)) == 1


async def test_a_file_far_too_large_never_stands_on_the_disk_beyond_its_limit(
    receiver: Receiver, storage: FileStorage
) -> None:
    incoming, sizes = receiver.begin("a.pdf"), [0]

    async def send_and_look() -> None:
        for at in range(64):
            await send(incoming, (PDF if at == 0 else b"") + bytes(MIB // 2))
            sizes.extend(path.stat().st_size for path in files_in(storage))

    with pytest.raises(TooLarge):
        await send_and_look()
    assert max(sizes) <= LIMITS.pdf_bytes
    await incoming.discard()


async def test_an_empty_file_is_a_wrong_field(receiver: Receiver) -> None:
    incoming = receiver.begin("nothing.jpg")
    incoming.feed(b"")
    with pytest.raises(Invalid) as refused:
        await incoming.finish()
    assert refused.value.code == "file.empty"
    assert [(error.field, error.code) for error in refused.value.errors] == [("files", "file.empty")]
    assert "nothing.jpg" in str(refused.value.errors[0])
    await incoming.discard()


async def test_the_next_block_is_received_while_one_is_written(receiver: Receiver) -> None:
    incoming = receiver.begin("a.jpg")
    assert incoming.feed(photo(MIB))
    await asyncio.wait_for(incoming.flush(), 5)
    assert not incoming.feed(b"more")
    assert (await incoming.finish()).size == MIB + 4


class Slow(FileStorage):
    """Writes a block only when it is told to."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.blocks = asyncio.Semaphore(0)
        self.begun = 0

    def create(self, key: str, observe: Observe | None = None) -> FileWriter:
        writer = super().create(key, observe)
        write = writer.write

        async def slow(chunks: Sequence[Chunk]) -> None:
            self.begun += 1
            await self.blocks.acquire()
            await write(chunks)

        writer.write = slow  # type: ignore[method-assign]
        return writer


@pytest.mark.parametrize(("others", "ahead"), [(0, 2), (100, 1)])
async def test_so_many_blocks_are_on_their_way_and_the_next_waits(
    tmp_path: Path, others: int, ahead: int
) -> None:
    storage, budget = Slow(tmp_path), BlockBudget()
    incoming = Receiver(storage, LIMITS, budget).begin("a.mp4")
    for _ in range(others):
        budget.opened()
    data = VIDEO + os.urandom((ahead + 2) * budget.block_bytes() - len(VIDEO))
    blocks = [data[at : at + budget.block_bytes()] for at in range(0, len(data), budget.block_bytes())]
    for block in blocks[:ahead]:
        assert incoming.feed(block)
        await asyncio.wait_for(incoming.flush(), 5)
    assert incoming.feed(blocks[ahead])
    flush = asyncio.create_task(incoming.flush())
    await asyncio.sleep(0.05)
    assert not flush.done()
    assert storage.begun == 1
    storage.blocks.release()
    await asyncio.wait_for(flush, 5)
    for _ in blocks:
        storage.blocks.release()
    assert incoming.feed(blocks[-1])
    await incoming.flush()
    received = await incoming.finish()
    assert received.sha256 == hashlib.sha256(data).hexdigest()
    assert b"".join([block async for block in storage.read(received.key)]) == data
    await incoming.discard()
    await storage.close()


@pytest.mark.parametrize("told", [0, 1])
async def test_who_gives_up_with_two_blocks_on_their_way_leaves_nothing(tmp_path: Path, told: int) -> None:
    storage = Slow(tmp_path)
    incoming = Receiver(storage, LIMITS).begin("a.mp4")
    for block in (VIDEO + bytes(MIB - len(VIDEO)), bytes(MIB)):
        assert incoming.feed(block)
        await incoming.flush()
    for _ in range(told):
        storage.blocks.release()
    await asyncio.sleep(0.01)
    await asyncio.wait_for(incoming.discard(), 5)
    assert files_in(storage) == []
    await storage.close()


async def test_a_block_that_cannot_be_written_is_told_and_the_next_is_not_tried(tmp_path: Path) -> None:
    storage = Slow(tmp_path / "objects")
    (tmp_path / "objects").write_text("no folder")
    incoming = Receiver(storage, LIMITS).begin("a.mp4")
    for block in (VIDEO + bytes(MIB - len(VIDEO)), bytes(MIB)):
        assert incoming.feed(block)
        await incoming.flush()
    for _ in range(3):
        storage.blocks.release()
    assert incoming.feed(bytes(MIB))
    with pytest.raises(Unavailable):
        await incoming.flush()
    await incoming.discard()
    assert storage.begun == 1
    await storage.close()


async def test_blocks_are_small_while_many_upload_and_large_again_afterwards(storage: FileStorage) -> None:
    budget = BlockBudget()
    receiver = Receiver(storage, LIMITS, budget)
    first = receiver.begin("a.jpg")
    assert not first.feed(photo(MIB - 1))
    others = [receiver.begin("b.jpg") for _ in range(1000)]
    assert first.feed(b"x")
    await first.flush()
    assert not first.feed(bytes(65534))
    assert first.feed(b"x")
    for other in others:
        await other.discard()
    await first.flush()
    await first.finish()
    await first.discard()
    assert budget.block_bytes() == MIB
    last = receiver.begin("a.jpg")
    assert not last.feed(photo(MIB - 1))
    await last.discard()


async def upload(files: ReceivedFiles, *sizes: int) -> None:
    for size in sizes:
        incoming = files.begin("a.jpg")
        await send(incoming, photo(size))
        files.end(incoming)


async def test_files_that_are_kept_stay_in_the_order_they_came(
    receiver: Receiver, storage: FileStorage
) -> None:
    async with receiver.files() as files:
        await upload(files, 2 * MIB, 100, 3 * MIB)
        received = await files.finished()
        files.keep()
    assert [file.size for file in received] == [2 * MIB, 100, 3 * MIB]
    assert len(files_in(storage)) == 3


async def test_files_that_nobody_keeps_are_gone(receiver: Receiver, storage: FileStorage) -> None:
    async with receiver.files() as files:
        await upload(files, 2 * MIB, 100, 3 * MIB)
        await files.finished()
        assert len(files_in(storage)) == 3
    assert files_in(storage) == []


async def test_one_bad_file_takes_the_others_with_it(receiver: Receiver, storage: FileStorage) -> None:
    async def report() -> None:
        async with receiver.files() as files:
            await upload(files, 2 * MIB)
            files.end(files.begin("empty.jpg"))
            await upload(files, 2 * MIB)
            await files.finished()

    with pytest.raises(Invalid):
        await report()
    assert files_in(storage) == []


async def test_a_failure_in_the_middle_of_a_file_leaves_nothing(
    receiver: Receiver, storage: FileStorage
) -> None:
    async def report() -> None:
        async with receiver.files() as files:
            await upload(files, 2 * MIB)
            await send(files.begin("a.jpg"), photo(2 * MIB + 5))
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await report()
    assert files_in(storage) == []


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8, 13, 21])
async def test_a_caller_who_is_cancelled_at_any_moment_leaves_nothing(
    receiver: Receiver, storage: FileStorage, turns: int
) -> None:
    async def whole() -> None:
        async with receiver.files() as files:
            await upload(files, 2 * MIB, 2 * MIB, 3 * MIB)
            await files.finished()
            await asyncio.sleep(60)

    task = asyncio.create_task(whole())
    for _ in range(turns):
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files_in(storage) == []


async def test_a_storage_that_is_away_is_said_and_nothing_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    storage = FileStorage(tmp_path / "file" / "objects")

    async def report() -> None:
        async with Receiver(storage, LIMITS).files() as files:
            await upload(files, 3 * MIB)
            await files.finished()

    with pytest.raises(Unavailable):
        await report()
    await storage.close()


async def test_closing_waits_until_what_is_discarded_is_gone(
    receiver: Receiver, storage: FileStorage
) -> None:
    async with receiver.files() as files:
        await upload(files, 3 * MIB, 3 * MIB)
    await receiver.close()
    assert files_in(storage) == []
