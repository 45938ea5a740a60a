"""From a case as its reader sees it to the page that shows it. Pure."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from gigdesk.cases.events import EvidenceReceived
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Status
from gigdesk.cases.next_step import NextStep, next_step
from gigdesk.cases.taxonomy import DETAILS, DetailField, Severity
from gigdesk.cases.timing import is_sensitive
from gigdesk.cases.view import CaseView, FileView
from gigdesk.cases.visibility import Viewer
from gigdesk.evidence.model import Verdict
from gigdesk.web.language import Language
from gigdesk.web.reporter.conversation import CLOSED, JOINED, conversation
from gigdesk.web.reporter.views import CaseShown, DetailShown, FileShown, GigShown

Url = Callable[[str], str]


def case_shown(view: CaseView, url: Url, language: Language, at: datetime) -> CaseShown:
    """The page without its forms."""
    kind, case = view.issue_type, view.case
    details = {f.name: f for f in (*DETAILS, *(kind.fields if kind else ()))}
    is_reporter = view.viewer is Viewer.REPORTER
    step = next_shown(view, at)
    first = _opening(view)
    later = {str(f.evidence.id): _file(view, f, url) for f in view.files if f.evidence.id not in first}
    return CaseShown(
        reference=case.reference,
        status=case.status.value,
        issue_label=kind.label if kind else case.issue_type,
        gig=GigShown(title=view.gig_title, other_name=_other(view)),
        description=view.description,
        files=[_file(view, file, url) for file in view.files if file.evidence.id in first],
        opened_at=case.opened_at,
        receipt_url=url(f"/api/cases/{case.id}/receipt") if is_reporter else "",
        receipt_page_url=url(f"/reports/{case.id}/receipt") if is_reporter else "",
        record_url="" if view.is_staff else url(f"/api/cases/{case.id}/record"),
        details=[
            DetailShown(field=details.get(name) or _unnamed(name), value=value)
            for name, value in view.details.items()
        ],
        reply_by=view.first_reply_by,
        first_reply=case.terms.first_reply,
        shields_reporter=case.terms.shields_reporter,
        is_safety=is_sensitive(case),
        viewer=view.viewer.value,
        next_text=language.gettext(step.text),
        next_by=step.by,
        entries=conversation(view.sight, later),
    )


def _unnamed(name: str) -> DetailField:
    """A detail that no type asks for any more, under its own name."""
    return DetailField(name=name, kind="text", label=name.replace("_", " ").capitalize())


def _opening(view: CaseView) -> set[UUID]:
    """The files that came with the report itself."""
    events = view.sight.seen[0].events
    return {event.evidence for event in events if isinstance(event, EvidenceReceived)}


def next_shown(view: CaseView, at: datetime) -> NextStep:
    """What happens next; nobody is asked for what they can no longer tell, nor told of an end that does not come."""
    case, step = view.case, next_step(view.case, view.viewer, view.first_reply_by)
    if case.followed and case.merged_into:
        return NextStep(text=JOINED[case.followed.status.value])
    if case.status is Status.CLOSED and Act.REOPENING not in view.allowed(at) and case.closed_reason:
        return NextStep(text=CLOSED[case.closed_reason.value])
    if case.status is Status.DECIDED and case.severity == Severity.CRITICAL:
        return NextStep(text=step.text)
    return step


def _other(view: CaseView) -> str:
    """The name of the other side, where the caller may know it."""
    known = view.reporter if view.viewer is Viewer.RESPONDENT else view.respondent or {}
    return known.get("name", "")


def _file(view: CaseView, file: FileView, url: Url) -> FileShown:
    found, base = file.evidence, f"/reports/{view.case.id}/files/{file.evidence.id}"
    is_shown = found.verdict is Verdict.CLEAN and found.derivative is not None
    return FileShown(
        name=file.name,
        size=found.size,
        state=found.verdict.value,
        url=url(base) if is_shown else "",
        thumbnail_url=url(f"{base}/thumbnail") if is_shown and found.thumbnail else "",
    )
