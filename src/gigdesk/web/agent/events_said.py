"""What happened to a case, in one line each, for staff. A table of sentences. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from gigdesk.cases.issue_types import msg
from gigdesk.web.agent.names import Names
from gigdesk.web.agent.words import CLOCKS, CLOSED_BECAUSE, FILE_STATES, PRIORITIES

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line of an event, and what somebody wrote with it."""

    icon: str
    said: Markup = field(default_factory=Markup)
    text: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A sentence with its places, and the icon before it."""

    sentence: str
    icon: str
    values: Callable[[Data, Names], Mapping[str, str]] = lambda _data, _names: {}


def event_said(kind: str, data: Data, by: str, names: Names) -> Line | None:
    """The line for this event; None for what is no line of its own."""
    choose = _EVENTS.get(kind)
    found = choose(data, by) if callable(choose) else choose
    if found is None:
        return None
    values = {"who": names.of(by), **found.values(data, names)}
    return Line(icon=found.icon, said=_filled(found.sentence, values, names), text=data.get("text") or "")


def inspections_said(kind: str, several: Sequence[Data], by: str, names: Names) -> Line:
    """One line for several files: that they came, or what the inspection found."""
    count = len(several)
    if kind == "evidence.received":
        sentence = msg("%(who)s sent %(count)s files")
        return Line(icon="clip", said=_filled(sentence, {"who": names.of(by), "count": count}, names))
    clean = sum(data["verdict"] == "clean" for data in several)
    sentence = msg("%(clean)s of %(count)s files were checked and are clean")
    icon = "check" if clean == count else "alert"
    return Line(icon=icon, said=_filled(sentence, {"clean": clean, "count": count}, names))


def _filled(sentence: str, values: Mapping[str, object], names: Names) -> Markup:
    """The sentence with its values in bold; both are text, whatever is in them."""
    bold = {name: Markup("<b>{}</b>").format(value) for name, value in values.items()}
    return escape(names.language.gettext(sentence)) % bold


def _owner(data: Data, by: str) -> _Said:
    owner = data["owner"]
    if owner is None:
        return _Said(sentence=msg("%(who)s let go of the case"), icon="person")
    if data["isOwn"]:
        return _Said(sentence=msg("%(who)s took the case"), icon="half")
    return _Said(
        sentence=msg("%(who)s made %(owner)s the owner"),
        icon="person",
        values=lambda d, _: {"owner": d["owner"]},
    )


def _resumed(data: Data, by: str) -> _Said:
    return {
        "answered": _Said(sentence=msg("The clock runs again: the answer came"), icon="clock"),
        "by_desk": _Said(sentence=msg("%(who)s took the case back to review"), icon="half"),
        "no_reply": _Said(
            sentence=msg("The reporter did not reply in time. The clock runs again"), icon="clock"
        ),
        "respondent_silent": _Said(
            sentence=msg("The respondent did not answer in time. The clock runs again"), icon="clock"
        ),
    }[data["why"]]


def _closed(data: Data, by: str) -> _Said:
    return _Said(
        sentence=msg("%(who)s closed the case: %(reason)s"),
        icon="box-closed",
        values=lambda d, names: {"reason": _translated(CLOSED_BECAUSE[d["reason"]], names)},
    )


def _tagged(data: Data, by: str) -> _Said:
    sentence = {
        (True, False): msg("%(who)s tagged the case: %(added)s"),
        (False, True): msg("%(who)s took tags away: %(removed)s"),
        (True, True): msg("%(who)s tagged the case: %(added)s. Taken away: %(removed)s"),
    }[bool(data["added"]), bool(data["removed"])]
    return _Said(
        sentence=sentence,
        icon="tag",
        values=lambda d, _: {"added": ", ".join(d["added"]), "removed": ", ".join(d["removed"])},
    )


def _inspected(data: Data, by: str) -> _Said:
    words, icon = FILE_STATES[data["verdict"]]
    return _Said(
        sentence=msg("A file was checked: %(state)s"),
        icon=icon,
        values=lambda _, names: {"state": names.language.gettext(words)},
    )


def _translated(words: str, names: Names) -> str:
    return names.language.gettext(words)


def _clock(data: Data, names: Names) -> Mapping[str, str]:
    return {"clock": _translated(CLOCKS[data["clock"]], names)}


def _person(field_name: str) -> Callable[[Data, Names], Mapping[str, str]]:
    return lambda data, names: {"whom": names.first(str(data[field_name]))}


_EVENTS: Mapping[str, _Said | Callable[[Data, str], _Said]] = {
    "evidence.received": _Said(
        sentence=msg("%(who)s sent the file %(file)s"),
        icon="clip",
        values=lambda d, _: {"file": d["name"] or "–"},
    ),
    "evidence.inspected": _inspected,
    "original.opened": _Said(sentence=msg("%(who)s opened an original, and said why:"), icon="eye"),
    "owner.changed": _owner,
    "review.begun": _Said(sentence=msg("%(who)s began the review"), icon="half"),
    "reply.reminded": _Said(
        sentence=msg("%(whom)s was reminded to answer"), icon="clock", values=_person("of")
    ),
    "review.resumed": _resumed,
    "decision.announced": _Said(sentence=msg("Both sides were told of the decision"), icon="message"),
    "decision.retracted": _Said(sentence=msg("%(who)s took the decision back"), icon="again"),
    "case.closed": _closed,
    "merge.undone": _Said(sentence=msg("%(who)s undid the merge"), icon="merge"),
    "withdrawal.asked": _Said(sentence=msg("%(who)s would withdraw. The work goes on"), icon="info"),
    "type.changed": _Said(
        sentence=msg("%(who)s gave the case another type: %(type)s"),
        icon="tag",
        values=lambda d, names: {"type": _translated(d["label"], names)},
    ),
    "priority.changed": _Said(
        sentence=msg("%(who)s set the priority to %(priority)s"),
        icon="flag",
        values=lambda d, names: {"priority": _translated(PRIORITIES[d["priority"]], names)},
    ),
    "tags.changed": _tagged,
    "case.reopened": _Said(sentence=msg("%(who)s opened the case again"), icon="again"),
    "case.escalated": _Said(sentence=msg("%(who)s escalated the case"), icon="up"),
    "escalation.ended": _Said(sentence=msg("%(who)s ended the escalation"), icon="down"),
    "case.snoozed": _Said(sentence=msg("%(who)s snoozed the case"), icon="moon"),
    "snooze.ended": _Said(sentence=msg("The snooze ended"), icon="moon"),
    "hold.placed": _Said(sentence=msg("%(who)s placed a legal hold"), icon="lock"),
    "hold.lifted": _Said(sentence=msg("%(who)s lifted the legal hold"), icon="lock"),
    "target.missed": _Said(sentence=msg("%(clock)s: the target was missed"), icon="alert", values=_clock),
    "breach.warned": _Said(sentence=msg("%(clock)s: somebody was warned"), icon="clock", values=_clock),
    "duplicate.joined": _Said(sentence=msg("Another case was merged into this one"), icon="merge"),
    "duplicate.left": _Said(sentence=msg("A merged case went its own way again"), icon="merge"),
    "primary.moved": _Said(sentence=msg("The case that this one goes on in has moved"), icon="merge"),
}
