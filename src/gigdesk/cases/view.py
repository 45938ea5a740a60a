"""How a case looks to who may see it: documents for the API, from which the pages are drawn too. Pure.

Sentences for people are msgids of the catalogues, translated by what the caller of ``document_of`` brings.
What a party may not see is never put in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from gigdesk.cases import wire
from gigdesk.cases.events import INTERNAL
from gigdesk.cases.files import FileFacts, facts_of
from gigdesk.cases.issue_types import IssueType, msg
from gigdesk.cases.model import PHASES, Case, Evidence, Status
from gigdesk.cases.ports import CaseRow, Commit, SealedValue
from gigdesk.cases.seal import events_of

Sealed = Mapping[str, SealedValue]

NEXT_STEPS = {
    Status.RECEIVED: msg("A person reads your report and replies."),
    Status.IN_REVIEW: msg("A person is looking into it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file as people may know it."""

    evidence: Evidence
    facts: FileFacts

    @property
    def name(self) -> str:
        """The display name; empty once it is erased."""
        return self.facts.name or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with its personal values opened, for one caller; ``version`` counts what the caller may see."""

    case: Case
    issue_type: IssueType | None
    version: int
    is_staff: bool
    gig_title: str
    description: str
    details: Mapping[str, str]
    reporter: Mapping[str, str]
    respondent: Mapping[str, str] | None
    files: tuple[FileView, ...]

    @property
    def first_reply_by(self) -> datetime | None:
        """When a person replies at the latest; None where the type is no longer known."""
        return self.case.opened_at + self.issue_type.first_reply if self.issue_type else None


def view_of(
    case: Case, commits: Sequence[Commit], sealed: Sealed, issue_type: IssueType | None, *, is_staff: bool
) -> CaseView:
    """The case for a reporter or for staff."""
    return CaseView(
        case=case,
        issue_type=issue_type,
        version=len(commits) if is_staff else sum(_is_public(commit) for commit in commits),
        is_staff=is_staff,
        gig_title=_text(sealed, "gig"),
        description=_text(sealed, "description"),
        details=_object(sealed, "details") or {},
        reporter=_object(sealed, "reporter") or {},
        respondent=_object(sealed, "respondent"),
        files=tuple(FileView(evidence=f, facts=facts_of(sealed, f.id)) for f in case.files),
    )


def _is_public(commit: Commit) -> bool:
    return not all(isinstance(event, INTERNAL) for event in events_of(commit))


def document_of(view: CaseView, base_url: str, translate: Callable[[str], str]) -> dict[str, object]:
    """The case as the API gives it, its sentences in the caller's language."""
    case = view.case
    return {
        "id": str(case.id),
        "reference": case.reference,
        "status": case.status.value,
        "phase": PHASES[case.status].value,
        "closedReason": None,
        "issueType": case.issue_type,
        "severity": case.severity,
        "priority": case.severity,
        "queue": case.queue if view.is_staff else None,
        "gig": {"id": case.gig_id, "title": view.gig_title},
        "side": case.side.value,
        "reporter": dict(view.reporter),
        "respondent": dict(view.respondent) if view.respondent else None,
        "owner": None,
        "description": view.description,
        "details": dict(view.details),
        "files": [file_document(file, case, base_url) for file in view.files],
        "waitingOn": "desk",
        "nextStep": {
            "text": translate(NEXT_STEPS[case.status]) if case.status in NEXT_STEPS else "",
            "by": _moment(view.first_reply_by),
        },
        "clocks": _clocks(view, translate),
        "flags": [],
        "disposition": None,
        "reasons": None,
        "allowed": [],
        "createdAt": wire.moment(case.opened_at),
        "updatedAt": wire.moment(case.updated_at),
        "version": view.version,
    }


def file_document(file: FileView, case: Case, base_url: str) -> dict[str, object]:
    """A file as the API gives it; its address answers with the derivative once it is clean."""
    evidence = file.evidence
    return {
        "id": str(evidence.id),
        "name": file.name,
        "size": evidence.size,
        "sha256": file.facts.sha256,
        "mediaType": evidence.media_type,
        "state": evidence.verdict.value,
        "shown": evidence.derivative is not None,
        "url": f"{base_url}/api/cases/{case.id}/evidence/{evidence.id}",
    }


def row_document(row: CaseRow, gig_title: str) -> dict[str, object]:
    """A case as a list gives it."""
    status = Status(row.status)
    return {
        "id": str(row.id),
        "reference": row.reference,
        "status": status.value,
        "phase": PHASES[status].value,
        "issueType": row.issue_type,
        "severity": row.severity,
        "gig": {"id": row.gig_id, "title": gig_title},
        "side": row.side,
        "fileCount": row.files,
        "createdAt": wire.moment(row.opened_at),
        "updatedAt": wire.moment(row.updated_at),
    }


def _clocks(view: CaseView, translate: Callable[[str], str]) -> list[dict[str, object]]:
    due = view.first_reply_by
    if due is None or view.case.status is not Status.RECEIVED:
        return []
    return [
        {
            "kind": "first_reply",
            "due": wire.moment(due),
            "state": "running",
            "explanation": translate(msg("Runs since the report was received.")),
        }
    ]


def _moment(at: datetime | None) -> str | None:
    return wire.moment(at) if at else None


def _text(sealed: Sealed, item: str) -> str:
    value = sealed.get(item)
    return value.value.decode() if value else ""


def _object(sealed: Sealed, item: str) -> dict[str, str] | None:
    value = sealed.get(item)
    return {str(k): str(v) for k, v in orjson.loads(value.value).items()} if value else None
