"""What every ObjectStorage promises, held against each adapter."""

import asyncio
import hashlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gigdesk import ids
from gigdesk.adapters.objects.file import FileStorage
from gigdesk.adapters.objects.s3 import S3Storage
from gigdesk.errors import NotFound, Unavailable
from gigdesk.evidence.ports import ObjectStorage
from servers import free_port, lane
from servers import s3 as s3_servers

SERVERS = {"moto": s3_servers.moto, "minio": s3_servers.minio}
MIB = 1 << 20
_folders = itertools.count()

HOSTILE = [
    "",
    "..",
    "../../etc/passwd",
    "ab/../../etc/passwd",
    "ab/..",
    "/etc/passwd",
    "ab//0123456789abcdef",
    "ab/0123456789/abcdef",
    "ab/0123456789\0abcdef",
    "ab/0123456789abcdef\n",
    "ab/.hidden-0123456789",
    ".incoming/../ab/0123456789",
    "AB/0123456789abcdef",
    "ab\\0123456789abcdef",
    "ab/ñ0123456789abcdef",
    "ab/" + "0" * 126,
    "ab/" + "0" * 100_000,
    "ab/short",
]


@pytest.fixture(scope="module", params=["file", "moto", "minio"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A folder, or a server with a bucket."""
    if request.param == "file":
        yield tmp_path_factory.mktemp("objects")
        return
    with lane(request.param):
        servers = SERVERS[request.param]()
        server = next(servers)
    yield server
    servers.close()


@pytest.fixture
def url(place: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty storage."""
    if isinstance(place, s3_servers.S3Server):
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        return f"{place.url}/test/{next(_folders)}"
    return f"file:{place}/{next(_folders)}"


@pytest.fixture
def away_url(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a storage of the same kind that is not there."""
    if url.startswith("s3"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
        return url
    (tmp_path / "file").write_bytes(b"")
    return f"file:{tmp_path}/file/objects"


@pytest.fixture
async def storage(url: str) -> AsyncIterator[ObjectStorage]:
    storage = opened(url)
    yield storage
    await storage.close()


@pytest.fixture
async def away(away_url: str) -> AsyncIterator[ObjectStorage]:
    storage = opened(away_url)
    yield storage
    await storage.close()


def opened(url: str) -> ObjectStorage:
    return S3Storage.open(url) if url.startswith("s3") else FileStorage.open(url)


async def put(storage: ObjectStorage, *blocks: bytes, key: str = "") -> str:
    key = key or ids.object_key()
    writer = storage.create(key)
    try:
        for block in blocks:
            await writer.write([block])
        await writer.finish()
    except Unavailable:
        with suppress(Unavailable):
            await writer.discard()
        raise
    return key


async def got(storage: ObjectStorage, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([block async for block in storage.read(key, start, length)])


async def listed(storage: ObjectStorage, moment: datetime | None = None) -> set[str]:
    moment = moment or datetime.now(UTC) + timedelta(hours=1)
    return {found.key async for found in storage.older_than(moment)}


def unfinished(place: object) -> list[str]:
    return place.unfinished() if isinstance(place, s3_servers.S3Server) else []


async def test_what_was_written_in_blocks_is_read_back(storage: ObjectStorage) -> None:
    key = await put(storage, b"first ", b"", b"second")
    assert await got(storage, key) == b"first second"
    assert await storage.size(key) == 12


async def test_a_block_may_be_given_as_many_chunks_of_any_kind(storage: ObjectStorage) -> None:
    pieces = [os.urandom(n % 7) for n in range(3000)]
    kinds = [kind(piece) for kind, piece in zip(itertools.cycle([bytes, bytearray, memoryview]), pieces)]
    key = ids.object_key()
    writer = storage.create(key)
    await writer.write(kinds)
    await writer.finish([b"end", bytearray(b"!")])
    assert await got(storage, key) == b"".join(pieces) + b"end!"


async def test_an_object_may_be_given_whole_with_finish(storage: ObjectStorage) -> None:
    key = ids.object_key()
    await storage.create(key).finish([b"all", b" of it"])
    assert await got(storage, key) == b"all of it"


async def test_an_object_without_bytes_is_an_object(storage: ObjectStorage) -> None:
    key = await put(storage)
    assert await storage.size(key) == 0
    assert await got(storage, key) == b""
    assert key in await listed(storage)


@pytest.mark.parametrize("size", [5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 10 * MIB])
async def test_sizes_around_a_part_arrive_whole(storage: ObjectStorage, size: int, place: object) -> None:
    data = os.urandom(size)
    key = await put(storage, *(data[at : at + MIB] for at in range(0, size, MIB)))
    assert await storage.size(key) == size
    assert hashlib.sha256(await got(storage, key)).digest() == hashlib.sha256(data).digest()
    assert unfinished(place) == []


async def test_ranges_are_read(storage: ObjectStorage) -> None:
    data = os.urandom(2 * MIB + 100)
    key = await put(storage, data)
    assert await got(storage, key, 10, 5) == data[10:15]
    assert await got(storage, key, MIB - 1) == data[MIB - 1 :]
    assert await got(storage, key, 0, MIB + 1) == data[: MIB + 1]
    assert await got(storage, key, len(data) - 3, 1000) == data[-3:]
    assert await got(storage, key, len(data)) == b""
    assert await got(storage, key, len(data) + 10, 5) == b""
    assert await got(storage, key, 7, 0) == b""


async def test_blocks_of_a_reading_are_at_most_one_mib(storage: ObjectStorage) -> None:
    key = await put(storage, bytes(3 * MIB))
    assert max([len(block) async for block in storage.read(key)]) <= MIB


async def test_a_backward_range_is_a_mistake(storage: ObjectStorage) -> None:
    key = await put(storage, b"abc")
    for start, length in [(-1, None), (0, -1)]:
        with pytest.raises(ValueError):
            await got(storage, key, start, length)


async def test_an_unknown_key_is_not_found(storage: ObjectStorage) -> None:
    key = ids.object_key()
    with pytest.raises(NotFound):
        await got(storage, key)
    assert await storage.size(key) is None


async def test_deleting_twice_is_no_error(storage: ObjectStorage) -> None:
    key = await put(storage, b"abc")
    await storage.delete(key)
    await storage.delete(key)
    await storage.delete(ids.object_key())
    assert await storage.size(key) is None
    assert await listed(storage) == set()


async def test_nobody_reads_an_object_before_it_is_finished(storage: ObjectStorage) -> None:
    key = ids.object_key()
    writer = storage.create(key)
    for _ in range(6):
        await writer.write([bytes(MIB)])
    assert await storage.size(key) is None
    with pytest.raises(NotFound):
        await got(storage, key)
    await writer.finish()
    assert await storage.size(key) == 6 * MIB


@pytest.mark.parametrize("blocks", [0, 1, 6, 11])
async def test_a_discarded_object_leaves_nothing(storage: ObjectStorage, place: object, blocks: int) -> None:
    key = ids.object_key()
    writer = storage.create(key)
    for _ in range(blocks):
        await writer.write([bytes(MIB)])
    await writer.discard()
    await writer.discard()
    assert await storage.size(key) is None
    assert await listed(storage) == set()
    assert unfinished(place) == []


@pytest.mark.parametrize("blocks", [0, 6])
async def test_an_object_discarded_after_its_end_leaves_nothing(storage: ObjectStorage, blocks: int) -> None:
    key = ids.object_key()
    writer = storage.create(key)
    for _ in range(blocks):
        await writer.write([bytes(MIB)])
    await writer.finish([b"end"])
    await writer.discard()
    await writer.discard()
    assert await storage.size(key) is None
    assert await listed(storage) == set()


@pytest.mark.parametrize("blocks", [1, 6, 12])
async def test_a_writer_that_is_cancelled_and_discarded_leaves_nothing(
    storage: ObjectStorage, place: object, blocks: int
) -> None:
    async def upload(turns: int) -> None:
        writer = storage.create(ids.object_key())
        try:
            for _ in range(blocks):
                await writer.write([bytes(MIB)])
            await writer.finish([b"end"])
            await asyncio.sleep(60)
        finally:
            await writer.discard()

    for turns in range(0, 60, 4):
        task = asyncio.create_task(upload(turns))
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await listed(storage) == set()
    assert unfinished(place) == []


async def test_the_last_of_two_writers_to_finish_stands(storage: ObjectStorage) -> None:
    key = ids.object_key()
    one, two = storage.create(key), storage.create(key)
    await one.write([b"one"])
    await two.write([b"two"])
    await two.finish()
    await one.finish()
    assert await got(storage, key) == b"one"


async def test_a_finished_object_takes_no_more(storage: ObjectStorage) -> None:
    writer = storage.create(ids.object_key())
    await writer.finish([b"abc"])
    with pytest.raises(RuntimeError):
        await writer.write([b"more"])


async def test_every_chunk_is_observed_in_order(storage: ObjectStorage) -> None:
    seen = bytearray()
    chunks = [os.urandom(70_000) for _ in range(100)]
    writer = storage.create(ids.object_key(), seen.extend)
    for at in range(0, 90, 10):
        await writer.write(chunks[at : at + 10])
    await writer.finish(chunks[90:])
    assert bytes(seen) == b"".join(chunks)


async def test_many_objects_at_once_do_not_mix(storage: ObjectStorage) -> None:
    async def one(n: int) -> tuple[str, str]:
        data, digest = os.urandom(2 * MIB + n), hashlib.sha256()
        writer = storage.create(key := ids.object_key(), digest.update)
        for at in range(0, len(data), MIB):
            await writer.write([data[at : at + MIB]])
        await writer.finish()
        return key, digest.hexdigest()

    for key, digest in await asyncio.gather(*map(one, range(12))):
        assert hashlib.sha256(await got(storage, key)).hexdigest() == digest


@pytest.mark.parametrize("key", HOSTILE, ids=lambda key: repr(key[:24]))
async def test_a_hostile_key_is_refused_before_anything_is_asked(away: ObjectStorage, key: str) -> None:
    with pytest.raises(ValueError):
        away.create(key)
    with pytest.raises(ValueError):
        await got(away, key)
    with pytest.raises(ValueError):
        await away.size(key)
    with pytest.raises(ValueError):
        await away.delete(key)


async def test_only_what_is_older_is_listed(storage: ObjectStorage) -> None:
    old = await put(storage, b"old one")
    await asyncio.sleep(1.1)
    moment = datetime.now(UTC)
    await asyncio.sleep(1.1)
    new = await put(storage, b"new")
    assert await listed(storage, moment) == {old}
    found = [found async for found in storage.older_than(moment)]
    assert found[0].size == 7
    assert abs(found[0].modified_at - moment) < timedelta(seconds=60)
    assert await listed(storage) == {old, new}


async def test_more_than_a_page_is_listed(storage: ObjectStorage) -> None:
    async def some(n: int) -> set[str]:
        return {await put(storage, b"x") for _ in range(n)}

    keys = set().union(*await asyncio.gather(*(some(53) for _ in range(20))))
    assert await listed(storage) == keys


async def test_the_probe_is_content_and_leaves_nothing(storage: ObjectStorage) -> None:
    await storage.probe()
    assert await listed(storage) == set()


async def test_a_storage_that_is_away_says_so_within_seconds(away: ObjectStorage) -> None:
    began = time.monotonic()
    for deed in (put(away, b"abc"), put(away, *[bytes(MIB)] * 6), got(away, ids.object_key()), away.probe()):
        with pytest.raises(Unavailable) as refused:
            await deed
        assert refused.value.values["reason"]
        assert refused.value.retry_after
    assert time.monotonic() - began < 15


async def test_discarding_when_the_storage_is_away_ends(away: ObjectStorage) -> None:
    writer = away.create(ids.object_key())
    with pytest.raises(Unavailable):
        await writer.finish([b"abc"])
    with suppress(Unavailable):
        await writer.discard()


def test_a_large_object_takes_little_memory(url: str) -> None:
    script = f"""
import asyncio, resource
from test_object_storage import got, opened, put
from gigdesk import ids
from gigdesk.ending import run_to_end

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def main():
    storage = opened({url!r})
    key = await put(storage, *[bytes(1 << 20)] * 12)
    before = peak()
    writer = storage.create(key := ids.object_key())
    for _ in range(80):
        await writer.write([b"x" * (1 << 20)])
    await writer.finish()
    size = 0
    async for block in storage.read(key):
        size += len(block)
    assert size == 80 << 20
    await storage.close()
    print(peak() - before)
    return 0

run_to_end(lambda: asyncio.run(main()))
"""
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 24
