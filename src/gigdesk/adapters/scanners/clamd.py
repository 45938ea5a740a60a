"""The Scanner that asks ClamAV's daemon: ``clamd://host:3310`` or ``clamd+unix:///run/clamd.sock``.

Speaks INSTREAM (clamd(8)) as the file comes, without a thread and without a copy on any disk of ours.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from gigdesk.errors import Unavailable
from gigdesk.evidence.model import Verdict
from gigdesk.evidence.ports import ScanResult

PORT = 3310
CONNECT_SECONDS = 5.0
SEND_SECONDS = 30.0
ANSWER_SECONDS = 180.0
"""A little more than the 120 s that clamd gives itself for a file (``MaxScanTime``)."""

RETRY_AFTER = 60
_ANSWER_BYTES = 4096
_PIECE = 1 << 20


class ClamdScanner:
    """Scanner by clamd; one connection a file. Host and port, or the path of a socket."""

    def __init__(
        self,
        address: tuple[str, int] | str,
        *,
        send_seconds: float = SEND_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._address = address
        self._send_seconds = send_seconds
        self._answer_seconds = answer_seconds

    @classmethod
    def open(cls, url: str) -> "ClamdScanner":
        """For ``clamd://host[:port]`` or ``clamd+unix:///path``; else ValueError."""
        parts = urlsplit(url)
        if parts.scheme == "clamd+unix" and parts.path and not parts.netloc:
            return cls(parts.path)
        if parts.scheme == "clamd" and parts.hostname and parts.path in ("", "/") and not parts.username:
            return cls((parts.hostname, parts.port or PORT))
        raise ValueError("clamd is clamd://HOST:PORT or clamd+unix:///PATH")

    async def scan(self, blocks: AsyncIterator[bytes]) -> ScanResult:
        async with self._asked(b"zINSTREAM\0") as (writer, answer):
            whole = await self._send_all(blocks, writer, answer)
            said = await self._answered(answer)
        return _judged(said, whole=whole)

    async def probe(self) -> str:
        async with self._asked(b"zVERSION\0") as (_, answer):
            version = await self._answered(answer)
        if not version.startswith("ClamAV"):
            raise _unavailable(f"it is no clamd: {version[:80]!r}")
        return f"clamd answers: {version}"

    @contextlib.asynccontextmanager
    async def _asked(
        self, command: bytes
    ) -> AsyncIterator[tuple[asyncio.StreamWriter, "asyncio.Task[bytes]"]]:
        """A connection on which this was asked, and its answer, awaited from the start: it may come early."""
        reader, writer = await self._connected()
        answer = asyncio.create_task(reader.readuntil(b"\0"))
        try:
            writer.write(command)
            yield writer, answer
        finally:
            answer.cancel()
            await asyncio.wait({answer})
            answer.cancelled() or answer.exception()
            writer.transport.abort()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if isinstance(self._address, str):
                    return await asyncio.open_unix_connection(self._address, limit=_ANSWER_BYTES)
                return await asyncio.open_connection(*self._address, limit=_ANSWER_BYTES)
        except TimeoutError:
            raise _unavailable("no connection in time") from None
        except OSError as error:
            raise _unavailable(error.strerror or type(error).__name__) from error

    async def _send_all(
        self, blocks: AsyncIterator[bytes], writer: asyncio.StreamWriter, answer: "asyncio.Task[bytes]"
    ) -> bool:
        """Whether all was taken; False where clamd answered or hung up before the end."""
        async for block in blocks:
            for start in range(0, len(block), _PIECE):
                piece = memoryview(block)[start : start + _PIECE]
                if answer.done() or not await self._send(writer, len(piece).to_bytes(4, "big"), piece):
                    return False
        return not answer.done() and await self._send(writer, bytes(4))

    async def _send(self, writer: asyncio.StreamWriter, *parts: bytes | memoryview) -> bool:
        try:
            for part in parts:
                writer.write(part)
            async with asyncio.timeout(self._send_seconds):
                await writer.drain()
        except TimeoutError:
            raise _unavailable("it takes no more of the file") from None
        except OSError:
            return False
        return True

    async def _answered(self, answer: "asyncio.Task[bytes]") -> str:
        try:
            async with asyncio.timeout(self._answer_seconds):
                return (await answer).rstrip(b"\0\n").decode("utf-8", "replace")
        except TimeoutError:
            raise _unavailable("no answer in time") from None
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            raise _unavailable("it hung up without an answer") from None


def _judged(said: str, *, whole: bool) -> ScanResult:
    """What clamd's words mean. Only its OK to the whole file is clean."""
    if said.endswith(" FOUND"):
        name = said.removeprefix("stream: ").removesuffix(" FOUND")[:200]
        if name.startswith("Heuristics.Limits.Exceeded"):
            return ScanResult(verdict=Verdict.FAILED, detail=f"beyond a limit of clamd: {name}")
        return ScanResult(verdict=Verdict.INFECTED, detail=name)
    if "size limit exceeded" in said:
        return ScanResult(verdict=Verdict.FAILED, detail="larger than clamd takes (StreamMaxLength)")
    if said == "stream: OK" and whole:
        return ScanResult(verdict=Verdict.CLEAN)
    raise _unavailable(f"it said {said[:80]!r}")


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(
        "scanner.unavailable",
        "The malware scanner cannot be asked right now (%(reason)s). Files stay pending, and it is tried again.",
        retry_after=RETRY_AFTER,
        reason=reason,
    )
