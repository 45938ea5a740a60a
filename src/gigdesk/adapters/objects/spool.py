"""A part of an object, gathered on this machine's disk until it is large enough to be sent."""

import os
import tempfile
from collections.abc import Sequence
from threading import Lock
from typing import IO

from gigdesk.evidence.ports import Chunk, Observe


class Spool:
    """What waits to be sent: less than a part and a block, in a nameless file; for threads, one at a time."""

    def __init__(self, part: int, observe: Observe | None) -> None:
        self._part = part
        self._observe = observe
        self._busy = Lock()
        self._file: IO[bytes] | None = None
        self._held = 0
        self._closed = False

    def hold(self, chunks: Sequence[Chunk]) -> bool:
        """Take these too; True when a part is due."""
        with self._busy:
            if self._closed:
                raise RuntimeError("this object is finished or discarded")
            if self._observe:
                for chunk in chunks:
                    self._observe(chunk)
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close
            for chunk in chunks:
                _write(self._file.fileno(), chunk)
                self._held += len(chunk)
            return self._held >= self._part

    def waits(self) -> int:
        """So many bytes are held, up to a part."""
        with self._busy:
            return min(self._held, self._part)

    def piece(self, start: int, size: int) -> bytes:
        """These bytes of what is held."""
        with self._busy:
            return os.pread(self._file.fileno(), size, start) if self._file else b""

    def drop(self, size: int) -> None:
        """The first bytes have been sent; what is over stays."""
        with self._busy:
            if self._file is None:
                return
            fd = self._file.fileno()
            rest = os.pread(fd, self._held - size, size)
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            _write(fd, rest)
            self._held = len(rest)

    def close(self) -> None:
        """Give the file back; asking twice is no error."""
        with self._busy:
            self._closed = True
            if self._file:
                self._file.close()
            self._file = None


def _write(fd: int, chunk: Chunk) -> None:
    left = memoryview(chunk).cast("B")
    while left:
        left = left[os.write(fd, left) :]
