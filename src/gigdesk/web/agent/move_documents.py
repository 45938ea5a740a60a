"""From a posted form of the case page to the body that the API takes for the same move: one table. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, Invalid
from gigdesk.web.agent.move_forms import Posted
from gigdesk.web.moments import moment_of

Document = dict[str, object]
_BETWEEN = re.compile(r"[\s,;]+")
ME, NOBODY, OTHER = "me", "nobody", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedMove:
    """A form with what its words depend on: who posts it, when, and where a day begins for them."""

    posted: Posted
    user_id: str
    now: datetime
    zone: tzinfo
    hours: Hours | None

    def one(self, name: str) -> str:
        """The value of a field, or nothing."""
        return self.posted[name][0] if self.posted.get(name) else ""

    def given(self, *names: str) -> Document:
        """The fields of these names that hold something."""
        return {name: self.one(name) for name in names if self.one(name)}

    def moment(self, field: str) -> str:
        """The moment that was chosen for this field."""
        return moment_of(
            self.one(field),
            self.one(f"{field}Own"),
            field=field,
            now=self.now,
            zone=self.zone,
            hours=self.hours,
        )


def _request(to: str, *more: str) -> Callable[[PostedMove], Document]:
    return lambda move: {"to": to, **move.given("text", *more), "due": move.moment("due")}


def _owner(move: PostedMove) -> Document:
    chosen = move.one("owner")
    if chosen == NOBODY:
        return {"owner": None}
    owner = {ME: move.user_id, OTHER: move.one("ownerId").strip()}.get(chosen, chosen)
    if not owner:
        raise _wrong("owner", msg("Choose who gets the case."))
    return {"owner": owner}


def _decision(move: PostedMove) -> Document:
    found = move.given("disposition", "reasons", "notify")
    return {**found, "evidence": list(move.posted.get("evidence", ()))}


def _appeal(move: PostedMove) -> Document:
    if not move.one("outcome"):
        raise _wrong("outcome", msg("Choose an outcome."))
    return move.given("outcome", "disposition", "reasons")


def _tags(move: PostedMove) -> Document:
    """What was typed is added; what was there when the form was drawn, and was not kept, is taken away."""
    had, kept = move.posted.get("had", ()), move.posted.get("keep", ())
    return {"add": typed_tags(move.one("add")), "remove": [tag for tag in had if tag not in kept]}


def typed_tags(text: str) -> list[str]:
    """The tags that somebody typed, divided by spaces, commas or semicolons, with or without ``#``; not judged."""
    return [tag for word in _BETWEEN.split(text) if (tag := word.lstrip("#"))]


def _given(*names: str) -> Callable[[PostedMove], Document]:
    return lambda move: move.given(*names)


DOCUMENTS: Mapping[str, Callable[[PostedMove], Document]] = {
    "claim": lambda move: {"owner": move.user_id},
    "reply": _given("text", "to"),
    "note": _given("text"),
    "ask_reporter": _request("reporter"),
    "ask_respondent": _request("respondent"),
    "ask_external": _request("external", "body"),
    "decide": _decision,
    "decide_appeal": _appeal,
    "take_back": _given("reason"),
    "review": _given("reason"),
    "assign": _owner,
    "snooze": lambda move: {"until": move.moment("until")},
    "unsnooze": _given(),
    "escalate": _given("reason"),
    "end_escalation": _given(),
    "type": _given("issueType", "reason"),
    "priority": _given("priority", "reason"),
    "tags": _tags,
    "merge": _given("into"),
    "unmerge": _given(),
    "close": _given("reason", "text"),
    "reopen": _given("reason"),
    "hold": _given("reason"),
    "lift_hold": _given("reason"),
}


def _wrong(field: str, sentence: str) -> Invalid:
    wrong = FieldError(field, "field.missing", sentence)
    return Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=[wrong])
