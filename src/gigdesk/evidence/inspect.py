"""Looks into a file that was received: scanned first, then, if it is a picture, drawn anew for showing.

PDF and video are scanned and no copy is made of them: only staff can have them, as a download.
"""

import asyncio
import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gigdesk.errors import Conflict, Invalid, Unavailable
from gigdesk.evidence.filetype import HEAD_BYTES, media_type, recognise
from gigdesk.evidence.model import Kind, Verdict
from gigdesk.evidence.ports import Cleaner, CleanImage, ObjectStorage, Scanner

BLOCK = 1 << 20
RETRY_AFTER = 60
LEFTOVER_SECONDS = 3600
_PREFIX = "inspect-"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCopy:
    """A copy that was made of a picture and is durable in object storage."""

    key: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found; a clean picture has a derivative of so many pixels and a thumbnail."""

    verdict: Verdict
    detail: str = ""
    derivative: StoredCopy | None = None
    thumbnail: StoredCopy | None = None
    width: int = 0
    height: int = 0


class Inspector:
    """Inspects files; ``scratch`` is a local folder for the time that takes, private to this process's user."""

    def __init__(self, storage: ObjectStorage, scanner: Scanner, cleaner: Cleaner, scratch: Path) -> None:
        self._storage = storage
        self._scanner = scanner
        self._cleaner = cleaner
        self._scratch = scratch

    async def inspect(self, key: str, media_type: str, sha256: str) -> Inspection:
        """The verdict on the object under ``key``, whose verified type and digest as received are given.

        Clean is said only of exactly the bytes that were received. Copies have keys of their own each time, so
        that nobody takes away what another refers to; who has no use for them hands them to ``discard``.
        Raises Unavailable when it has to be asked again later, NotFound when the object is gone, Conflict
        (``evidence.changed``) when it is another.
        """
        if not _is_image(media_type):
            return await self._scanned(key, sha256)
        folder = self._folder()
        try:
            original = folder / "original"
            scanned = await self._scanned(key, sha256, original)
            if scanned.verdict is not Verdict.CLEAN:
                return scanned
            return await self._shown(key, media_type, original, folder / "results")
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def discard(self, found: Inspection) -> None:
        """Remove copies that nobody refers to, nor ever will. Raises Unavailable."""
        for copy in (found.derivative, found.thumbnail):
            if copy:
                await self._storage.delete(copy.key)

    async def sweep(self) -> int:
        """Remove what a crash left in the scratch folder more than an hour ago; says how many."""
        return await asyncio.to_thread(_sweep, self._scratch, time.time() - LEFTOVER_SECONDS)

    async def _scanned(self, key: str, sha256: str, original: Path | None = None) -> Inspection:
        """In one pass over the object, which is kept at ``original`` if that is given."""
        with contextlib.ExitStack() as closing:
            target = closing.enter_context(_created(original)) if original else None
            passing = _Passing(self._storage.read(key), target)
            found = await self._scanner.scan(passing.blocks())
            if found.verdict is Verdict.CLEAN and await passing.digest() != sha256:
                raise Conflict(
                    "evidence.changed", "The bytes in the storage are not those that were received."
                )
        return Inspection(verdict=found.verdict, detail=found.detail)

    async def _shown(self, key: str, media_type: str, original: Path, folder: Path) -> Inspection:
        try:
            made = await self._cleaner.clean(original, media_type, folder)
            await asyncio.to_thread(_check, made)
        except Invalid as refused:
            return Inspection(verdict=Verdict.UNREADABLE, detail=str(refused))
        except OSError as error:
            raise _unavailable(error) from error
        stem = f"{key}-{secrets.token_hex(8)}"
        derivative = await self._stored(f"{stem}-derivative", made.derivative, made.media_type)
        try:
            thumbnail = await self._stored(f"{stem}-thumbnail", made.thumbnail, made.media_type)
        except BaseException:
            await asyncio.shield(asyncio.create_task(self._storage.delete(derivative.key)))
            raise
        return Inspection(
            verdict=Verdict.CLEAN,
            derivative=derivative,
            thumbnail=thumbnail,
            width=made.width,
            height=made.height,
        )

    async def _stored(self, stem: str, path: Path, name: str) -> StoredCopy:
        known = media_type(name)
        key = f"{stem}.{known.extension}" if known else stem
        writer = self._storage.create(key)
        size = 0
        try:
            with path.open("rb") as source:
                while block := await asyncio.to_thread(source.read, BLOCK):
                    size += len(block)
                    await writer.write([block])
            await writer.finish()
        except BaseException:
            # A task of its own: who is cancelled leaves no half copy behind.
            await asyncio.shield(asyncio.create_task(writer.discard()))
            raise
        return StoredCopy(key=key, media_type=name, size=size)

    def _folder(self) -> Path:
        """On the spot, not in a thread: one that a cancelled caller no longer awaits would make it later."""
        try:
            self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._scratch))
            (folder / "results").mkdir(mode=0o700)
        except OSError as error:
            raise _unavailable(error) from error
        return folder


class _Passing:
    """The bytes of an object on their way past: hashed, and kept where there is a file for them."""

    def __init__(self, source: AsyncIterator[bytes], target: BinaryIO | None) -> None:
        self._source = source
        self._target = target
        self._hash = hashlib.sha256()

    async def blocks(self) -> AsyncIterator[bytes]:
        async for block in self._source:
            await asyncio.to_thread(self._take, block)
            yield block

    async def digest(self) -> str:
        """The sha256 of all, also of what a scanner that had heard enough did not ask for."""
        async for _ in self.blocks():
            pass
        await asyncio.to_thread(self._take, b"", flush=True)
        return self._hash.hexdigest()

    def _take(self, block: bytes, *, flush: bool = False) -> None:
        self._hash.update(block)
        if self._target:
            try:
                self._target.write(block)
                if flush:
                    self._target.flush()
            except OSError as error:
                raise _unavailable(error) from error


def _is_image(name: str) -> bool:
    known = media_type(name)
    return known is not None and known.kind is Kind.IMAGE


def _created(path: Path) -> BinaryIO:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
    except OSError as error:
        raise _unavailable(error) from error


def _check(made: CleanImage) -> None:
    """Raise Invalid unless both files are what the cleaner, who has held a stranger's bytes, says they are."""
    for path in (made.derivative, made.thumbnail):
        with path.open("rb") as file:
            found = recognise(file.read(HEAD_BYTES))
        if found is None or found.name != made.media_type:
            raise Invalid("evidence.unreadable", "The picture cannot be read. Send a screenshot of it.")


def _sweep(scratch: Path, before: float) -> int:
    leftovers = [path for path in scratch.glob(f"{_PREFIX}*") if path.stat().st_mtime < before]
    for folder in leftovers:
        shutil.rmtree(folder, ignore_errors=True)
    return len(leftovers)


def _unavailable(error: OSError) -> Unavailable:
    return Unavailable(
        "inspection.unavailable",
        "Files cannot be looked into right now (%(reason)s). They stay pending, and it is tried again.",
        retry_after=RETRY_AFTER,
        reason=error.strerror or type(error).__name__,
    )
