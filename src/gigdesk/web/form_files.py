"""A form with files while it is read, part by part: the same for a report and for what comes after it.

Files go to the storage while they arrive. Unless a case refers to them, none is left behind.
"""

from abc import ABC, abstractmethod
from asyncio import CancelledError

from gigdesk.cases.ports import UNSURE
from gigdesk.errors import NotAllowed, TooLarge, Unavailable
from gigdesk.evidence.intake import Incoming, ReceivedFiles
from gigdesk.evidence.model import Limits
from gigdesk.web.bodies import Body
from gigdesk.web.multipart import Field, FileBegin, FileEnd, FormLimits, FormReader

MOST_BYTES = 9  # that one character of NFC takes when it is sent decomposed, like a syllable of Hangul


def form_limits(limits: Limits) -> FormLimits:
    """What the text fields and parts of a form are held to."""
    return FormLimits(text_bytes=max(limits.description * MOST_BYTES, 8192), parts=limits.files + 40)


class FormFiles(ABC):
    """Reads one form; who inherits judges its fields, and whether a file may come."""

    _incoming: Incoming | None = None
    _count = 0

    async def _read(self, begun: bytes, body: Body, reader: FormReader, files: ReceivedFiles) -> None:
        """Read the form to its end; ``begun`` of it has come already."""
        chunk = begun
        while chunk:
            for event in reader.feed(chunk):
                await self._take(event, files)
            chunk = await body.chunk()
        reader.close()

    async def _take(self, event: object, files: ReceivedFiles) -> None:
        if isinstance(event, Field):
            if self._field(event.name, event.value):
                await self.permit()
        elif isinstance(event, FileBegin):
            self._count += 1
            await self._permit_file()
            self._incoming = files.begin(event.filename, event.declared_type)
        elif isinstance(event, FileEnd):
            if self._incoming:
                files.end(self._incoming)
            self._incoming = None
        elif self._incoming is not None and isinstance(event, bytes | bytearray | memoryview):
            self._arrived(len(event))
            if self._incoming.feed(event):
                await self._incoming.flush()

    @abstractmethod
    async def permit(self) -> None:
        """Judge whether this may be sent, once that can be told; asked again it does nothing."""

    @abstractmethod
    def _field(self, name: str, value: str) -> bool:
        """Take one text field; True says that it can be judged with this one."""

    @abstractmethod
    async def _permit_file(self) -> None:
        """Return if a file may begin, the ``_count``-th."""

    @abstractmethod
    def _arrived(self, size: int) -> None:
        """So many bytes of a file have come."""


def is_unsure(error: BaseException) -> bool:
    """Whether nobody knows how the writing of what refers to the files ended: they are kept, the sweeper will see."""
    return isinstance(error, CancelledError) or (isinstance(error, Unavailable) and error.code == UNSURE)


def too_many_files(limit: int) -> TooLarge:
    """The refusal of one file more than a form takes."""
    return TooLarge("files.too_many", "A report takes %(limit)s files. Send the others later.", limit=limit)


def forged() -> NotAllowed:
    """The refusal of a form that did not come from our own page."""
    return NotAllowed(
        "csrf.missing",
        "This form was not sent from our own page. Open the page again and send it from there.",
    )
