"""What the bodies of a case's sub-resources may hold: a table, and the judge that reads JSON by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Disposition, Outcome
from gigdesk.cases.tags import MAX_TAG, MAX_TAGS, read_tag
from gigdesk.cases.terms import Priority
from gigdesk.cases.text import is_blank, normalise
from gigdesk.errors import FieldError, Invalid

MAX_NAME = 200
MAX_TYPE = 100
MAX_EVIDENCE = 100
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: how it is read, and whether it must be there. ``most`` is in characters; 0: the setting's."""

    read: Callable[[str, Any, "Field"], object]
    is_needed: bool = False
    may_be_null: bool = False
    most: int = 0
    choices: tuple[str, ...] = ()


class _Wrong(Exception):  # noqa: N818 - carries what is wrong with a field
    def __init__(self, error: FieldError) -> None:
        super().__init__(error.field)
        self.error = error


def read_text(name: str, value: object, field: Field) -> str:
    """Text, made plain."""
    if not isinstance(value, str):
        raise _Wrong(FieldError(name, "field.wrong", "Write text here."))
    plain = normalise(value)
    if field.is_needed and (not plain or is_blank(plain)):
        raise _Wrong(_missing(name))
    if len(plain) > field.most:
        sentence = msg("Write at most %(limit)s characters here.")
        raise _Wrong(FieldError(name, "field.too_long", sentence, {"limit": field.most}))
    return plain


def read_choice(name: str, value: object, field: Field) -> str:
    """One of some words."""
    if not isinstance(value, str) or value not in field.choices:
        choices = ", ".join(field.choices)
        raise _Wrong(FieldError(name, "field.wrong", "Choose one of: %(choices)s.", {"choices": choices}))
    return value


def read_time(name: str, value: object, _: Field) -> datetime:
    """RFC 3339 with its offset, at most a year away."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        sentence = msg("Write the time with its offset, like 2026-11-24T09:30:00Z.")
        raise _Wrong(FieldError(name, "field.wrong", sentence))
    if not datetime.now(UTC) - FARTHEST < at < datetime.now(UTC) + FARTHEST:
        raise _Wrong(FieldError(name, "field.wrong", "Give a time within a year."))
    return at.astimezone(UTC)


def read_id(name: str, value: object, _: Field) -> UUID:
    """One id."""
    try:
        return UUID(str(value))
    except ValueError:
        raise _Wrong(FieldError(name, "field.wrong", "This is no id.")) from None


def read_ids(name: str, value: object, field: Field) -> tuple[UUID, ...]:
    """Some ids."""
    if not isinstance(value, list) or len(value) > MAX_EVIDENCE:
        sentence = msg("Send a list of at most %(limit)s ids.")
        raise _Wrong(FieldError(name, "field.wrong", sentence, {"limit": MAX_EVIDENCE}))
    return tuple(read_id(name, one, field) for one in value)


def read_tags(name: str, value: object, _: Field) -> tuple[str, ...]:
    """Some tags, each in its one spelling."""
    if not isinstance(value, list) or len(value) > MAX_TAGS:
        sentence = msg("Send a list of at most %(limit)s tags.")
        raise _Wrong(FieldError(name, "field.wrong", sentence, {"limit": MAX_TAGS}))
    return tuple(dict.fromkeys(_tag(name, one) for one in value))


def _tag(name: str, value: object) -> str:
    tag = read_tag(value.strip()) if isinstance(value, str) and len(value) < MAX_NAME else None
    if tag is None:
        sentence = msg(
            "“%(given)s” can be no tag. A tag has at most %(limit)s letters, digits, “-”, “_”, “.” and “:”,"
            " like “refund” or “bank:transfer”, and begins with a letter or digit."
        )
        values = {"given": str(value)[:MAX_TAG], "limit": MAX_TAG}
        raise _Wrong(FieldError(name, "tag.wrong", sentence, values))
    return tag


def read_no_uploads(name: str, value: object, _: Field) -> None:
    """Ids of uploads that were sent before: none are taken yet."""
    if value != []:
        sentence = msg(
            "Uploads that are named by their ids are not taken yet. Send the files in a form, in the field files."
        )
        raise _Wrong(FieldError(name, "uploads.not_taken", sentence))


def _words(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(kind)


TEXT = Field(read=read_text, is_needed=True)
UPLOADS = Field(read=read_no_uploads)
REASON = {"reason": Field(read=read_text)}
FIELDS: dict[tuple[str, Act], Mapping[str, Field]] = {
    ("POST", Act.ASSIGNMENT): {"owner": Field(read=read_text, is_needed=True, may_be_null=True, most=255)},
    ("POST", Act.REQUEST): {
        "to": Field(read=read_choice, is_needed=True, choices=("reporter", "respondent", "external")),
        "text": TEXT,
        "due": Field(read=read_time, is_needed=True),
        "body": Field(read=read_text, most=MAX_NAME),
    },
    ("POST", Act.REVIEW): REASON,
    ("POST", Act.MESSAGES): {
        "text": TEXT,
        "to": Field(read=read_choice, choices=("reporter", "respondent")),
        "uploads": UPLOADS,
    },
    ("POST", Act.NOTES): {"text": TEXT},
    ("POST", Act.EVIDENCE): {"uploads": UPLOADS},
    ("POST", Act.STATEMENT): {"text": TEXT, "uploads": UPLOADS},
    ("POST", Act.DECISION): {
        "disposition": Field(read=read_choice, is_needed=True, choices=_words(Disposition)),
        "reasons": TEXT,
        "evidence": Field(read=read_ids),
        "notify": Field(read=read_choice, choices=("now", "later")),
        "outcome": Field(read=read_choice, choices=_words(Outcome)),
    },
    ("POST", Act.ACCEPTANCE): REASON,
    ("POST", Act.WITHDRAWAL): REASON,
    ("POST", Act.APPEAL): {"reason": TEXT},
    ("POST", Act.REOPENING): {"reason": TEXT},
    ("POST", Act.CLOSURE): {
        "reason": Field(read=read_choice, is_needed=True, choices=("invalid", "spam")),
        "text": TEXT,
    },
    ("POST", Act.MERGE): {"into": Field(read=read_id, is_needed=True)},
    ("DELETE", Act.MERGE): {},
    ("POST", Act.SNOOZE): {"until": Field(read=read_time, is_needed=True)},
    ("DELETE", Act.SNOOZE): {},
    ("POST", Act.ESCALATION): {"reason": TEXT},
    ("DELETE", Act.ESCALATION): {},
    ("POST", Act.HOLD): {"reason": TEXT},
    ("DELETE", Act.HOLD): REASON,
    ("POST", Act.PRIORITY): {
        "priority": Field(read=read_choice, is_needed=True, choices=_words(Priority)),
        **REASON,
    },
    ("POST", Act.TAGS): {"add": Field(read=read_tags), "remove": Field(read=read_tags)},
    ("POST", Act.TYPE): {"issueType": Field(read=read_text, is_needed=True, most=MAX_TYPE), "reason": TEXT},
}


def judge_begun(
    fields: Mapping[str, Field], document: Mapping[str, Any], most: int, repeated: Sequence[str] = ()
) -> None:
    """Return unless something is wrong with a form already, whatever is still to come; raises Invalid."""
    try:
        read_body(fields, document, most, repeated)
    except Invalid as error:
        if wrong := [one for one in error.errors if one.code != "field.missing"]:
            raise Invalid(error.code, error.sentence, errors=wrong) from None


def read_body(
    fields: Mapping[str, Field], document: Mapping[str, Any], most: int, repeated: Sequence[str] = ()
) -> dict[str, Any]:
    """The fields of a body, judged; raises Invalid with an entry for each that is wrong, missing or unknown.

    ``most`` characters are the limit of a text that has none of its own; of a form, ``repeated`` names the fields
    that came more than once.
    """
    errors = [
        FieldError(name[:60], "field.repeated", "Send %(field)s once only.", {"field": name[:60]})
        for name in repeated
    ]
    values: dict[str, Any] = {}
    for name in document:
        if name not in fields:
            known: dict[str, object] = {"given": name[:60], "known": ", ".join(sorted(fields)) or "-"}
            sentence = msg("There is no field “%(given)s” here. Known are: %(known)s.")
            errors.append(FieldError(name[:60], "field.unknown", sentence, known))
    for name, field in fields.items():
        try:
            values[name] = _value(name, field, document, most)
        except _Wrong as wrong:
            errors.append(wrong.error)
    if errors:
        raise Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=errors)
    return values


def _value(name: str, field: Field, document: Mapping[str, Any], most: int) -> object:
    if document.get(name) is None:
        if field.is_needed and not (field.may_be_null and name in document):
            raise _Wrong(_missing(name))
        return None
    return field.read(name, document[name], field if field.most else replace(field, most=most))


def _missing(name: str) -> FieldError:
    return FieldError(name, "field.missing", "This field is needed.")
