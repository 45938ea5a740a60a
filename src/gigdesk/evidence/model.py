"""The files: what they are called, what they may be, and what was found in them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a file is for a person; each kind has its own size limit."""

    IMAGE = "image"
    VIDEO = "video"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A type of file that is taken: its IANA name, the extension that gigdesk gives it, its kind."""

    name: str
    extension: str
    kind: Kind


class Verdict(StrEnum):
    """What inspection found; before it a file is pending."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    UNREADABLE = "unreadable"
    FAILED = "failed"


# Scanned, and no malware found: staff may open the original of these.
SCANNED_CLEAN = frozenset({Verdict.CLEAN, Verdict.UNREADABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A file whose bytes are durable in object storage under ``key`` and belong to no case yet."""

    id: UUID
    key: str
    name: str
    media_type: str
    size: int
    sha256: str


TIMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a report may carry: bytes, files, characters. A side of a case sends ``TIMES`` as much in all."""

    image_bytes: int = 25 << 20
    pdf_bytes: int = 25 << 20
    video_bytes: int = 512 << 20
    body_bytes: int = 600 << 20
    files: int = 10
    description: int = 10_000

    @property
    def case_files(self) -> int:
        """Files that one side may send to a case, those of its report among them."""
        return TIMES * self.files

    @property
    def case_bytes(self) -> int:
        """Bytes of files that one side may send to a case."""
        return TIMES * self.body_bytes

    def bytes_of(self, kind: Kind) -> int:
        return {Kind.IMAGE: self.image_bytes, Kind.PDF: self.pdf_bytes, Kind.VIDEO: self.video_bytes}[kind]
