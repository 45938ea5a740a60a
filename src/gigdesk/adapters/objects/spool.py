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

    def take(self) -> bytes:
        """A part, or all there is; what is over stays."""
        with self._busy:
            if self._file is None or not self._held:
                return b""
            fd = self._file.fileno()
            part, rest = os.pread(fd, self._part, 0), os.pread(fd, self._held, self._part)
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            _write(fd, rest)
            self._held = len(rest)
            return part

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
