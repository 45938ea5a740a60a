"""What the form's script must know, as one JSON document inside the page."""

from collections.abc import Callable, Sequence

from gigdesk.cases.intake import Intake, IntakeType
from gigdesk.cases.issue_types import DetailField
from gigdesk.evidence.model import Kind, MediaType
from gigdesk.web.language import Language
from gigdesk.web.reporter.views import CaseShown, ReportForm
from gigdesk.web.reporter.words import CASE_SCRIPT, SCRIPT


def page_data(form: ReportForm, language: Language, exit_url: str, url: Callable[[str], str]) -> object:
    """Types, limits, addresses and words for the script of this form."""
    return {
        "api": url("/api/report-issue"),
        "reports": url("/reports"),
        "exit": exit_url,
        "draft": form.draft_key,
        "csrf": form.csrf,
        "language": language.region.replace("_", "-"),
        "limits": limits_of(form.intake),
        "types": {t.code: _type(t, language) for t in form.intake.types},
        "words": {name: language.gettext(words) for name, words in SCRIPT.items()},
    }


def case_data(case: CaseShown, language: Language) -> object:
    """Addresses and words for the script of a case's page."""
    live = case.live
    assert live is not None
    return {
        "page": live.page_url,
        "case": live.case_url,
        "events": live.events_url,
        "seen": live.seen,
        "draft": live.draft_key,
        "person": live.person,
        "words": {name: language.gettext(words) for name, words in CASE_SCRIPT.items()},
    }


def limits_of(intake: Intake) -> dict[str, object]:
    """Every limit of a report: bytes, characters, and what may be sent by media type and extension."""
    limits = intake.limits
    return {
        "files": limits.files,
        "description": limits.description,
        "bodyBytes": limits.body_bytes,
        "imageBytes": limits.image_bytes,
        "pdfBytes": limits.pdf_bytes,
        "videoBytes": limits.video_bytes,
        "mediaTypes": {t.name: t.kind.value for t in intake.accepted},
        "extensions": {t.extension: t.kind.value for t in intake.accepted} | _also(intake),
    }


def accept_of(intake: Intake) -> str:
    """The ``accept`` attribute of a file control; the extensions help where a phone does not know a type."""
    return accept_for(intake.accepted)


def accept_for(types: Sequence[MediaType]) -> str:
    """The same for these types."""
    images = ["image/*"] if any(t.kind is Kind.IMAGE for t in types) else []
    names = [t.name for t in types if t.kind is not Kind.IMAGE]
    return ",".join([*images, *names, *(f".{t.extension}" for t in types)])


def reply_time(kind: IntakeType, language: Language) -> str:
    """How soon a person replies: ``8 hours``, and when these hours run where that is not day and night."""
    span = language.span(kind.first_reply)
    return f"{span}, {language.say(kind.hours.sentence, kind.hours.values)}" if kind.hours else span


def _also(intake: Intake) -> dict[str, str]:
    kinds = {t.kind for t in intake.accepted}
    more = {"jpeg": Kind.IMAGE, "jpe": Kind.IMAGE, "m4v": Kind.VIDEO, "qt": Kind.VIDEO}
    return {ending: kind.value for ending, kind in more.items() if kind in kinds}


def _type(kind: IntakeType, language: Language) -> dict[str, object]:
    return {
        "evidence": language.gettext(kind.evidence),
        "firstReply": reply_time(kind, language),
        "emergency": kind.emergency,
        "shields": kind.shields_reporter,
        "keepsDraft": kind.keeps_draft,
        "aliases": " ".join(kind.aliases),
        "fields": [_field(f, language) for f in kind.fields],
    }


def _field(detail: DetailField, language: Language) -> dict[str, object]:
    return {
        "name": detail.name,
        "kind": detail.kind,
        "label": language.gettext(detail.label),
        "hint": language.gettext(detail.hint),
        "maxLength": detail.max_length,
        "required": detail.required,
        "choices": list(detail.choices),
    }
