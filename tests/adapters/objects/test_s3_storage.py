"""S3's own ways: wrong keys, missing buckets, endpoints that stall, what others left in the bucket."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from gigdesk import ids
from gigdesk.adapters.objects.s3 import SENDERS, S3Storage
from gigdesk.errors import Unavailable
from servers import lane
from servers import s3 as s3_servers

MIB = 1 << 20


@pytest.fixture(scope="module")
def moto() -> Iterator[s3_servers.S3Server]:
    with lane("moto"):
        running = s3_servers.moto()
        server = next(running)
    yield server
    running.close()


@pytest.fixture(scope="module")
def minio() -> Iterator[s3_servers.S3Server]:
    with lane("minio"):
        running = s3_servers.minio()
        server = next(running)
    yield server
    running.close()


def use(monkeypatch: pytest.MonkeyPatch, server: s3_servers.S3Server) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("AWS_SECRET_ACCESS_KEY", "SignatureDoesNotMatch"), ("AWS_ACCESS_KEY_ID", "InvalidAccessKeyId")],
)
async def test_a_wrong_key_is_said_in_the_reason_and_not_to_the_public(
    minio: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    use(monkeypatch, minio)
    monkeypatch.setenv(name, "something-else")
    storage = S3Storage.open(minio.url)
    with pytest.raises(Unavailable) as refused:
        await storage.probe()
    assert str(refused.value.values["reason"]).startswith(reason)
    assert reason not in str(refused.value)
    await storage.close()


async def test_a_missing_bucket_is_said(moto: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, moto)
    storage = S3Storage.open("s3://no-such-bucket")
    for deed in (storage.probe(), anext(storage.read(ids.object_key()))):
        with pytest.raises(Unavailable) as refused:
            await deed
        assert "NoSuchBucket" in str(refused.value.values["reason"])
    await storage.close()


async def test_objects_stand_under_the_prefix_and_others_are_left_alone(
    moto: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, moto)
    client = moto.client()
    for other in ("other/ab/0123456789abcdef", "here/readme.txt", "here/ab/short", "readme"):
        client.put_object(Bucket=moto.bucket, Key=other, Body=b"theirs")
    storage = S3Storage.open(f"{moto.url}/here/")
    key = ids.object_key()
    await storage.create(key).finish([b"ours"])
    assert f"here/{key}" in moto.objects()
    moment = datetime.now(UTC) + timedelta(hours=1)
    assert [found.key async for found in storage.older_than(moment)] == [key]
    await storage.close()


class Stalling:
    """An endpoint that takes connections and answers as told: nothing, or parts only when let go."""

    def __init__(self) -> None:
        self.sending = 0
        self.most = 0
        self.answers = False
        self.connections: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (line for line in head.lower().split("\r\n") if line.startswith("content-length:")), ":0"
                )
                await reader.readexactly(int(length.partition(":")[2]))
                if not self.answers:
                    await asyncio.Event().wait()
                await self.answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    async def answer(self, writer: asyncio.StreamWriter) -> None:
        self.sending += 1
        self.most = max(self.most, self.sending)
        await asyncio.sleep(0.05)
        self.sending -= 1
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\n\r\n')
        await writer.drain()


@pytest.fixture
async def stalling(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stalling]:
    stalling = Stalling()
    server = await asyncio.start_server(stalling.serve, "127.0.0.1", 0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    yield stalling
    server.close()
    for connection in stalling.connections:
        connection.transport.abort()
    await asyncio.sleep(0.01)


async def test_an_endpoint_that_never_answers_is_unavailable_within_seconds(stalling: Stalling) -> None:
    storage = S3Storage.open("s3://bucket")
    writer, began = storage.create(ids.object_key()), time.monotonic()
    with pytest.raises(Unavailable):
        await writer.finish([b"abc"])
    assert time.monotonic() - began < 15
    stalling.answers = True
    with suppress(Unavailable):
        await writer.discard()
    await storage.close()


async def test_few_uploads_send_at_once_and_slow_ones_hold_no_turn(stalling: Stalling) -> None:
    stalling.answers = True
    storage = S3Storage.open("s3://bucket")
    slow = [storage.create(ids.object_key()) for _ in range(SENDERS * 5)]
    for writer in slow:
        await writer.write([bytes(MIB)])
    await asyncio.wait_for(storage.create(ids.object_key()).finish([b"quick"]), 5)
    await asyncio.gather(*(writer.finish() for writer in slow))
    assert 1 < stalling.most <= SENDERS
    await storage.close()


@pytest.mark.parametrize("url", ["s3:", "s3://", "file:x", "s3://bucket?x=1", "azure://bucket"])
def test_another_address_is_a_mistake(url: str) -> None:
    with pytest.raises(ValueError):
        S3Storage.open(url)


def test_a_missing_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['obstore'] = None\n"
        "from gigdesk.adapters.objects.s3 import S3Storage\n"
        "try: S3Storage.open('s3://bucket')\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert "pip install 'gigdesk[s3]'" in done.stdout, done.stderr
