"""Performs InspectEvidence: has a file looked into and its verdict recorded. Repeating it does no harm."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import structlog

from gigdesk.app import Gigdesk
from gigdesk.cases.commands import RecordVerdict
from gigdesk.cases.files import facts_of, file_item
from gigdesk.cases.model import Case, Copy, Evidence
from gigdesk.cases.seal import replay
from gigdesk.errors import NotFound, Unavailable
from gigdesk.evidence.inspect import Inspection, Inspector, StoredCopy
from gigdesk.evidence.model import Verdict

# A picture may itself be why no child process survives it. It was scanned: staff can open the original.
CLEANER_AWAY = "cleaner.unavailable"
TRIES = 12

_log = structlog.get_logger()


class Inspecting:
    """Brings files of cases from pending to a verdict; ``scratch`` is a folder that only we can read."""

    def __init__(self, desk: Gigdesk, scratch: Path | None = None) -> None:
        self._desk = desk
        self._inspector = Inspector(desk.storage, desk.scanner, desk.cleaner, scratch or _own_folder())

    async def tidy(self) -> int:
        """Remove what a crash left in the scratch folder; says how many."""
        return await self._inspector.sweep()

    async def inspect(self, case: UUID, evidence: UUID, attempts: int = 1) -> None:
        """Nothing where the file has a verdict; ``attempts`` counts the tries, this one included.

        Raises Unavailable while a part is away, NotFound where case, file or object is missing, Conflict
        where the stored bytes are not those that were received.
        """
        file = _file(replay(await self._desk.log.load(case)), evidence)
        if file.verdict is not Verdict.PENDING:
            return
        sealed = (await self._desk.index.sealed([case], [file_item(evidence)])).get(case, {})
        sha256 = facts_of(sealed, evidence).sha256
        if sha256 is None:
            raise NotFound("evidence.erased", "What was known of this file is erased.")
        try:
            found = await self._inspector.inspect(file.key, file.media_type, sha256)
        except Unavailable as error:
            if error.code != CLEANER_AWAY or attempts < TRIES:
                raise
            reason = error.values.get("reason", "")
            _log.error("picture_was_given_up", evidence=str(evidence), reason=reason)
            found = Inspection(verdict=Verdict.UNREADABLE, detail=f"given up: {reason}")
        after = await self._desk.handler.handle(self._command(case, file, found))
        if _file(after, evidence).derivative != _copy(found.derivative):
            await self._inspector.discard(found)  # somebody else's verdict stands, with copies of its own

    async def give_up(self, case: UUID, evidence: UUID) -> None:
        """Record that the file could not be checked, where it is pending. Raises Unavailable, NotFound."""
        file = _file(replay(await self._desk.log.load(case)), evidence)
        if file.verdict is Verdict.PENDING:
            given_up = Inspection(verdict=Verdict.FAILED, detail="given up")
            await self._desk.handler.handle(self._command(case, file, given_up))

    def _command(self, case: UUID, file: Evidence, found: Inspection) -> RecordVerdict:
        return RecordVerdict(
            case=case,
            at=self._desk.clock.now(),
            by="system",
            evidence=file.id,
            verdict=found.verdict,
            detail=found.detail,
            derivative=_copy(found.derivative),
            thumbnail=_copy(found.thumbnail),
        )


def _file(case: Case | None, evidence: UUID) -> Evidence:
    file = case.evidence(evidence) if case else None
    if file is None:
        raise NotFound("evidence.unknown", "This case has no such file.")
    return file


def _copy(stored: StoredCopy | None) -> Copy | None:
    return Copy(key=stored.key, media_type=stored.media_type, size=stored.size) if stored else None


def _own_folder() -> Path:
    """A folder of this user in the system's temporary one, or a fresh one where that name is another's."""
    folder = Path(tempfile.gettempdir(), f"gigdesk-{os.getuid()}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
        return folder
    return Path(tempfile.mkdtemp(prefix="gigdesk-"))
