"""A ZIP archive made while it is sent: no more of it is held than one block.

1. Its end, without which it is no archive, is written when everything before it was. Whatever fails on the way
   is raised, so that the connection breaks.
2. Names are numbered and cleaned: unique, no path, nothing that a system takes for a device.
3. Entries are deflate streams that compress nothing: photos and films do not get smaller, and what reads an
   archive from its beginning finds the end of an entry that way. What is large by its size has ZIP64 fields.
"""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from gigdesk.errors import Unavailable
from gigdesk.evidence.filetype import media_type
from gigdesk.evidence.names import display_name

_ZIP64_FROM = 1 << 31
_PLAIN_FILES = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of the archive: its path there, its size in bytes, and how its bytes are had."""

    path: str
    size: int
    blocks: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file that stands in the archive."""

    path: str
    size: int
    sha256: str


class _Sink(io.RawIOBase):
    """Takes what ``zipfile`` writes, until it is taken away. Nobody can seek in it."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[bytes] = []

    def write(self, block: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._blocks.append(bytes(block))
        return len(block)

    def take(self) -> bytes:
        """What was written since this was asked last."""
        taken = b"".join(self._blocks)
        self._blocks.clear()
        return taken


async def archive(entries: Iterable[Entry], last: Callable[[list[Packed]], Entry]) -> AsyncIterator[bytes]:
    """The archive of these, then of the one that ``last`` makes of what stands there.

    Raises what reading a file raises, and Unavailable (``record.torn``) for one that is not as long as it was.
    """
    sink, packed = _Sink(), list[Packed]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as made:
        for entry in entries:
            async for block in _packed(made, sink, entry, packed):
                yield block
        async for block in _packed(made, sink, last(packed), packed):
            yield block
    yield sink.take()


async def _packed(
    made: zipfile.ZipFile, sink: _Sink, entry: Entry, packed: list[Packed]
) -> AsyncIterator[bytes]:
    size, digest = 0, hashlib.sha256()
    with made.open(entry.path, "w", force_zip64=entry.size >= _ZIP64_FROM) as target:
        async for block in entry.blocks():
            size += len(block)
            digest.update(block)
            target.write(block)
            yield sink.take()
    if size != entry.size:
        raise Unavailable("record.torn", "A file is not as long as it was. Nothing of it was sent as whole.")
    packed.append(Packed(path=entry.path, size=size, sha256=digest.hexdigest()))


def text_entry(path: str, content: bytes) -> Entry:
    """An entry of bytes that are here already."""

    async def blocks() -> AsyncIterator[bytes]:
        yield content

    return Entry(path=path, size=len(content), blocks=blocks)


def numbered(number: int, name: str, of_type: str) -> str:
    """A name for the file of this number, with the ending of this media type: no two numbers share one."""
    digits = f"{number:02}" if number <= _PLAIN_FILES else str(number)
    kind = media_type(of_type)
    return display_name(f"{digits} {display_name(name, kind)}", kind)
