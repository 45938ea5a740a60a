"""Files on their way out: always authorised before, streamed, and never rendered as a page."""

from collections.abc import AsyncIterator
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.commands import OpenOriginal
from gigdesk.cases.model import Copy, Evidence
from gigdesk.cases.seal import seal_values
from gigdesk.cases.text import normalise
from gigdesk.cases.view import CaseView, FileView
from gigdesk.errors import FieldError, Invalid, NotFound, NotReady
from gigdesk.evidence.model import SCANNED_CLEAN, Verdict
from gigdesk.evidence.names import content_disposition

# Whatever a browser makes of the bytes, they run nothing, load nothing and frame nothing (RFC 9110, CSP 3).
INERT = {
    "cache-control": "private, no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
MAX_REASON = 500

_NOT_SHOWN = {
    Verdict.PENDING: "This file is still being checked. Ask again in a minute.",
    Verdict.INFECTED: "This file carries malware. Nobody can open it.",
    Verdict.UNREADABLE: "This file could not be read as what it says it is. Send it again, or take a new photo.",
    Verdict.FAILED: "This file could not be checked. Send it again.",
}


class Downloads:
    """Streams derivatives to who may see a case, originals to staff with a reason."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk

    async def derivative(self, view: CaseView, evidence: UUID, *, thumbnail: bool = False) -> Response:
        """The safe copy; raises NotReady (``evidence.pending`` and so on) while there is none."""
        file = file_of(view, evidence)
        found = file.evidence
        if found.verdict is not Verdict.CLEAN:
            raise not_shown(found)
        copy = found.thumbnail if thumbnail else found.derivative
        if copy is None:
            raise NotReady(
                "evidence.no_copy",
                "There is no copy of this file to show. Our team can open the original.",
                state=found.verdict.value,
            )
        return await self._stream(copy, file.name, inline=thumbnail)

    async def original(
        self, actor: Actor, view: CaseView, evidence: UUID, reason: str, *, opens: bool = True
    ) -> Response:
        """The original, after the opening and its reason are written into the log of the case.

        Unless it ``opens``, which a HEAD does not, nothing is written. Also of a picture that no copy could
        be made of: it was scanned all the same.
        """
        file = file_of(view, evidence)
        text = normalise(reason)[:MAX_REASON]
        if not text:
            wrong = FieldError(
                "reason", "field.missing", "Say why you open the original, in the parameter reason."
            )
            raise Invalid("reason.missing", wrong.sentence, errors=[wrong])
        if file.evidence.verdict not in SCANNED_CLEAN:
            raise not_shown(file.evidence)
        if opens:
            await self._trace(actor, view, evidence, text)
        found = file.evidence
        whole = Copy(key=found.key, media_type="application/octet-stream", size=found.size)
        return await self._stream(whole, file.name, inline=False)

    async def _trace(self, actor: Actor, view: CaseView, evidence: UUID, reason: str) -> None:
        """Write into the log of the case who opens the original, and why."""
        person = self._desk.handler.person(actor.sub)
        at = self._desk.clock.now()
        item = f"reason:{evidence}:{at.timestamp():.6f}"
        sealed, digests = seal_values([(item, reason.encode(), person)])
        command = OpenOriginal(
            case=view.case.id, at=at, by=f"staff:{person}", evidence=evidence, digests=digests
        )
        await self._desk.handler.handle(command, sealed)

    async def _stream(self, copy: Copy, name: str, *, inline: bool) -> Response:
        """The first block is read before an answer is begun, so that a storage that is away is a 503."""
        blocks = self._desk.storage.read(copy.key)
        first = await anext(blocks, b"")
        disposition = "inline" if inline else content_disposition(name)
        headers = {
            **INERT, "content-disposition": disposition, "content-length": str(copy.size)
        }  # fmt: skip
        return StreamingResponse(_whole(first, blocks), headers=headers, media_type=copy.media_type)


async def _whole(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block


def file_of(view: CaseView, evidence: UUID) -> FileView:
    """The file of this case; raises NotFound."""
    for file in view.files:
        if file.evidence.id == evidence:
            return file
    raise NotFound("evidence.unknown", "This case has no such file.")


def not_shown(evidence: Evidence) -> NotReady:
    """Why this file cannot be had now, with its state."""
    return NotReady(
        f"evidence.{evidence.verdict.value}", _NOT_SHOWN[evidence.verdict], state=evidence.verdict.value
    )
