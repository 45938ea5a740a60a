"""Every scanner finds what must be found, and never says clean unless it looked at all of it."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

import samples
from gigdesk.adapters.scanners.builtin import BuiltinScanner
from gigdesk.adapters.scanners.clamd import ClamdScanner
from gigdesk.errors import NotFound, Unavailable
from gigdesk.evidence.model import Verdict
from gigdesk.evidence.ports import Scanner
from servers import clamd, free_port, lane

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def daemon() -> Iterator[clamd.Server]:
    with lane("clamd"):
        server = clamd.start()
    yield server
    server.stop()


@pytest.fixture(params=["builtin", "clamd", "clamd+unix"])
def scanner(request) -> Scanner:
    if request.param == "builtin":
        return BuiltinScanner.open("builtin:")
    server = request.getfixturevalue("daemon")
    return ClamdScanner.open(server.url if request.param == "clamd" else server.unix_url)


async def blocks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.abuse(27)
@pytest.mark.parametrize(
    "parts",
    [
        (samples.eicar(),),
        (samples.eicar() + b"\r\n",),
        (samples.eicar()[:1], samples.eicar()[1:]),
        (samples.eicar()[:40], b"", samples.eicar()[40:67], samples.eicar()[67:]),
        tuple(samples.eicar()[at : at + 1] for at in range(68)),
        (samples.jpeg_with_eicar(),),
        (samples.jpeg(), samples.eicar()[:30], samples.eicar()[30:] + samples.jpeg()),
        (bytes((1 << 20) - 34) + samples.eicar()[:34], samples.eicar()[34:] + bytes(1 << 20)),
    ],
    ids=range(8),
)  # fmt: skip
async def test_the_test_file_is_found(scanner, parts) -> None:
    found = await scanner.scan(blocks(*parts))
    assert found.verdict is Verdict.INFECTED
    assert "eicar" in found.detail.lower()


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"",),
        (samples.jpeg(),),
        (samples.pdf(), samples.mp4()),
        (samples.eicar()[:67],),
        (samples.eicar()[1:],),
        (samples.eicar()[:34], b" ", samples.eicar()[34:]),
        (samples.eicar().lower(),),
    ],
    ids=range(8),
)  # fmt: skip
async def test_what_is_not_infected_is_clean(scanner, parts) -> None:
    found = await scanner.scan(blocks(*parts))
    assert (found.verdict, found.detail) == (Verdict.CLEAN, "")


async def test_a_long_stream_is_scanned_as_it_comes(scanner) -> None:
    async def long() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(1 << 20)

    tracemalloc.start()
    try:
        found = await scanner.scan(long())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.verdict is Verdict.CLEAN
    assert peak < 6 << 20


async def test_many_files_at_once_get_their_own_verdicts(scanner) -> None:
    contents = [samples.jpeg_with_eicar() if number % 3 == 0 else samples.jpeg() for number in range(12)]
    found = await asyncio.gather(*(scanner.scan(blocks(content)) for content in contents))
    assert [result.verdict is Verdict.INFECTED for result in found] == [n % 3 == 0 for n in range(12)]


async def test_a_storage_that_breaks_in_the_middle_is_no_verdict(scanner) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(100)
        raise NotFound("storage.no_object", "This file is no longer kept.")

    with pytest.raises(NotFound):
        await scanner.scan(broken())


async def test_it_says_what_it_is(scanner) -> None:
    said = await scanner.probe()
    assert "EICAR" in said or "ClamAV" in said


@pytest.mark.parametrize("size", [clamd.FILE_BYTES + (1 << 20), clamd.STREAM_BYTES + (1 << 20)])
@pytest.mark.parametrize("unix", [False, True])
async def test_what_clamd_will_not_look_at_is_failed_and_never_clean(daemon, size, unix) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(size >> 20):
            yield bytes(1 << 20)

    found = await ClamdScanner.open(daemon.unix_url if unix else daemon.url).scan(large())
    assert found.verdict is Verdict.FAILED
    assert "clamd" in found.detail


@pytest.mark.abuse(27)
@pytest.mark.parametrize(
    "url", [f"clamd://127.0.0.1:{free_port()}", "clamd+unix:///nowhere/clamd.sock"], ids=["host", "socket"]
)
async def test_a_scanner_that_is_away_is_asked_again_later(url) -> None:
    with pytest.raises(Unavailable) as told:
        await ClamdScanner.open(url).scan(blocks(samples.jpeg()))
    assert told.value.code == "scanner.unavailable"
    assert told.value.retry_after
    with pytest.raises(Unavailable):
        await ClamdScanner.open(url).probe()


# What a daemon says or does → what is made of it; None is Unavailable.
SAYINGS = {
    "stream: OK": Verdict.CLEAN,
    "stream: Win.Trojan.X FOUND": Verdict.INFECTED,
    "stream: Name with: colon FOUND": Verdict.INFECTED,
    "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND": Verdict.FAILED,
    "INSTREAM size limit exceeded. ERROR": Verdict.FAILED,
    "stream: Can't allocate memory ERROR": None,
    "stream: OK ERROR": None,
    "stream: NOT OK": None,
    "OK": None,
    "": None,
    "UNKNOWN COMMAND": None,
    "COMMAND READ TIMED OUT": None,
    "x" * 100_000: None,
}


@pytest.mark.parametrize("said", SAYINGS, ids=lambda said: said[:24])
async def test_only_the_word_ok_is_clean(said) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(bytes(4))
        writer.write(said.encode() + b"\0")
        await writer.drain()

    async with speaking(answer) as scanner:
        if SAYINGS[said] is None:
            with pytest.raises(Unavailable):
                await scanner.scan(blocks(b"abc"))
        else:
            assert (await scanner.scan(blocks(b"abc"))).verdict is SAYINGS[said]


async def test_an_ok_before_the_end_of_the_file_is_not_clean() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"INSTREAM\0")
        writer.write(b"stream: OK\0")
        await writer.drain()
        await reader.read()

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"abc"
            await asyncio.sleep(0.01)

    async with speaking(hasty) as scanner:
        with pytest.raises(Unavailable):
            await scanner.scan(slow())


async def test_a_daemon_that_hangs_up_stalls_or_stops_reading_is_unavailable() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def stop_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()
        await asyncio.sleep(5)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(1 << 20)

    for behaviour in (hang_up, stall, stop_reading):
        async with speaking(behaviour) as scanner:
            with pytest.raises(Unavailable):
                await scanner.scan(endless())


@pytest.mark.parametrize(
    "url",
    [
        "clamd://",
        "clamd:127.0.0.1",
        "clamd+unix://",
        "clamd+unix://host/path",
        "clamd://user@host",
        "http://x:1",
        "builtin:x",
    ],
)
def test_an_address_that_is_none_is_refused(url) -> None:
    with pytest.raises(ValueError, match=r"clamd is|built in"):
        BuiltinScanner.open(url) if url.startswith("builtin") else ClamdScanner.open(url)


@asynccontextmanager
async def speaking(behaviour: Behaviour) -> AsyncIterator[ClamdScanner]:
    """A scanner of a small server that behaves so, with short patience."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield ClamdScanner(("127.0.0.1", port), send_seconds=0.5, answer_seconds=0.5)
    server.close()
