"""From a case as its reader sees it to the page that shows it. Pure."""

from collections.abc import Callable
from datetime import datetime

from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Status
from gigdesk.cases.next_step import NextStep, next_step
from gigdesk.cases.taxonomy import Severity, find
from gigdesk.cases.view import CaseView, FileView
from gigdesk.cases.visibility import Viewer
from gigdesk.evidence.model import Verdict
from gigdesk.web.language import Language
from gigdesk.web.reporter.conversation import CLOSED, conversation
from gigdesk.web.reporter.views import CaseShown, DetailShown, FileShown, GigShown

Url = Callable[[str], str]


def case_shown(view: CaseView, url: Url, language: Language, at: datetime) -> CaseShown:
    """The page without its forms."""
    kind, case = view.issue_type, view.case
    details = {f.name: f for f in kind.fields} if kind else {}
    is_reporter = view.viewer is Viewer.REPORTER
    step = next_shown(view, at)
    return CaseShown(
        reference=case.reference,
        status=case.status.value,
        issue_label=label_of(case.issue_type),
        gig=GigShown(title=view.gig_title, other_name=_other(view)),
        description=view.description,
        files=[_file(view, file, url) for file in view.files],
        opened_at=case.opened_at,
        receipt_url=url(f"/api/cases/{case.id}/receipt") if is_reporter else "",
        receipt_page_url=url(f"/reports/{case.id}/receipt") if is_reporter else "",
        record_url="" if view.is_staff else url(f"/api/cases/{case.id}/record"),
        details=[
            DetailShown(field=details[name], value=value)
            for name, value in view.details.items()
            if name in details
        ],
        reply_by=view.first_reply_by,
        first_reply=kind.first_reply if kind else None,
        shields_reporter=bool(kind and kind.shields_reporter),
        is_safety=case.queue == "safety",
        viewer=view.viewer.value,
        next_text=language.gettext(step.text),
        next_by=step.by,
        entries=conversation(view.sight),
    )


def next_shown(view: CaseView, at: datetime) -> NextStep:
    """What happens next; nobody is asked for what they can no longer tell, nor told of an end that does not come."""
    case, step = view.case, next_step(view.case, view.viewer, view.first_reply_by)
    if case.status is Status.CLOSED and Act.REOPENING not in view.allowed(at) and case.closed_reason:
        return NextStep(text=CLOSED[case.closed_reason.value])
    if case.status is Status.DECIDED and case.severity == Severity.CRITICAL:
        return NextStep(text=step.text)
    return step


def label_of(code: str) -> str:
    """The label of an issue type, or its code where it is no longer known."""
    kind = find(code)
    return kind.label if kind else code


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
