"""Objects as files under one folder: ``file:var/objects``.

A file is written under ``.incoming/``, synced, renamed to its key and its folder synced, so that what
``finish`` has promised survives the machine and a crash leaves nothing but old files in ``.incoming/``.
"""

import asyncio
import errno
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TypeVar

from gigdesk import ids, processors
from gigdesk.errors import Unavailable
from gigdesk.evidence import keys, trouble
from gigdesk.evidence.ports import Chunk, Observe, StoredObject

T = TypeVar("T")

BLOCK = 1 << 20
THREADS = 8
INCOMING = ".incoming"
_LEFTOVER = re.compile(r"\.incoming/[0-9a-f]{32}", re.ASCII)
_SHARD = re.compile(r"[0-9a-f]{2}", re.ASCII)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_IOV_MAX = 1024
_AHEAD = 8 << 20
# Not on every Unix; fsync does more than is needed, and nothing need be dropped.
_sync = getattr(os, "fdatasync", os.fsync)
_advise = getattr(os, "posix_fadvise", None)


class FileStorage:
    """ObjectStorage on a local or mounted file system; folders are 0700, files 0600."""

    def __init__(self, root: Path, *, threads: int = THREADS) -> None:
        self.root = root.absolute()
        self._threads = processors.pool(threads, "objects")
        self._durable: set[Path] = set()
        self._making = Lock()

    @classmethod
    def open(cls, url: str) -> "FileStorage":
        """For ``file:var/objects``, ``file:/srv/objects`` or ``file:///srv/objects``; else ValueError."""
        scheme, _, path = url.partition(":")
        path = path.removeprefix("//") if path.startswith("///") else path
        if scheme != "file" or not path or path.startswith("//"):
            raise ValueError("a file storage is file:FOLDER or file:///FOLDER")
        return cls(Path(path))

    def create(self, key: str, observe: Observe | None = None) -> "FileWriter":
        return FileWriter(self, keys.checked(key), observe)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        path = self.path(key)
        if start < 0 or (length is not None and length < 0):
            raise ValueError("a range begins at 0 or later and is not negative")
        stop = None if length is None else start + length
        while stop is None or start < stop:
            block, size = await self.run(_read_block, path, start, stop)
            stop = size if stop is None else min(size, stop)
            if not block:
                return
            start += len(block)
            yield block

    async def size(self, key: str) -> int | None:
        return await self.run(_size, self.path(key))

    async def delete(self, key: str) -> None:
        await self.run(_delete, self.path(key, leftovers=True))

    async def older_than(self, moment: datetime) -> AsyncIterator[StoredObject]:
        for folder in await self.run(_folders, self.root):
            for found in await self.run(_listed, folder, moment):
                yield found

    async def probe(self) -> None:
        key, token = ids.object_key(), secrets.token_bytes(64)
        writer = self.create(key)
        try:
            await writer.finish([token])
            if b"".join([block async for block in self.read(key)]) != token:
                raise trouble.away("what was written did not read back the same")
        finally:
            await writer.discard()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    def path(self, key: str, *, leftovers: bool = False) -> Path:
        """Where a key stands; ``.incoming/…`` only where leftovers may be named."""
        return self.root / (key if leftovers and _LEFTOVER.fullmatch(key) else keys.checked(key))

    async def run(self, deed: Callable[..., T], *args: object) -> T:
        """Do it in one of the storage's own threads; every OSError becomes Unavailable."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, deed, *args)
        except OSError as error:
            raise _unavailable(error) from error

    def make(self, folder: Path) -> None:
        """Have the folder, and have it durable, looked at once a process."""
        if folder in self._durable:
            return
        with self._making:
            _make(folder)
            self._durable.add(folder)

    def within(self, folder: Path, deed: Callable[[], T]) -> T:
        """Do it with the folder there; once more if somebody has taken the folder away meanwhile."""
        self.make(folder)
        try:
            return deed()
        except FileNotFoundError:
            self._durable.discard(folder)
            self.make(folder)
            return deed()


class FileWriter:
    """ObjectWriter of one file. A lock keeps a discard behind a write whose caller has gone."""

    def __init__(self, storage: FileStorage, key: str, observe: Observe | None) -> None:
        self._storage = storage
        self._final = storage.path(key)
        self._observe = observe
        self._busy = Lock()
        self._fd = -1
        self._path: Path | None = None
        self._size = 0
        self._pushed = 0
        self._over = False

    async def write(self, chunks: Sequence[Chunk]) -> None:
        await self._storage.run(self._write, chunks)

    async def finish(self, last: Sequence[Chunk] = ()) -> None:
        await self._storage.run(self._finish, last)

    async def discard(self) -> None:
        await asyncio.shield(self._storage.run(self._discard))

    def _write(self, chunks: Sequence[Chunk]) -> None:
        with self._busy:
            self._take(chunks)

    def _take(self, chunks: Sequence[Chunk]) -> None:
        if self._over:
            raise RuntimeError("this object is finished or discarded")
        if self._fd < 0:
            self._begin()
        if self._observe:
            for chunk in chunks:
                self._observe(chunk)
        self._size += _write_all(self._fd, chunks)
        if self._size - self._pushed >= _AHEAD:
            self._push()
            self._pushed = self._size

    def _push(self) -> None:
        """Let the disk begin with what it has not, and the memory go of what it has: nobody reads it soon.

        ``finish`` has less to wait for, and an upload goes round in the same few pages instead of filling
        the machine's memory with files: a quarter to a half less system time.
        """
        if _advise:
            _advise(self._fd, 0, 0, os.POSIX_FADV_DONTNEED)

    def _begin(self) -> None:
        folder = self._storage.root / INCOMING
        path = folder / secrets.token_hex(16)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._fd = self._storage.within(folder, lambda: os.open(path, flags, 0o600))
        self._path = path

    def _finish(self, last: Sequence[Chunk]) -> None:
        with self._busy:
            self._take(last)
            _sync(self._fd)
            self._push()
            self._over = True
            self._close()
            if path := self._path:
                self._storage.within(self._final.parent, lambda: path.rename(self._final))
            self._path = self._final
            _sync_folder(self._final.parent)

    def _discard(self) -> None:
        with self._busy:
            self._over = True
            self._close()
            path, self._path = self._path, None
            if path:
                path.unlink(missing_ok=True)

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def _write_all(fd: int, chunks: Sequence[Chunk]) -> int:
    views = [memoryview(chunk).cast("B") for chunk in chunks if len(chunk)]
    size = sum(map(len, views))
    at = 0
    while at < len(views):
        written = os.writev(fd, views[at : at + _IOV_MAX])
        if not written:
            raise OSError(errno.EIO, "nothing more was written")
        while at < len(views) and written >= len(views[at]):
            written -= len(views[at])
            at += 1
        if written:
            views[at] = views[at][written:]
    return size


def _make(folder: Path) -> None:
    """Make it with what is missing above it; the folder that names it is synced even if it was there.

    It may have been made a moment ago, by a process that died before its own sync.
    """
    if not folder.parent.is_dir():
        _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _read_block(path: Path, start: int, stop: int | None) -> tuple[bytes, int]:
    """A block and the size of the whole; opened each time, so that a slow reader holds nothing open."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise trouble.gone() from None
    try:
        length = BLOCK if stop is None else min(BLOCK, stop - start)
        return os.pread(fd, length, start), os.fstat(fd).st_size
    finally:
        os.close(fd)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    _sync_folder(path.parent)


def _folders(root: Path) -> list[Path]:
    try:
        with os.scandir(root) as entries:
            return [Path(e.path) for e in entries if e.name == INCOMING or _SHARD.fullmatch(e.name)]
    except FileNotFoundError:
        return []


def _listed(folder: Path, moment: datetime) -> list[StoredObject]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                stat = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            modified = datetime.fromtimestamp(stat.st_mtime, UTC)
            key = f"{folder.name}/{entry.name}"
            ours = keys.fits(key) or _LEFTOVER.fullmatch(key)
            if ours and modified < moment and entry.is_file(follow_symlinks=False):
                found.append(StoredObject(key=key, size=stat.st_size, modified_at=modified))
    return found


def _unavailable(error: OSError) -> Unavailable:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return trouble.full(reason) if error.errno in _FULL else trouble.away(reason)
