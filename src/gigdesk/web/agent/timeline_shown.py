"""The timeline of a case as staff read it: what was said in boxes, what happened in one line each. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from gigdesk.cases.events import EvidenceReceived
from gigdesk.cases.issue_types import msg
from gigdesk.cases.life_events import NoteWritten, OwnerChanged, ReviewBegun, StaffJoined, TypeChanged
from gigdesk.cases.mentions import read_place
from gigdesk.cases.timeline import entries
from gigdesk.cases.view import CaseView
from gigdesk.cases.visibility import Record
from gigdesk.cases.watch_events import StaffMentioned
from gigdesk.web.agent.case_views import DeskEntry, DeskFile
from gigdesk.web.agent.events_said import event_said, inspections_said
from gigdesk.web.agent.names import Names
from gigdesk.web.agent.words import DISPOSITIONS, OUTCOMES, ROLES, SIDES

Entry = Mapping[str, Any]
INSPECTED, RECEIVED = "evidence.inspected", "evidence.received"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An entry with who made it, as the log calls them."""

    entry: Entry
    by: str

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.entry["at"])

    @property
    def data(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.entry["data"]
        return data


def timeline_shown(
    view: CaseView, names: Names, files: Sequence[DeskFile], labels: Mapping[str, str]
) -> list[DeskEntry]:
    """Everything, oldest first. Files stand with the message that they came with; ``labels`` name issue types."""
    told = [one for record in view.sight.seen for one in _told(view, record, names, labels)]
    by_id = {file.id: file for file in files}
    attached = _attached(told, by_id)
    shown = []
    for one in told:
        shown += list(_shown(one, view, names, attached))
    return _folded(shown, told, by_id, names)


def _told(view: CaseView, record: Record, names: Names, labels: Mapping[str, str]) -> Iterator[_Told]:
    """The entries of one commit: owners and types are named, and what goes without saying is left out."""
    events = [event for event in record.events if not isinstance(event, StaffJoined)]
    has_owner = any(isinstance(event, OwnerChanged) for event in events)
    for entry, event in zip(entries(view.sight, record), events, strict=True):
        if isinstance(event, ReviewBegun) and has_owner:
            continue
        if isinstance(event, EvidenceReceived) and record.number == 1:
            continue  # the files of the report stand beside it
        if isinstance(event, OwnerChanged) and event.owner:
            owner = {"owner": names.of(event.owner), "isOwn": event.owner == record.by}
            yield _Told(entry={**entry, "data": owner}, by=record.by)
        elif isinstance(event, TypeChanged):
            label = labels.get(event.issue_type, event.issue_type)
            data = _Told(entry=entry, by=record.by).data
            yield _Told(entry={**entry, "data": {**data, "label": label}}, by=record.by)
        elif isinstance(event, NoteWritten):
            data = _Told(entry=entry, by=record.by).data
            places = [one.places for one in events if isinstance(one, StaffMentioned)]
            yield _Told(entry={**entry, "data": {**data, "places": places}}, by=record.by)
        else:
            yield _Told(entry=entry, by=record.by)


def _shown(
    one: _Told, view: CaseView, names: Names, attached: Mapping[str, Sequence[DeskFile]]
) -> Iterator[DeskEntry]:
    kind = str(one.entry["type"])
    make = _BOXES.get(kind)
    if make is not None:
        files = attached.get(str(one.data.get("message") or one.entry["id"]), ())
        yield replace(make(one, view, names), files=files, is_mine=one.by == names.me)
    elif kind == RECEIVED and one.data["message"]:
        return
    elif line := event_said(kind, one.data, one.by, names):
        yield _entry(one, kind="event", side=_side(one.by), icon=line.icon, said=line.said, text=line.text)


def _attached(told: Sequence[_Told], files: Mapping[str, DeskFile]) -> Mapping[str, Sequence[DeskFile]]:
    found: dict[str, list[DeskFile]] = {}
    for one in told:
        file = files.get(str(one.data.get("evidence", "")))
        if one.entry["type"] == RECEIVED and file and one.data["message"]:
            found.setdefault(str(one.data["message"]), []).append(file)
    return found


def _folded(
    shown: Sequence[DeskEntry], told: Sequence[_Told], files: Mapping[str, DeskFile], names: Names
) -> list[DeskEntry]:
    """Inspections that follow each other are one line, and so are files that came in one go."""
    kinds = {f"e{one.entry['id']}": one for one in told}
    found: list[DeskEntry] = []
    run: list[_Told] = []
    for entry in shown:
        one = kinds[entry.id]
        kind = one.entry["type"]
        if kind not in (INSPECTED, RECEIVED):
            run = []
        elif run and run[0].entry["type"] == kind and run[0].by == one.by:
            run.append(one)
            said = inspections_said(kind, [item.data for item in run], one.by, names)
            found[-1] = replace(found[-1], said=said.said, icon=said.icon, at=entry.at)
            continue
        else:
            run = [one]
        found.append(entry)
    return found


def _report(one: _Told, view: CaseView, names: Names) -> DeskEntry:
    return _entry(
        one,
        kind="message",
        side="reporter",
        name=names.of("reporter"),
        about=about(view, "reporter", names),
        word=names.language.gettext(msg("Report")),
        icon="message",
        text=view.description or None,
    )


def _message(one: _Told, view: CaseView, names: Names) -> DeskEntry:
    from_desk, to = one.by.startswith("staff"), str(one.data["to"])
    to_whom = names.language.say(msg("to %(name)s"), {"name": names.first(to)})
    return _entry(
        one,
        kind="message",
        side=_side(one.by),
        name=names.of(one.by),
        about=to_whom if from_desk else about(view, one.by, names),
        word=names.language.gettext(msg("Message")),
        icon="message",
        text=one.data["text"],
    )


def _note(one: _Told, _: CaseView, names: Names) -> DeskEntry:
    return _entry(
        one,
        kind="note",
        side="desk",
        name=names.of(one.by),
        word=names.language.gettext(msg("Internal note, staff only")),
        icon="lock",
        text=_named(one, names),
    )


def _named(one: _Told, names: Names) -> str | None:
    """The text of a note, in it by name in bold whom it names."""
    text: str | None = one.data["text"]
    if text is None:
        return None
    said, at = Markup(), 0
    for place, item in sorted(
        (read_place(place), item) for places in one.data["places"] for place, item in places.items()
    ):
        said += escape(text[at : place[0]]) + Markup('<b class="mention">@{}</b>').format(names.plain(item))
        at = place[1]
    return said + escape(text[at:])


def _request(one: _Told, _: CaseView, names: Names) -> DeskEntry:
    of = str(one.data["of"])
    whom = str(one.data.get("body") or "") if of == "external" else names.first(of)
    return _entry(
        one,
        kind="request",
        side="desk",
        name=names.of(one.by),
        about=names.language.say(msg("asked %(name)s"), {"name": whom or "–"}),
        icon="reply",
        text=one.data["text"],
        due=datetime.fromisoformat(one.data["due"]),
    )


def _decided(one: _Told, _: CaseView, names: Names) -> DeskEntry:
    say, outcome = names.language.gettext, one.data.get("outcome")
    words = say(DISPOSITIONS[one.data["disposition"]][0])
    if outcome:
        words = f"{say(OUTCOMES[outcome][0])}: {words}"
    return _entry(
        one,
        kind="decision",
        side="desk",
        name=names.of(one.by),
        about=say(msg("decided the appeal")) if outcome else say(msg("decided")),
        word=words,
        icon="scales" if outcome else "gavel",
        text=one.data["text"],
    )


def _appealed(one: _Told, view: CaseView, names: Names) -> DeskEntry:
    party = str(one.data["party"])
    return _entry(
        one,
        kind="message",
        side=party,
        name=names.of(party),
        about=about(view, party, names),
        word=names.language.gettext(msg("Appeal")),
        icon="scales",
        text=one.data["text"],
    )


def about(view: CaseView, party: str, names: Names) -> str:
    """What a party is: ``client, reporter``."""
    side = view.case.side if party == "reporter" else view.case.side.other
    say = names.language.gettext
    return f"{say(SIDES[side.value])}, {say(ROLES[party])}" if party in ROLES else ""


def _side(by: str) -> str:
    return "desk" if by.startswith("staff") else by


def _entry(one: _Told, *, kind: str, side: str, **more: Any) -> DeskEntry:
    return DeskEntry(id=f"e{one.entry['id']}", kind=kind, side=side, at=one.at, **more)


_BOXES: Mapping[str, Callable[[_Told, CaseView, Names], DeskEntry]] = {
    "case.opened": _report,
    "message.sent": _message,
    "note.written": _note,
    "reply.requested": _request,
    "case.decided": _decided,
    "appeal.decided": _decided,
    "case.appealed": _appealed,
}
