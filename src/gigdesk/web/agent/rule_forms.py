"""Forms for what hosts change most in the rules: an issue type, a queue, a routing rule. Pure.

A form shows what the document says of one table, and makes of what was typed what it is to say; keys that it does not
show stay. Whether the values are right is judged by whoever reads the whole document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gigdesk.cases.issue_types import IssueType, Severity, msg
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.rules_file.editing import Values
from gigdesk.cases.rules_file.showing import span
from gigdesk.gigs.model import Side
from gigdesk.language import SOURCE, Language
from gigdesk.web.agent.words import PRIORITIES

Form = Mapping[str, str]
Tags = Sequence[str]
SIDES = {Side.WORKER: msg("Worker"), Side.CLIENT: msg("Client")}
SEVERITIES = {
    Severity.CRITICAL: msg("Critical"),
    Severity.HIGH: msg("High"),
    Severity.NORMAL: msg("Normal"),
    Severity.LOW: msg("Low"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """A field: ``kind`` is ``text``, ``area``, ``check`` or ``choice``; ``label`` and ``hint`` are message ids.

    ``language`` is what the language is called that ``label`` names.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    language: str = ""


def type_fields(values: Values, tags: Tags, language: Language) -> list[FieldShown]:
    """What a host may say of an issue type here, in the languages of these tags."""
    return [
        *_labels(values, tags, language),
        FieldShown(
            name="hidden",
            label=msg("Hidden: nobody can report it"),
            kind="check",
            value=_flag(values, "hidden"),
        ),
        FieldShown(
            name="first_reply",
            label=msg("First reply within (optional)"),
            value=str(values.get("first_reply", "")),
            hint=msg("Like 15 min, 8 h or 3 d. Empty is the built-in time."),
        ),
    ]


def type_values(form: Form, before: Values, tags: Tags) -> Values:
    """What the table of an issue type is to say."""
    given = {
        "hidden": form.get("hidden") == "1" or None,
        "first_reply": form.get("first_reply", "").strip() or None,
    }
    return _merged(before, {"label": _label(form, tags), **given})


def queue_fields(values: Values, tags: Tags, language: Language, *, is_sensitive: bool) -> list[FieldShown]:
    """What a host may say of a queue here; members are named of sensitive ones alone."""
    members = FieldShown(
        name="members",
        label=msg("Specialists (optional)"),
        kind="area",
        value="\n".join(_words(values.get("members"))),
        hint=msg("User ids, one a line. They see this queue beside leads and admins."),
    )
    return [
        *_labels(values, tags, language),
        *([members] if is_sensitive else []),
        FieldShown(
            name="time_zone",
            label=msg("Time zone (optional)"),
            value=str(values.get("time_zone", "")),
            hint=msg("Like Europe/Berlin. Needed where there are opening hours."),
        ),
        FieldShown(
            name="hours",
            label=msg("Opening hours (optional)"),
            kind="area",
            value="\n".join(_hours_shown(values.get("hours"))),
            hint=msg("A line like: mon-fri 09:00-12:30, 13:30-17:00. Empty is day and night."),
        ),
        FieldShown(
            name="holidays",
            label=msg("Holidays (optional)"),
            kind="area",
            value="\n".join(_words(values.get("holidays"))),
            hint=msg("Days like 2026-12-25, one a line."),
        ),
    ]


def queue_values(form: Form, before: Values, tags: Tags) -> Values:
    """What the table of a queue is to say."""
    given: dict[str, object] = {
        "label": _label(form, tags),
        "time_zone": form.get("time_zone", "").strip() or None,
        "holidays": [_day(line) for line in _lines(form.get("holidays", ""))] or None,
        "hours": dict(map(_hours, _lines(form.get("hours", "")))) or None,
    }
    if "members" in form:
        given["members"] = _lines(form["members"]) or None
    return _merged(before, given)


def rule_fields(values: Values, rules: Rulebook, language: Language) -> list[FieldShown]:
    """What a routing rule says."""
    say = language.gettext
    return [
        FieldShown(name="name", label=msg("Name (optional)"), value=str(values.get("name", ""))),
        FieldShown(
            name="issue_type",
            label=msg("If the issue type is one of (optional)"),
            value=" ".join(_words(values.get("issue_type"))),
            hint=msg("Codes or groups like payment.*, with spaces between. Empty is every type."),
        ),
        FieldShown(
            name="side",
            label=msg("And it was reported by (optional)"),
            kind="choice",
            value=" ".join(_words(values.get("side"))),
            choices=[(side.value, say(words)) for side, words in SIDES.items()],
        ),
        FieldShown(
            name="severity",
            label=msg("And its severity is (optional)"),
            kind="choice",
            value=" ".join(_words(values.get("severity"))),
            choices=[(one.value, say(words)) for one, words in SEVERITIES.items()],
        ),
        FieldShown(
            name="contains",
            label=msg("And the report has one of these words (optional)"),
            kind="area",
            value="\n".join(_words(values.get("contains"))),
            hint=msg("One a line. Capitals do not count."),
        ),
        *_rule_leads(values, rules, language),
    ]


def _rule_leads(values: Values, rules: Rulebook, language: Language) -> list[FieldShown]:
    """What follows where a routing rule fits."""
    say = language.gettext
    queues = [(name, say(rules.queues.label(name))) for name in rules.queues.names]
    return [
        FieldShown(
            name="queue",
            label=msg("Then it goes to the queue"),
            kind="choice",
            value=str(values.get("queue", "")),
            choices=queues,
        ),
        FieldShown(
            name="priority",
            label=msg("And has the priority"),
            kind="choice",
            value=str(values.get("priority", "")),
            choices=[(str(one), say(words)) for one, words in PRIORITIES.items()],
        ),
    ]


def rule_values(form: Form, before: Values, _: Tags) -> Values:
    """What the table of a rule is to say; of several sides or severities that stand there none is lost."""
    types = form.get("issue_type", "").replace(",", " ").split()
    given: dict[str, object] = {
        "name": form.get("name", "").strip() or None,
        "issue_type": types or None,
        "contains": _lines(form.get("contains", "")) or None,
        **{key: form.get(key, "").split() or None for key in ("side", "severity")},
        **{key: form.get(key, "").strip() or None for key in ("queue", "priority")},
    }
    return _merged(before, {key: _alone(value) for key, value in given.items()})


def _labels(values: Values, tags: Tags, language: Language) -> list[FieldShown]:
    """A label may be one text, or one for each language."""
    said = values.get("label")
    texts = said if isinstance(said, Mapping) else {SOURCE: said or ""}
    return [
        FieldShown(
            name=f"label_{tag}",
            label=msg("Label in %(language)s"),
            language=language.name_of(tag),
            value=str(texts.get(tag, "")),
            hint=msg("Empty is the built-in name, or that of another language."),
        )
        for tag in tags
    ]


def _label(form: Form, tags: Tags) -> object:
    texts = {tag: form.get(f"label_{tag}", "").strip() for tag in tags}
    said = {tag: text for tag, text in texts.items() if text}
    return said[SOURCE] if set(said) == {SOURCE} else said or None


def _merged(before: Values, given: Mapping[str, object]) -> Values:
    """What was there with what was given; None takes a key away."""
    merged = {**before, **given}
    return {key: value for key, value in merged.items() if value is not None}


def _alone(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _words(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _flag(values: Values, key: str) -> str:
    return "1" if values.get(key) is True else ""


def _hours_shown(value: object) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    return [f"{days} {', '.join(_words(spans))}" for days, spans in value.items()]


def _hours(line: str) -> tuple[str, object]:
    days, _, spans = line.partition(" ")
    return days, _alone([span.strip() for span in spans.split(",") if span.strip()])


def _day(line: str) -> object:
    try:
        return date.fromisoformat(line)
    except ValueError:
        return line  # whoever reads the document says what a day looks like


def first_reply(kind: IssueType) -> str:
    """The time within which a person replies, as the document has it."""
    return span(kind.first_reply)
