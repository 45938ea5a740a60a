"""The timeline of a case: what happened, one entry an event, for one caller. Pure.

An entry's id and its place count what the caller may see. Texts are opened for who may read them.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from gigdesk.cases import life_events as did
from gigdesk.cases import wire
from gigdesk.cases.events import CaseOpened, Event, EvidenceInspected, EvidenceReceived, OriginalOpened
from gigdesk.cases.files import facts_of
from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.sight import Sealed, Sight
from gigdesk.cases.visibility import Record, Viewer
from gigdesk.cases.watch_events import (
    BreachWarned,
    DuplicateJoined,
    DuplicateLeft,
    PrimaryMoved,
    StaffMentioned,
)

Document = dict[str, object]


def timeline(sight: Sight, after: int = 0) -> list[Document]:
    """The entries of every commit that the caller sees beyond the given number, oldest first."""
    return [entry for record in sight.seen if record.number > after for entry in entries(sight, record)]


def entries(sight: Sight, record: Record) -> list[Document]:
    """The entries of one commit; those who joined are named where they act."""
    shown = [event for event in record.events if not isinstance(event, did.StaffJoined)]
    return [
        {
            "id": f"{record.number}-{place}",
            "type": type_of(event),
            "at": wire.moment(record.at),
            "by": _by(sight, record.by),
            "data": _DATA[type(event)](event, sight),
        }
        for place, event in enumerate(shown, 1)
    ]


def item_of(entry: Document) -> object:
    """The id of the message or note that this entry is, or None."""
    data = entry["data"]
    if not isinstance(data, dict) or "evidence" in data:  # a file names the message that it came with
        return None
    return data.get("message") or data.get("note")


def type_of(event: Event) -> str:
    """The name of an event as the log and the API have it."""
    match event:
        case CaseOpened():
            return "case.opened"
        case EvidenceReceived():
            return "evidence.received"
        case EvidenceInspected():
            return "evidence.inspected"
        case OriginalOpened():
            return "original.opened"
        case _:
            return did.NAMES[type(event)]


def _by(sight: Sight, by: str) -> Document:
    """Who it was: parties know staff by their role alone, and each other as the gig does."""
    if not by.startswith("staff"):
        return {"role": by, "name": _name(sight.sealed, by) if sight.viewer is Viewer.STAFF else ""}
    return {"role": "staff", "name": _name(sight.sealed, by) if sight.viewer is Viewer.STAFF else ""}


def _name(sealed: Sealed, item: str) -> str:
    value = sealed.get(item)
    return str(orjson.loads(value.value).get("name", "")) if value else ""


def _text(digests: Mapping[str, str], sealed: Sealed) -> str | None:
    """The text that was sealed with an event; None where it was erased or there is none."""
    found = next((sealed[item] for item in digests if item in sealed and not item.startswith("body:")), None)
    return found.value.decode() if found else None


def _body(digests: Mapping[str, str], sealed: Sealed) -> str | None:
    found = next((sealed[item] for item in digests if item in sealed and item.startswith("body:")), None)
    return found.value.decode() if found else None


def _opened(event: CaseOpened, _: Sight) -> Document:
    return {"reference": event.reference, "issueType": event.issue_type}


def _received(event: EvidenceReceived, sight: Sight) -> Document:
    facts = facts_of(sight.sealed, event.evidence)
    return {
        "evidence": str(event.evidence),
        "name": facts.name,
        "mediaType": event.media_type,
        "size": event.size,
        "message": str(event.message) if event.message else None,
    }


def _inspected(event: EvidenceInspected, _: Sight) -> Document:
    return {"evidence": str(event.evidence), "verdict": event.verdict.value}


def _original(event: OriginalOpened, sight: Sight) -> Document:
    return {"evidence": str(event.evidence), "text": _text(event.digests, sight.sealed)}


def _owner(event: did.OwnerChanged, sight: Sight) -> Document:
    return {"owner": _name(sight.sealed, event.owner) if event.owner else None}


def _message(event: did.MessageSent, sight: Sight) -> Document:
    return {
        "message": str(event.message),
        "to": event.to.value,
        "text": _text(event.digests, sight.sealed),
    }


def _note(event: did.NoteWritten, sight: Sight) -> Document:
    return {"note": str(event.note), "text": _text(event.digests, sight.sealed)}


def _request(event: did.ReplyRequested, sight: Sight) -> Document:
    shown: Document = {"of": event.of.value, "due": wire.moment(event.due)}
    if sight.viewer is Viewer.STAFF or event.of.value == sight.viewer:
        shown |= {"message": str(event.message), "text": _text(event.digests, sight.sealed)}
    if sight.viewer is Viewer.STAFF:
        shown["body"] = _body(event.digests, sight.sealed)
    return shown


def _decided(event: did.CaseDecided, sight: Sight) -> Document:
    return {
        "disposition": event.disposition.value,
        "evidence": [str(one) for one in event.evidence] if sight.viewer is Viewer.STAFF else [],
        "text": _text(event.digests, sight.sealed),
    }


def _appeal_decided(event: did.AppealDecided, sight: Sight) -> Document:
    return {
        "outcome": event.outcome.value,
        "disposition": event.disposition.value,
        "text": _text(event.digests, sight.sealed),
    }


def _appealed(event: did.CaseAppealed, sight: Sight) -> Document:
    is_shown = sight.viewer is Viewer.STAFF or event.party.value == sight.viewer
    return {"party": event.party.value, "text": _text(event.digests, sight.sealed) if is_shown else None}


def _closed(event: did.CaseClosed, sight: Sight) -> Document:
    shown: Document = {"reason": event.reason.value}
    if sight.viewer is not Viewer.RESPONDENT:
        shown["text"] = _text(event.digests, sight.sealed)
    if sight.viewer is Viewer.STAFF and event.into:
        shown["into"] = str(event.into)
    return shown


def _reopened(event: did.CaseReopened, sight: Sight) -> Document:
    is_shown = sight.viewer is Viewer.STAFF or event.by == sight.viewer
    return {"text": _text(event.digests, sight.sealed) if is_shown else None}


def _typed(event: did.TypeChanged, sight: Sight) -> Document:
    shown: Document = {"issueType": event.issue_type}
    if sight.viewer is Viewer.STAFF:
        shown |= {
            "severity": event.severity,
            "queue": event.queue,
            "text": _text(event.digests, sight.sealed),
        }
    return shown


def _priority(event: PriorityChanged, sight: Sight) -> Document:
    return {"priority": event.priority.value, "text": _text(event.digests, sight.sealed)}


def _tags(event: TagsChanged, _: Sight) -> Document:
    return {"added": list(event.added), "removed": list(event.removed)}


def _warned(event: BreachWarned, sight: Sight) -> Document:
    owner = _name(sight.sealed, event.owner) if event.owner else None
    return {"clock": event.clock, "step": event.step.value, "owner": owner}


def _mentioned(event: StaffMentioned, sight: Sight) -> Document:
    names = (_name(sight.sealed, item) for item in dict.fromkeys(event.places.values()))
    return {"mentionedIn": str(event.note), "staff": list(names)}


def _moved(event: PrimaryMoved, _: Sight) -> Document:
    disposition = event.disposition.value if event.disposition else None
    return {"status": event.status.value, "disposition": disposition}


def _said(event: Any, sight: Sight) -> Document:
    return {"text": _text(event.digests, sight.sealed)}


def _nothing(_event: Event, _sight: Sight) -> Document:
    return {}


_DATA: dict[type[Event], Callable[[Any, Sight], Document]] = {
    CaseOpened: _opened,
    EvidenceReceived: _received,
    EvidenceInspected: _inspected,
    OriginalOpened: _original,
    did.OwnerChanged: _owner,
    did.ReviewBegun: _nothing,
    did.MessageSent: _message,
    did.NoteWritten: _note,
    did.ReplyRequested: _request,
    did.ReplyReminded: lambda event, _sight: {"of": event.of.value},
    did.ReviewResumed: lambda event, _sight: {"why": event.why.value},
    did.CaseDecided: _decided,
    did.DecisionAnnounced: _nothing,
    did.DecisionRetracted: lambda event, sight: _said(event, sight) if sight.viewer is Viewer.STAFF else {},
    did.CaseAppealed: _appealed,
    did.AppealDecided: _appeal_decided,
    did.CaseClosed: _closed,
    did.MergeUndone: _nothing,
    did.WithdrawalAsked: _said,
    did.CaseReopened: _reopened,
    did.CaseEscalated: _said,
    did.EscalationEnded: _nothing,
    did.CaseSnoozed: lambda event, _sight: {"until": wire.moment(event.until)},
    did.SnoozeEnded: _nothing,
    did.HoldPlaced: _said,
    did.HoldLifted: _said,
    did.TypeChanged: _typed,
    PriorityChanged: _priority,
    TagsChanged: _tags,
    did.TargetMissed: lambda event, _sight: {"clock": event.clock},
    BreachWarned: _warned,
    StaffMentioned: _mentioned,
    DuplicateJoined: lambda event, _sight: {"duplicate": str(event.duplicate)},
    DuplicateLeft: lambda event, _sight: {"duplicate": str(event.duplicate)},
    PrimaryMoved: _moved,
}
