"""Documents of the API that carry words: drawn in the caller's language."""

from collections.abc import Callable

from gigdesk.cases import wire
from gigdesk.cases.intake import Intake, IntakeGroup, IntakeType
from gigdesk.cases.issue_types import DetailField
from gigdesk.cases.view import said

Translate = Callable[[str], str]


def intake_document(form: Intake, translate: Translate) -> dict[str, object]:
    """What a party may report on a gig, and every limit."""
    limits = form.limits
    return {
        "gig": {
            "id": form.gig_id,
            "title": form.title,
            "trade": form.trade,
            "place": form.place,
            "startsAt": wire.moment(form.starts_at) if form.starts_at else None,
        },
        "side": form.side.value,
        "other": {"name": form.other_name, "side": form.side.other.value} if form.other_name else None,
        "groups": [_group(group, translate) for group in form.groups],
        "limits": {
            "files": limits.files,
            "imageBytes": limits.image_bytes,
            "pdfBytes": limits.pdf_bytes,
            "videoBytes": limits.video_bytes,
            "bodyBytes": limits.body_bytes,
            "descriptionCharacters": limits.description,
            "mediaTypes": [media_type.name for media_type in form.accepted],
            "extensions": [media_type.extension for media_type in form.accepted],
        },
    }


def _group(group: IntakeGroup, translate: Translate) -> dict[str, object]:
    return {
        "code": group.code,
        "label": translate(group.label),
        "hint": translate(group.hint) if group.hint else "",
        "issueTypes": [_type(t, translate) for t in group.types],
    }


def _type(kind: IntakeType, translate: Translate) -> dict[str, object]:
    return {
        "code": kind.code,
        "label": translate(kind.label),
        "hint": translate(kind.hint) if kind.hint else "",
        "evidence": translate(kind.evidence) if kind.evidence else "",
        "severity": kind.severity,
        "emergency": kind.emergency,
        "firstReplySeconds": int(kind.first_reply.total_seconds()),
        "openingHours": said(kind.hours, translate) if kind.hours else None,
        "fields": [_field(f, translate) for f in kind.fields],
    }


def _field(detail: DetailField, translate: Translate) -> dict[str, object]:
    return {
        "name": detail.name,
        "kind": detail.kind,
        "label": translate(detail.label),
        "hint": translate(detail.hint) if detail.hint else "",
        "maxLength": detail.max_length,
        "required": detail.required,
        "choices": list(detail.choices),
    }
