"""What evidence needs from outside: somewhere to keep bytes, and something that looks into them."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from gigdesk.evidence.model import Verdict

Chunk = bytes | bytearray | memoryview
Observe = Callable[[Chunk], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object as the storage lists it."""

    key: str
    size: int
    modified_at: datetime


class ObjectWriter(Protocol):
    """One object on its way in. Until ``finish`` returns nobody can read it; ``discard`` leaves nothing."""

    async def write(self, chunks: Sequence[Chunk]) -> None:
        """Take a block, given as chunks in order; returns once the block may be forgotten by the caller.

        Each chunk is shown to ``observe``, in order, off the event loop. One write at a time.
        Raises Unavailable when the storage is away or full.
        """
        ...

    async def finish(self, last: Sequence[Chunk] = ()) -> None:
        """Take the last block, then make the object whole and durable: it survives the machine.

        Where two writers have one key, the object of the last to finish stands. Raises Unavailable.
        """
        ...

    async def discard(self) -> None:
        """Give up; leaves no trace, also after ``finish`` or a failure; asking twice is no error."""
        ...


class ObjectStorage(Protocol):
    """Keeps the bytes of files under keys that are final."""

    def create(self, key: str, observe: Observe | None = None) -> ObjectWriter:
        """Begin an object; no I/O yet. ``key`` comes from ``ids.object_key`` or is derived from one.

        Every key is held against ``keys.checked`` before any I/O; ValueError says that it is none.
        """
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The object's bytes, from ``start``, in blocks of at most 1 MiB. Raises NotFound, Unavailable."""
        ...

    async def size(self, key: str) -> int | None:
        """How many bytes stand there, or None where there is no such object. Raises Unavailable."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the object, durably; one that is not there is no error. Raises Unavailable."""
        ...

    def older_than(self, moment: datetime) -> AsyncIterator[StoredObject]:
        """Every object last written before ``moment``, half-written leftovers too. Raises Unavailable."""
        ...

    async def probe(self) -> None:
        """Write, read back, delete; raises Unavailable with what failed. For ``doctor`` and ``readyz``."""
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scanner says: clean, infected with a signature's name, or failed with a reason."""

    verdict: Verdict
    detail: str = ""


class Scanner(Protocol):
    """Looks for malware."""

    async def scan(self, blocks: AsyncIterator[bytes]) -> ScanResult:
        """Judge the bytes. Never says clean unless the scanner said so.

        Raises Unavailable when the scanner is away or cannot judge now, so that it is asked again later.
        """
        ...

    async def probe(self) -> str:
        """What scanner answers, in a sentence; raises Unavailable with the reason."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanImage:
    """Files that the cleaner wrote: a derivative without metadata and a thumbnail; sizes in pixels."""

    derivative: Path
    thumbnail: Path
    media_type: str
    width: int
    height: int


class Cleaner(Protocol):
    """Makes the copy of an image that people are shown."""

    async def clean(self, original: Path, media_type: str, folder: Path) -> CleanImage:
        """Decode and encode anew into ``folder``, upright, without any metadata.

        Runs in a child process with limits on memory, CPU time and file size. Raises Invalid
        (``evidence.unreadable``) for what does not decode or would take more than the limits, and
        Unavailable when no child process can be had.
        """
        ...
