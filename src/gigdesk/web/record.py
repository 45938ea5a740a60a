"""Everything of a case that a party may have, as one archive: made for who asks, when they ask."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.cases.model import Copy
from gigdesk.cases.timeline import timeline
from gigdesk.cases.view import CaseView, FileView, document_of, view_of
from gigdesk.cases.visibility import Viewer
from gigdesk.errors import NotAllowed, TooMany, Unavailable
from gigdesk.evidence.model import Verdict
from gigdesk.evidence.names import content_disposition
from gigdesk.web.api.cases import case_id
from gigdesk.web.archive import Entry, Packed, archive, numbered, text_entry
from gigdesk.web.downloads import INERT
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.language import Languages

OF_A_PERSON = 2
OF_A_PROCESS = 20
LONGEST_SECONDS = 3600
MEDIA_TYPE = "application/zip"
_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class RecordApi:
    """Streams the record of a case to its parties."""

    def __init__(self, desk: Gigdesk, identity: Identity, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._languages = languages
        self._running: Counter[str] = Counter()

    async def get(self, request: Request) -> Response:
        """The archive: the case, its timeline, the receipt, and the files that the caller may open.

        Raises NotFound, NotAllowed for staff, TooMany, Unavailable. A storage that is away later breaks the
        connection.
        """
        asked = await self._identity.ask(request.scope)
        sight = await self._desk.reader.look(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        view = view_of(sight, self._desk.rulebook.taxonomy)
        if view.is_staff:
            raise NotAllowed("record.for_parties", "The record is for the people whom the report is about.")
        name = content_disposition(f"report-{view.case.reference}.zip")
        headers = {**INERT, "content-disposition": name}
        if request.method == "HEAD":
            return Response(headers=headers, media_type=MEDIA_TYPE)
        let_go = self._begin(asked.actor.sub)
        try:
            blocks = await self._blocks(request, asked, view)
        except BaseException:
            let_go()
            raise
        return _Counted(blocks, let_go, headers)

    async def _blocks(self, request: Request, asked: Asked, view: CaseView) -> AsyncIterator[bytes]:
        """The archive, of which the first file was begun, so that a storage that is away is a 503."""
        entries = await self._documents(request, asked, view)
        files = [entry for number, file in enumerate(view.files, 1) if (entry := self._file(number, file))]
        if files:
            files[0] = await _begun(files[0])
        now = wire.moment(self._desk.clock.now())
        return archive([*entries, *files], partial(_manifest, view, now))

    async def _documents(self, request: Request, asked: Asked, view: CaseView) -> list[Entry]:
        language = self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)
        now = self._desk.clock.now()
        estimate = await self._desk.reader.estimate(view, now)
        documents: dict[str, object] = {
            "case.json": document_of(view, self._desk.base_url, language.gettext, now, estimate),
            "timeline.json": {"items": timeline(view.sight)},
        }
        if view.viewer is Viewer.REPORTER:
            documents["receipt.json"] = await self._desk.reader.receipt(asked.actor, view.case.id)
        return [
            text_entry(path, orjson.dumps(content, option=_PRETTY)) for path, content in documents.items()
        ]

    def _file(self, number: int, file: FileView) -> Entry | None:
        """The safe copy of a file, where there is one. An original is for staff alone."""
        copy = _copy(file)
        if copy is None:
            return None
        path = f"files/{numbered(number, file.name, copy.media_type)}"
        return Entry(path=path, size=copy.size, blocks=partial(self._desk.storage.read, copy.key))

    def _begin(self, person: str) -> Callable[[], None]:
        """Count a download of this person; what is returned ends it."""
        if self._running[person] >= OF_A_PERSON:
            raise TooMany(
                "record.busy",
                "You are downloading records already. Wait until these are there, then try again.",
                retry_after=30,
            )
        if self._running.total() >= OF_A_PROCESS:
            raise Unavailable("record.crowded", "Too many people download records just now.", retry_after=30)
        self._running[person] += 1

        def let_go() -> None:
            self._running[person] -= 1
            if not self._running[person]:
                del self._running[person]

        return let_go


class _Counted(StreamingResponse):
    """A download that is counted until it ends, however it ends."""

    def __init__(
        self, blocks: AsyncIterator[bytes], let_go: Callable[[], None], headers: dict[str, str]
    ) -> None:
        super().__init__(blocks, headers=headers, media_type=MEDIA_TYPE)
        self._let_go = let_go

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; one that takes longer than anybody's patience is broken off, for others wait for its place."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await super().__call__(scope, receive, send)
        finally:
            self._let_go()


def _copy(file: FileView) -> Copy | None:
    """What of a file is shown to people."""
    found = file.evidence
    return found.derivative if found.verdict is Verdict.CLEAN else None


def _why(verdict: Verdict) -> str:
    """The code with which the file itself would be refused."""
    return "evidence.no_copy" if verdict is Verdict.CLEAN else f"evidence.{verdict.value}"


async def _begun(entry: Entry) -> Entry:
    """The same entry, its first block read already. Raises NotFound, Unavailable."""
    blocks = entry.blocks()
    first = await anext(blocks, b"")

    async def rest() -> AsyncIterator[bytes]:
        yield first
        async for block in blocks:
            yield block

    return Entry(path=entry.path, size=entry.size, blocks=rest)


def _manifest(view: CaseView, made_at: str, packed: list[Packed]) -> Entry:
    """What stands in the archive, and which files of the case do not, and why."""
    left_out = [
        {"id": str(file.evidence.id), "name": file.name, "code": _why(file.evidence.verdict)}
        for file in view.files
        if _copy(file) is None
    ]
    content = {
        "type": "gigdesk.record",
        "v": 1,
        "case": str(view.case.id),
        "reference": view.case.reference,
        "for": view.viewer.value,
        "madeAt": made_at,
        "files": [{"path": one.path, "size": one.size, "sha256": one.sha256} for one in packed],
        "leftOut": left_out,
    }
    return text_entry("manifest.json", orjson.dumps(content, option=_PRETTY))
