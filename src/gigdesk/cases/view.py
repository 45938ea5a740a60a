"""How a case looks to who may see it: documents for the API, from which the pages are drawn too. Pure.

Sentences for people are msgids of the catalogues, translated by what the caller of ``document_of`` brings.
What a party may not see is never put in: the case that is shown is made of the events that they see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from gigdesk.cases import wire
from gigdesk.cases.clocks import clocks, first_reply_by
from gigdesk.cases.estimate import Estimate
from gigdesk.cases.files import FileFacts, facts_of
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.life_events import AppealDecided, CaseDecided, DecisionRetracted
from gigdesk.cases.lifecycle import allowed
from gigdesk.cases.model import PHASES, Case, Evidence
from gigdesk.cases.next_step import next_step, waiting_on
from gigdesk.cases.sight import Sealed, Sight
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.cases.visibility import Viewer
from gigdesk.errors import Phrase

Say = Callable[[str], str]


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
    sight: Sight
    issue_type: IssueType | None
    gig_title: str
    description: str
    details: Mapping[str, str]
    reporter: Mapping[str, str]
    respondent: Mapping[str, str] | None
    owner: Mapping[str, str] | None
    reasons: str
    files: tuple[FileView, ...]

    @property
    def version(self) -> int:
        """Counts what the caller may see."""
        return self.sight.version

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self.sight.viewer

    @property
    def is_staff(self) -> bool:
        """Whether the caller works here."""
        return self.viewer is Viewer.STAFF

    @property
    def first_reply_by(self) -> datetime | None:
        """When a person replies at the latest; None where nothing is known of the type."""
        return first_reply_by(self.case)

    def allowed(self, at: datetime) -> list[str]:
        """What the caller may do now, by name."""
        return allowed(self.case, self.sight.by.who, at)


def view_of(sight: Sight, taxonomy: Taxonomy) -> CaseView:
    """The case for whoever looks."""
    case, sealed = sight.shown, sight.sealed
    is_respondent = sight.viewer is Viewer.RESPONDENT
    shields = case.terms.shields_reporter
    reporter = _object(sealed, "reporter") or {}
    if is_respondent:
        # Never the id; and the name only where the type does not protect who reported.
        reporter = {} if shields else {"name": reporter.get("name", ""), "side": reporter.get("side", "")}
    return CaseView(
        case=case,
        sight=sight,
        issue_type=taxonomy.find(case.issue_type),
        gig_title=_text(sealed, "gig"),
        description="" if is_respondent else _text(sealed, "description"),
        details={} if is_respondent else _object(sealed, "details") or {},
        reporter=reporter,
        respondent=_object(sealed, "respondent"),
        owner=_object(sealed, case.owner) if case.owner and sight.viewer is Viewer.STAFF else None,
        reasons=_reasons(sight),
        files=tuple(FileView(evidence=f, facts=facts_of(sealed, f.id)) for f in case.files),
    )


def document_of(
    view: CaseView, base_url: str, translate: Say, at: datetime, estimate: Estimate | None
) -> dict[str, object]:
    """The case as the API gives it at this time, its sentences in the caller's language."""
    case, decision = view.case, view.case.decision
    step = next_step(view.case, view.viewer, view.first_reply_by)
    return {
        "id": str(case.id),
        "reference": case.reference,
        "status": case.status.value,
        "phase": PHASES[case.status].value,
        "closedReason": case.closed_reason.value if case.closed_reason else None,
        "issueType": case.issue_type,
        "severity": case.severity,
        "gig": {"id": case.gig_id, "title": view.gig_title},
        "side": side_of(view),
        "reporter": dict(view.reporter),
        "respondent": dict(view.respondent) if view.respondent else None,
        "owner": dict(view.owner) if view.owner else None,
        "description": view.description,
        "details": dict(view.details),
        "files": [file_document(file, case, base_url) for file in view.files],
        "waitingOn": waiting_on(case),
        "nextStep": {
            "text": translate(step.text),
            "by": _moment(step.by),
            "estimate": _estimate(estimate, translate) if estimate else None,
        },
        "clocks": [] if view.viewer is Viewer.RESPONDENT else _clocks(case, translate, at),
        **_inside(case if view.is_staff else None),
        "disposition": decision.disposition.value if decision else None,
        "reasons": view.reasons or None,
        "allowed": view.allowed(at),
        "createdAt": wire.moment(case.opened_at),
        "updatedAt": wire.moment(case.updated_at),
        "version": view.version,
    }


def _inside(case: Case | None) -> dict[str, object]:
    """What is for staff alone; empty for others."""
    if case is None:
        return {
            "priority": None,
            "tags": [],
            "queue": None,
            "mergedInto": None,
            "duplicates": [],
            "flags": [],
        }
    return {
        "priority": case.priority.value,
        "tags": list(case.tags),
        "queue": case.queue,
        "mergedInto": str(case.merged_into) if case.merged_into else None,
        "duplicates": [str(one) for one in case.duplicates],
        "flags": sorted(flag.value for flag in case.flags),
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
        "sentBy": "staff" if evidence.party.startswith("staff") else evidence.party,
        "message": str(evidence.message) if evidence.message else None,
        "url": f"{base_url}/api/cases/{case.id}/evidence/{evidence.id}",
    }


def duplicate_document(view: CaseView, base_url: str) -> dict[str, object]:
    """A case that was joined to another, as that one shows it to staff: its files stay its own."""
    case = view.case
    return {
        "id": str(case.id),
        "reference": case.reference,
        "issueType": case.issue_type,
        "side": case.side.value,
        "reporter": dict(view.reporter),
        "description": view.description,
        "files": [file_document(file, case, base_url) for file in view.files],
        "createdAt": wire.moment(case.opened_at),
    }


def side_of(view: CaseView) -> str | None:
    """The side of the caller in the gig."""
    match view.viewer:
        case Viewer.RESPONDENT:
            return view.case.side.other.value
        case _:
            return view.case.side.value


def said(phrase: Phrase, translate: Say) -> str:
    """The phrase in the caller's language, and in it what is itself a phrase."""
    values = {
        name: said(value, translate) if isinstance(value, Phrase) else value
        for name, value in phrase.values.items()
    }
    sentence = translate(phrase.sentence)
    return sentence % values if values else sentence


def _estimate(estimate: Estimate, translate: Say) -> dict[str, object]:
    return {
        "text": " ".join(said(phrase, translate) for phrase in estimate.sentences),
        "basis": estimate.basis.value,
        "withinSeconds": int(estimate.within.total_seconds()),
    }


def _clocks(case: Case, translate: Say, at: datetime) -> list[dict[str, object]]:
    return [
        {
            "kind": clock.kind.value,
            "due": _moment(clock.due),
            "state": clock.state.value,
            "explanation": said(clock.why, translate),
        }
        for clock in clocks(case, at)
    ]


def _reasons(sight: Sight) -> str:
    """The reasons of the decision that stands, as far as the caller sees it."""
    found = ""
    for event in (event for record in sight.seen for event in record.events):
        if isinstance(event, CaseDecided | AppealDecided):
            found = next((_text(sight.sealed, item) for item in event.digests), "")
        elif isinstance(event, DecisionRetracted):
            found = ""
    return found


def _moment(at: datetime | None) -> str | None:
    return wire.moment(at) if at else None


def _text(sealed: Sealed, item: str) -> str:
    value = sealed.get(item)
    return value.value.decode() if value else ""


def _object(sealed: Sealed, item: str) -> dict[str, str] | None:
    value = sealed.get(item)
    return {str(k): str(v) for k, v in orjson.loads(value.value).items()} if value else None
