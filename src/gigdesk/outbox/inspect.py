"""Inspection of one file: scan it, make its safe copies, record the verdict. Repeating it does no harm.

1. A file is clean only if a scanner said so of exactly the bytes that were received.
2. Copies are durable before the verdict that names them; their keys follow from the original's, so that a
   repeat writes the same objects again and leaves none behind.
3. What is away (scanner, storage, store) leaves the file pending; only a judgement of the file is recorded.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from gigdesk.app import Gigdesk
from gigdesk.cases.commands import RecordVerdict
from gigdesk.cases.model import Copy, Evidence
from gigdesk.cases.seal import replay
from gigdesk.errors import Conflict, Invalid, NotFound
from gigdesk.evidence.model import Verdict

BLOCK = 1 << 20
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class Inspector:
    """Inspects the files of cases."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk

    async def inspect(self, case: UUID, evidence: UUID) -> None:
        """Bring the file from pending to a verdict; nothing where it has one.

        Raises Unavailable while a part is away, NotFound where case, file or object is missing, and Conflict
        (``evidence.changed``) where the bytes are not those that were received.
        """
        state = replay(await self._desk.log.load(case))
        file = state.evidence(evidence) if state else None
        if file is None:
            raise NotFound("evidence.unknown", "This case has no such file.")
        if file.verdict is Verdict.PENDING:
            await self._desk.handler.handle(await self._judged(case, file))

    async def _judged(self, case: UUID, file: Evidence) -> RecordVerdict:
        found = _Bytes(self._desk.storage.read(file.key))
        if not file.media_type.startswith("image/"):
            return await self._scanned(case, file, found)
        with tempfile.TemporaryDirectory(prefix="gigdesk-inspect-") as folder:
            original = Path(folder, "original")
            await found.keep(original)
            scanned = await self._scanned(case, file, found, original)
            if scanned.verdict is not Verdict.CLEAN:
                return scanned
            return await self._cleaned(case, file, original, Path(folder))

    async def _scanned(
        self, case: UUID, file: Evidence, found: "_Bytes", kept: Path | None = None
    ) -> RecordVerdict:
        result = await self._desk.scanner.scan(_blocks(kept) if kept else found.blocks())
        if result.verdict is Verdict.CLEAN and await found.digest() != file.sha256:
            raise Conflict("evidence.changed", "The bytes in the storage are not those that were received.")
        return self._verdict(case, file, result.verdict, result.detail)

    async def _cleaned(self, case: UUID, file: Evidence, original: Path, folder: Path) -> RecordVerdict:
        copies = folder / "copies"
        copies.mkdir()
        try:
            image = await self._desk.cleaner.clean(original, file.media_type, copies)
        except Invalid as refused:
            return self._verdict(case, file, Verdict.UNREADABLE, refused.code)
        derivative = await self._stored(file, "derivative", image.derivative, image.media_type)
        thumbnail = await self._stored(file, "thumbnail", image.thumbnail, image.media_type)
        return self._verdict(case, file, Verdict.CLEAN, copies=(derivative, thumbnail))

    async def _stored(self, file: Evidence, which: str, source: Path, media_type: str) -> Copy:
        key = f"{file.key}-{which}.{EXTENSIONS[media_type]}"
        writer = self._desk.storage.create(key)
        try:
            async for block in _blocks(source):
                await writer.write([block])
            await writer.finish()
        except BaseException:
            await writer.discard()
            raise
        size = (await asyncio.to_thread(source.stat)).st_size
        return Copy(key=key, media_type=media_type, size=size)

    def _verdict(
        self,
        case: UUID,
        file: Evidence,
        verdict: Verdict,
        detail: str = "",
        copies: tuple[Copy | None, Copy | None] = (None, None),
    ) -> RecordVerdict:
        return RecordVerdict(
            case=case,
            at=self._desk.clock.now(),
            by="system",
            evidence=file.id,
            verdict=verdict,
            detail=detail[:200],
            derivative=copies[0],
            thumbnail=copies[1],
        )


class _Bytes:
    """The bytes of a file on their way past, hashed."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    async def blocks(self) -> AsyncIterator[bytes]:
        async for block in self._source:
            await asyncio.to_thread(self._hash.update, block)
            yield block

    async def keep(self, target: Path) -> None:
        """Write all of them to a file of ours."""
        with target.open("wb") as file:
            async for block in self.blocks():
                await asyncio.to_thread(file.write, block)

    async def digest(self) -> str:
        """The sha256 of all, also of what a scanner that had heard enough did not ask for."""
        async for _ in self.blocks():
            pass
        return self._hash.hexdigest()


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := await asyncio.to_thread(file.read, BLOCK):
            yield block
