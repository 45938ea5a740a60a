"""Canned replies filled in for a case: for each who may read the text, in their language. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.administration.filling import filled, in_language, places_in
from gigdesk.administration.model import Macro, MacroKind
from gigdesk.cases.issue_types import msg
from gigdesk.cases.view import CaseView
from gigdesk.language import Language
from gigdesk.web.moments import working_days

DAYS = 5
NAMELESS = {"reporter": msg("the person who reported"), "respondent": msg("the other side")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Who writes about which case, when; ``languages`` are those of ``reporter``, ``respondent`` and ``staff``."""

    view: CaseView
    agent: str
    at: datetime
    languages: Mapping[str, Language]


def macro_document(macro: Macro, writing: Writing) -> dict[str, object]:
    """The canned reply as the API gives it: each text with whom it is for and in which language it is."""
    return {
        "id": str(macro.id),
        "name": macro.name,
        "kind": macro.kind.value,
        "isShared": macro.is_shared,
        "texts": [_text(macro, to, writing) for to in _readers(macro, writing.view)],
    }


def _readers(macro: Macro, view: CaseView) -> Sequence[str]:
    match macro.kind:
        case MacroKind.NOTE:
            return ["staff"]
        case MacroKind.REASONS:
            return ["parties"]
        case MacroKind.REPLY:
            return ["reporter", "respondent"] if view.respondent and view.case.is_contacted else ["reporter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text for one reader, in which language it is, and the places for which there was nothing to fill in."""

    language: str
    text: str
    missing: Sequence[str]


def filled_for(macro: Macro, to: str, writing: Writing) -> Filled:
    """The canned reply for ``reporter``, ``respondent``, ``parties`` or ``staff``."""
    language = writing.languages["reporter" if to == "parties" else to]
    tag, text = in_language(macro.texts, language.tag)
    values = values_for(to, language, writing)
    missing = [name for name in places_in(text) if not values.get(name)]
    return Filled(language=tag, text=filled(text, values), missing=missing)


def _text(macro: Macro, to: str, writing: Writing) -> dict[str, object]:
    made = filled_for(macro, to, writing)
    return {"to": to, "language": made.language, "text": made.text}


def values_for(to: str, language: Language, writing: Writing) -> Mapping[str, str]:
    """What the places are filled with for this reader: no name of who reported where the type protects them."""
    view = writing.view
    is_shielded = view.case.terms.shields_reporter and to in ("respondent", "parties")
    due = view.case.waiting_until or working_days(DAYS)(writing.at, view.case.terms.hours)
    names = {
        "reporter": "" if is_shielded else view.reporter.get("name", ""),
        "respondent": (view.respondent or {}).get("name", ""),
    }
    return {
        **{side: name or language.gettext(NAMELESS[side]) for side, name in names.items()},
        "reference": view.case.reference,
        "gig": view.gig_title,
        "agent": writing.agent,
        "due": language.day(due),
    }


MADE_UP: Mapping[str, Callable[[Language, datetime], str]] = {
    "reporter": lambda _language, _at: "Amara Okafor",
    "respondent": lambda _language, _at: "Jonas Lindqvist",
    "reference": lambda _language, _at: "GD-7K3M-9XQ24",
    "gig": lambda language, _at: language.gettext(msg("Re-tile a shower wall")),
    "agent": lambda _language, _at: "Mira Novak",
    "due": lambda language, at: language.day(working_days(DAYS)(at, None)),
}


def previewed(text: str, language: Language, at: datetime) -> str:
    """The text with made-up values, to be looked at."""
    return filled(text, {name: value(language, at) for name, value in MADE_UP.items()})
