"""One pass over each file of an upload: judged by its first bytes, counted, hashed, written, durable.

Nothing is held but one block on its way in and one or two on their way to the storage, and nothing is left
behind unless the files are kept.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from gigdesk import ids
from gigdesk.errors import FieldError, Invalid, NotAccepted, TooLarge, Unavailable
from gigdesk.evidence.budget import BlockBudget
from gigdesk.evidence.filetype import HEAD_BYTES, recognise
from gigdesk.evidence.model import Limits, MediaType, ReceivedFile
from gigdesk.evidence.names import display_name
from gigdesk.evidence.ports import Chunk, ObjectStorage

# Seconds that a refused caller waits for files to be discarded; the discarding itself goes on.
PATIENCE = 2.0
_log = structlog.get_logger()


class Incoming:
    """One file on its way in: ``feed``, ``flush`` when told to, at the end ``finish`` or ``discard``."""

    def __init__(self, storage: ObjectStorage, limits: Limits, name: str, budget: BlockBudget) -> None:
        self._id = ids.uuid7()
        self._key = ids.object_key()
        self._hash = hashlib.sha256()
        self._writer = storage.create(self._key, self._hash.update)
        self._limits = limits
        self._raw_name = name
        self._budget = budget
        budget.opened()
        self._counted = True
        self._media_type: MediaType | None = None
        self._limit = HEAD_BYTES
        self._size = 0
        # Chunks are copied into one block: a chunk of one byte costs one byte, and the thread that
        # hashes and writes asks for the interpreter twice a block, not once a chunk.
        self._block: memoryview | None = None
        self._filled = 0
        self._over: memoryview | None = None
        self._writing: deque[asyncio.Task[None]] = deque()  # blocks on their way, the oldest first

    @property
    def size(self) -> int:
        """Bytes taken so far."""
        return self._size

    def feed(self, chunk: Chunk) -> bool:
        """Take what arrived; True says that a block is full and that ``flush`` is due before the next.

        Raises NotAccepted (``file.type_not_allowed``) as soon as the first bytes tell, and TooLarge
        (``file.too_large``) with the first byte over the limit of its kind.
        """
        self._size += len(chunk)
        is_full = len(chunk) > 0 and self._fill(memoryview(chunk))
        if self._size > self._limit:
            if self._media_type is None:
                self._judge()
            self._measure()
        return is_full

    async def flush(self) -> None:
        """Send the block on its way, once there is room for it. Raises Unavailable for one before it."""
        is_full = True
        while is_full:
            await self._written(self._budget.ahead - 1)
            block, filled = self._taken()
            if block is not None:
                before = self._writing[-1] if self._writing else None
                self._writing.append(asyncio.create_task(self._write(block, filled, before)))
            over, self._over = self._over, None
            is_full = over is not None and self._fill(over)

    async def finish(self) -> ReceivedFile:
        """The file, whole and durable. Raises Invalid (``file.empty``), NotAccepted, Unavailable."""
        if not self._size:
            raise self._empty()
        media_type = self._media_type or self._judge()
        self._measure()
        await self._written()
        block, filled = self._taken()
        await self._writer.finish([block[:filled]] if block is not None else ())
        self._leave()
        if block is not None:
            self._budget.give_back(block)
        return ReceivedFile(
            id=self._id,
            key=self._key,
            name=self._name(),
            media_type=media_type.name,
            size=self._size,
            sha256=self._hash.hexdigest(),
        )

    async def discard(self) -> None:
        """Leave nothing behind, whatever happened before. Raises Unavailable; asking twice is no error."""
        self._leave()
        block, _ = self._taken()
        self._over = None
        if block is not None:
            self._budget.give_back(block)
        for task in self._writing:
            task.cancel()
        # What failed was, or no longer needs to be, told.
        await asyncio.gather(*self._writing, return_exceptions=True)
        await self._writer.discard()

    def _fill(self, chunk: memoryview) -> bool:
        """Copy it into the block; True when that is full, and what did not go in waits for the next."""
        block = self._block
        if block is None:
            block = self._block = self._budget.take()
        # Of a block that was begun while fewer were uploading no more is used than is everyone's share now.
        full = max(self._filled, min(len(block), self._budget.block_bytes()))
        end = self._filled + len(chunk)
        if end > full:
            room = full - self._filled
            self._over = chunk[room:]
            chunk, end = chunk[:room], full
        block[self._filled : end] = chunk
        self._filled = end
        return end == full

    def _taken(self) -> tuple[memoryview | None, int]:
        block, filled = self._block, self._filled
        self._block, self._filled = None, 0
        return block, filled

    async def _write(self, block: memoryview, filled: int, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        await self._writer.write([block[:filled]])
        self._budget.give_back(block)

    def _leave(self) -> None:
        if self._counted:
            self._budget.closed()
        self._counted = False

    async def _written(self, at_most: int = 0) -> None:
        """Wait until no more blocks than this are on their way."""
        while len(self._writing) > at_most:
            await self._writing[0]
            self._writing.popleft()

    def _judge(self) -> MediaType:
        found = recognise(self._head(), self._raw_name)
        if found is None:
            raise NotAccepted(
                "file.type_not_allowed",
                "%(file)s is not of a type that is taken here, whatever its name says. Send photos as JPEG, "
                "PNG, WebP, AVIF, GIF or HEIC, documents as PDF, videos as MP4, MOV or WebM.",
                file=self._name(),
            )
        self._media_type = found
        self._limit = self._limits.bytes_of(found.kind)
        return found

    def _head(self) -> bytes:
        return bytes(self._block[: min(self._filled, HEAD_BYTES)]) if self._block is not None else b""

    def _name(self) -> str:
        return display_name(self._raw_name, self._media_type)

    def _empty(self) -> Invalid:
        name = self._name()
        wrong = FieldError(
            "files",
            "file.empty",
            "%(file)s is empty. Choose the file again, or leave it out.",
            {"file": name},
        )
        return Invalid(wrong.code, wrong.sentence, errors=[wrong], file=name)

    def _measure(self) -> None:
        if self._size > self._limit:
            raise TooLarge(
                "file.too_large",
                "%(file)s is larger than %(limit)s MB, the most for a file of its type. Send a smaller one.",
                file=self._name(),
                limit=f"{self._limit / (1 << 20):.4g}",
                limit_bytes=self._limit,
            )


class ReceivedFiles:
    """The files of one upload, as a context: on leaving it all are discarded, unless ``keep`` was called."""

    def __init__(
        self, begin: Callable[[str, str], Incoming], leaving: set[asyncio.Task[None]], budget: BlockBudget
    ) -> None:
        self._begin = begin
        self._budget = budget
        self._counted = False
        self._leaving = leaving
        self._all: list[Incoming] = []
        self._finishing: list[asyncio.Task[ReceivedFile]] = []
        self._kept = False

    def begin(self, name: str, declared_type: str = "") -> Incoming:
        """The next file; the type that the client declares is not believed."""
        self._leave()
        incoming = self._begin(name, declared_type)
        self._all.append(incoming)
        return incoming

    def end(self, incoming: Incoming) -> None:
        """All bytes of this file have come: it is made durable while the next one is received."""
        self._finishing.append(asyncio.create_task(incoming.finish()))

    async def finished(self) -> tuple[ReceivedFile, ...]:
        """All files that were ended, in order, durable. Raises the first thing that any of them raised."""
        return tuple([await task for task in self._finishing])

    def keep(self) -> None:
        """They belong to a case now, or may: from here on only the sweeper may judge."""
        self._kept = True

    async def __aenter__(self) -> Self:
        # Who has yet to send a file is counted, so that many who begin at once do not begin with large blocks.
        self._budget.opened()
        self._counted = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        if self._kept:
            return
        # A task of its own: who is cancelled a second time, or waits for a storage that does not answer,
        # still leaves nothing behind.
        task = asyncio.create_task(self._discard())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        await asyncio.wait({task}, timeout=PATIENCE)

    def _leave(self) -> None:
        if self._counted:
            self._budget.closed()
        self._counted = False

    async def _discard(self) -> None:
        for task in self._finishing:
            task.cancel()
        await asyncio.gather(*self._finishing, return_exceptions=True)
        await asyncio.gather(*map(_discard, self._all))


async def _discard(incoming: Incoming) -> None:
    try:
        await incoming.discard()
    except Unavailable as error:
        _log.warning("upload_left_behind", code=error.code)


class Receiver:
    """Takes files in, for all uploads of a process.

    The budget says before each block how large it may be now, and how many of a file may be on their way
    while the next is filled.
    """

    def __init__(self, storage: ObjectStorage, limits: Limits, budget: BlockBudget | None = None) -> None:
        self._storage = storage
        self._limits = limits
        self._budget = budget or BlockBudget()
        self._leaving: set[asyncio.Task[None]] = set()

    def begin(self, name: str, declared_type: str = "") -> Incoming:
        """One file; whoever begins it must finish or discard it. The declared type is not believed."""
        return Incoming(self._storage, self._limits, name, self._budget)

    def files(self) -> ReceivedFiles:
        """The files of one upload, none of which is left behind unless they are kept."""
        return ReceivedFiles(self.begin, self._leaving, self._budget)

    async def close(self) -> None:
        """Wait until what is being discarded is gone; before the storage is closed."""
        if self._leaving:
            await asyncio.wait(self._leaving)
