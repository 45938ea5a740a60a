"""What follows from files that come after the report. Pure."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from gigdesk.cases.events import EvidenceReceived
from gigdesk.cases.files import file_item
from gigdesk.cases.life_commands import Asked
from gigdesk.cases.model import Addressee, Case
from gigdesk.errors import TooLarge
from gigdesk.evidence.model import Limits, ReceivedFile
from gigdesk.records import record

MIB = 1 << 20


@record(frozen=True, slots=True, kw_only=True)
class Room:
    """How many files, and how many bytes, somebody may still send to a case."""

    files: int
    bytes: int


def received(
    files: Sequence[ReceivedFile],
    command: Asked,
    *,
    to: Addressee = Addressee.DESK,
    message: UUID | None = None,
) -> Iterator[EvidenceReceived]:
    """The events of files that came with this command."""
    for file in files:
        item = file_item(file.id)
        yield EvidenceReceived(
            evidence=file.id,
            key=file.key,
            media_type=file.media_type,
            size=file.size,
            digests={item: command.digests[item]},
            party=command.by.name,
            to=to,
            message=message,
        )


def room_for(case: Case, name: str, limits: Limits) -> Room:
    """What is left of what each side may send to a case, told from its own files alone.

    Staff are one side. What another side sent would show in a common bound.
    """
    own = [file for file in case.files if _side(file.party) == _side(name)]
    return Room(
        files=max(0, limits.case_files - len(own)),
        bytes=max(0, limits.case_bytes - sum(file.size for file in own)),
    )


def judge_room(room: Room, files: int, size: int, limits: Limits) -> None:
    """Return if so many files of so many bytes in all find room; else raise TooLarge."""
    if files > room.files:
        raise TooLarge(
            "case.too_many_files",
            "One report takes %(limit)s files from you in all, and now %(left)s more. Send those that matter most.",
            limit=limits.case_files,
            left=room.files,
        )
    if size > room.bytes:
        raise TooLarge(
            "case.too_many_bytes",
            "One report takes %(limit)s MB of files from you in all, and now %(left)s MB more. Send smaller files.",
            limit=f"{limits.case_bytes / MIB:.4g}",
            left=room.bytes // MIB,
        )


def _side(name: str) -> str:
    return "staff" if name.startswith("staff") else name
