"""The fields of a report: which there are, what they may hold, what is wrong with them. Pure.

A field is judged as soon as it is known: a wrong one is told before gigabytes of files are sent, a missing
one only when the form has ended, since the order of a form is free.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gigdesk.cases.issue_types import DetailField, IssueType, msg
from gigdesk.cases.taxonomy import DETAILS, MAX_NAME, Taxonomy
from gigdesk.cases.text import is_blank, normalise
from gigdesk.errors import FieldError, Invalid
from gigdesk.gigs.model import GIG_ID, Side
from gigdesk.records import maker, record

REQUIRED = ("gigId", "issueType", "description")
OPTIONAL = ("reporterId", "idempotencyKey", "csrf")
_PLAIN = frozenset(REQUIRED + OPTIONAL)
DETAIL_NAMES = frozenset(detail.name for detail in DETAILS)
_SHAPES: dict[str, tuple[re.Pattern[str], str]] = {
    "money": (
        re.compile(r"[0-9]{1,12}([.,][0-9]{1,3})?"),
        msg("Write the amount in numbers, like 240 or 240.50. You wrote “%(given)s”."),
    ),
    "date": (
        re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
        msg("Write the date as year-month-day, like 2026-11-24. You wrote “%(given)s”."),
    ),
    "time": (
        re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
        msg("Write the time in hours and minutes, like 09:30. You wrote “%(given)s”."),
    ),
}


@dataclass(slots=True)
class Fields:
    """The fields of one form, in the order they came."""

    values: dict[str, str] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        """Take one field; a repeated one is remembered as an error, not overwritten."""
        if name in self.values:
            self.repeated.append(name)
        else:
            self.values[name] = value

    def add_all(self, fields: list[tuple[str, str]]) -> None:
        """Take the fields of a whole form."""
        if not self.values and len(values := dict(fields)) == len(fields):
            self.values = values
        else:
            for name, value in fields:
                self.add(name, value)


@record(frozen=True, slots=True, kw_only=True)
class Judged:
    """Fields that are right: the type that was meant, the text made plain, the details given."""

    issue_type: IssueType
    description: str
    details: dict[str, str]


_new_judged = maker(Judged)


def gig_id_of(fields: Fields) -> str | None:
    """The gig's id if it is there and well-formed; raises Invalid for one that is not."""
    value = fields.values.get("gigId")
    if value is None:
        return None
    if not GIG_ID.fullmatch(value):
        raise wrong([_bad_gig_id()])
    return value


def is_critical(fields: Fields, taxonomy: Taxonomy) -> bool:
    """Whether the type, as far as it is known, is one of life and limb, whoever may report it."""
    return taxonomy.is_critical(fields.values.get("issueType", "")[:MAX_NAME])


def judge(fields: Fields, side: Side, max_description: int, taxonomy: Taxonomy) -> Judged:
    """The fields of a whole form; raises Invalid with an entry for every field that is wrong."""
    issue_type = taxonomy.resolve(fields.values.get("issueType", ""), side)
    errors, plain = _look(fields, issue_type, side, max_description, taxonomy)
    errors += [_missing(name) for name in REQUIRED if not fields.values.get(name, "").strip()]
    if errors:
        raise wrong(errors)
    if issue_type is None:
        raise wrong([unknown_type(fields.values["issueType"], taxonomy.allowed(side))])
    details = {f.name: plain[f.name] for f in issue_type.fields if f.name in plain}
    return _new_judged(issue_type=issue_type, description=plain["description"], details=details)


def early_errors(fields: Fields, side: Side, max_description: int, taxonomy: Taxonomy) -> list[FieldError]:
    """What is wrong already, whatever is still to come."""
    issue_type = taxonomy.resolve(fields.values.get("issueType", ""), side)
    return _look(fields, issue_type, side, max_description, taxonomy)[0]


def _look(
    fields: Fields, issue_type: IssueType | None, side: Side, max_description: int, taxonomy: Taxonomy
) -> tuple[list[FieldError], dict[str, str]]:
    """What is wrong, and the description and the details that are given, made plain."""
    details = taxonomy.fields(issue_type.code if issue_type else None, side)
    errors = [
        FieldError(name, "field.repeated", "Send %(field)s once only.", {"field": name})
        for name in fields.repeated
    ]
    plain: dict[str, str] = {}
    for name, value in fields.values.items():
        if name == "description":
            plain[name] = normalise(value)
            errors += _description_errors(plain[name], value, max_description)
        elif name == "issueType":
            if issue_type is None and value.strip():
                errors.append(unknown_type(value, taxonomy.allowed(side)))
        elif name in details:
            if given := normalise(value):
                plain[name] = given
                errors += _detail_errors(details[name], given)
        # A form without script sends the fields of the type chosen first, empty.
        elif name not in _PLAIN and (name not in DETAIL_NAMES or value.strip()):
            errors.append(_unknown_field(name, _PLAIN | details.keys()))
    return errors, plain


def wrong(errors: list[FieldError]) -> Invalid:
    """The refusal of a form with these errors: in its own words where there is one."""
    only = errors[0]
    if len(errors) > 1:
        sentence = msg("%(count)s things are to be put right. See each field.")
        return Invalid("fields.wrong", sentence, errors=errors, count=len(errors))
    error = Invalid(only.code, only.sentence, errors=errors)
    error.values = dict(only.values)
    return error


def _description_errors(plain: str, value: str, max_description: int) -> Iterable[FieldError]:
    if len(plain) > max_description:
        return (_too_long(len(plain), max_description),)
    if value.strip() and is_blank(plain):
        return (_missing("description"),)
    return ()


def _detail_errors(detail: DetailField, value: str) -> Iterable[FieldError]:
    if detail.kind == "choice" and value not in detail.choices:
        sentence = "Choose one of: %(choices)s."
        yield FieldError(detail.name, "field.wrong", sentence, {"choices": ", ".join(detail.choices)})
    elif len(value) > detail.max_length:
        sentence = msg("Write at most %(limit)s characters here.")
        yield FieldError(detail.name, "field.too_long", sentence, {"limit": detail.max_length})
    elif detail.kind in _SHAPES and not _SHAPES[detail.kind][0].fullmatch(value):
        yield FieldError(detail.name, "field.wrong", _SHAPES[detail.kind][1], {"given": value[:60]})


def _missing(name: str) -> FieldError:
    sentences = {
        "gigId": msg("Name the gig in the field gigId."),
        "issueType": msg("Choose what it is about."),
        "description": msg("Tell us what happened. Two or three sentences are enough to start."),
    }
    return FieldError(name, "field.missing", sentences[name])


def _bad_gig_id() -> FieldError:
    return FieldError(
        "gigId", "field.wrong", "A gigId has 1 to 128 letters, digits and . _ ~ : - and nothing else."
    )


def unknown_type(value: str, allowed: Iterable[IssueType]) -> FieldError:
    """That this names no type that may be reported; the sentence lists those that may."""
    return FieldError(
        "issueType",
        "issue_type.unknown",
        "“%(given)s” is not an issue type that you can report here. Allowed are: %(allowed)s.",
        {"given": value[:60], "allowed": ", ".join(kind.code for kind in allowed)},
    )


def _unknown_field(name: str, known: Iterable[str]) -> FieldError:
    return FieldError(
        name[:60],
        "field.unknown",
        "There is no field “%(given)s” here. Known are: %(known)s.",
        {"given": name[:60], "known": ", ".join(sorted(known))},
    )


def _too_long(length: int, limit: int) -> FieldError:
    return FieldError(
        "description",
        "field.too_long",
        "The description has %(length)s characters; %(limit)s are the most. Shorten it, or send a PDF.",
        {"length": length, "limit": limit},
    )
