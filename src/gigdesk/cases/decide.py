"""What follows from a command: events, none where it was done before, or a refusal. Pure."""

from uuid import UUID

from gigdesk.cases.commands import Command, OpenCase, OpenOriginal, RecordVerdict
from gigdesk.cases.decide_life import decide_life
from gigdesk.cases.events import (
    CaseOpened,
    Event,
    EvidenceInspected,
    EvidenceReceived,
    OriginalOpened,
)
from gigdesk.cases.files import file_item
from gigdesk.cases.model import Case, Evidence
from gigdesk.errors import NotFound, NotReady
from gigdesk.evidence.model import SCANNED_CLEAN, Verdict
from gigdesk.ids import reference
from gigdesk.records import maker

_new_case_opened = maker(CaseOpened)


def decide(before: Case | None, command: Command) -> tuple[Event, ...]:
    """The events of this command on this case; raises NotFound where the case or its part is missing."""
    match command:
        case OpenCase():
            return _open(before, command)
        case RecordVerdict():
            return _record(before, command)
        case OpenOriginal():
            return _open_original(before, command)
        case _:
            if before is None:
                raise NotFound("case.unknown", "There is no such report, or it is not yours.")
            return decide_life(before, command)


def _open(before: Case | None, command: OpenCase) -> tuple[Event, ...]:
    if before is not None:
        return ()
    opened = _new_case_opened(
        reference=reference(command.case),
        gig_id=command.gig_id,
        side=command.side,
        issue_type=command.issue_type,
        severity=command.severity,
        queue=command.queue,
        digests=_of_the_case(command) if command.files else command.digests,
        terms=command.terms,
    )
    received = (
        EvidenceReceived(
            evidence=file.id,
            key=file.key,
            media_type=file.media_type,
            size=file.size,
            digests={file_item(file.id): command.digests[file_item(file.id)]},
        )
        for file in command.files
    )
    return (opened, *received)


def _of_the_case(command: OpenCase) -> dict[str, str]:
    """Without the digests of files: each stands with its own event."""
    return {item: digest for item, digest in command.digests.items() if not item.startswith("file:")}


def _record(before: Case | None, command: RecordVerdict) -> tuple[Event, ...]:
    file = _file(before, command.evidence)
    if file.verdict is not Verdict.PENDING:
        return ()  # inspected before: effects are performed at least once
    return (
        EvidenceInspected(
            evidence=command.evidence,
            verdict=command.verdict,
            detail=command.detail,
            derivative=command.derivative,
            thumbnail=command.thumbnail,
        ),
    )


def _open_original(before: Case | None, command: OpenOriginal) -> tuple[Event, ...]:
    file = _file(before, command.evidence)
    if file.verdict not in SCANNED_CLEAN:
        raise NotReady(
            f"evidence.{file.verdict}",
            "Nobody can open this file: its check ended as “%(verdict)s”.",
            verdict=file.verdict.value,
        )
    return (OriginalOpened(evidence=command.evidence, digests=command.digests),)


def _file(before: Case | None, evidence: UUID) -> Evidence:
    file = before.evidence(evidence) if before else None
    if file is None:
        raise NotFound("evidence.unknown", "This case has no such file.")
    return file
