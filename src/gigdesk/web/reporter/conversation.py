"""The timeline of a case as a party reads it: a conversation with what happened in between. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from gigdesk.cases.issue_types import msg
from gigdesk.cases.sight import Sight
from gigdesk.cases.timeline import timeline
from gigdesk.cases.visibility import Viewer
from gigdesk.web.reporter.views import EntryShown, FileShown

DISPOSITIONS = {
    "upheld": msg("We agree with the report"),
    "partly_upheld": msg("We agree with the report in part"),
    "not_upheld": msg("We do not agree with the report"),
    "settled_by_parties": msg("The two sides settled it between them"),
    "no_finding": msg("We could not find out what happened"),
    "out_of_scope": msg("It is nothing that we can decide"),
}
OUTCOMES = {
    "upheld": msg("After the appeal: the decision stands"),
    "varied": msg("After the appeal: the decision is changed in part"),
    "overturned": msg("After the appeal: the decision is changed"),
}
CLOSED = {
    "resolved": msg("Closed: it is resolved"),
    "withdrawn": msg("Closed: the report was withdrawn"),
    "duplicate": msg("Closed: it goes on in another report of this gig"),
    "invalid": msg("Closed: it is nothing that we can look into"),
    "spam": msg("Closed"),
    "expired": msg("Closed: no reply came in time"),
}
_EVENTS = {
    "review.begun": (msg("A person took it up"), "half"),
    "withdrawal.asked": (msg("You asked to withdraw it. We have to go on with it"), "info"),
    "case.reopened": (msg("It was opened again"), "again"),
    "merge.undone": (msg("It was opened again"), "again"),
    "type.changed": (msg("We changed what kind of issue it is filed under"), "again"),
    "decision.retracted": (msg("The decision was taken back, to look at it again"), "again"),
}
RECEIVED = "evidence.received"
JOINED = {
    "received": msg("The report that yours was joined to waits for a person"),
    "in_review": msg("A person looks into the report that yours was joined to"),
    "decided": msg("The report that yours was joined to is decided"),
    "appealed": msg("The report that yours was joined to is under appeal"),
    "closed": msg("The report that yours was joined to is closed"),
}
_SILENCE = frozenset({"no_reply", "respondent_silent"})
_OVERDUE = msg("No answer came in time. We go on without it")

Entry = Mapping[str, Any]


def conversation(sight: Sight, files: Mapping[str, FileShown]) -> list[EntryShown]:
    """What was said and done after the report came in, oldest first; what is for staff alone is not there.

    ``files`` are those that came later, by id: each stands with its message, or with those that came beside it.
    """
    entries, sent = timeline(sight), _Sent(files)
    for entry in entries:
        sent.add(entry)
    return [
        replace(shown, files=sent.of(entry))
        for entry in entries
        for shown in _shown(entry, sight.viewer, sent)
    ]


class _Sent:
    """Which files came with which entry: with a message, or with the first of those that came at once."""

    def __init__(self, files: Mapping[str, FileShown]) -> None:
        self._files = files
        self._first: dict[str, str] = {}  # of each commit, the entry that shows its files
        self._of: dict[str, list[FileShown]] = {}

    def add(self, entry: Entry) -> None:
        file = self._files.get(str(entry["data"].get("evidence")))
        if entry["type"] != RECEIVED or file is None:
            return
        commit = str(entry["id"]).partition("-")[0]
        shows = entry["data"]["message"] or self._first.setdefault(commit, str(entry["id"]))
        self._of.setdefault(shows, []).append(file)

    def of(self, entry: Entry) -> Sequence[FileShown]:
        """The files that this entry shows."""
        return self._of.get(entry["data"].get("message") or entry["id"], ())


def _shown(entry: Entry, viewer: Viewer, sent: _Sent) -> Iterator[EntryShown]:
    make = _MAKE.get(entry["type"])
    if make is not None:
        yield make(entry, viewer)
    elif entry["type"] == RECEIVED and not entry["data"]["message"] and sent.of(entry):
        yield _entry(entry, viewer, kind="files")
    elif entry["type"] in _EVENTS:
        title, icon = _EVENTS[entry["type"]]
        yield _entry(entry, viewer, kind="event", title=title, icon=icon, text=_text(entry))
    elif entry["type"] == "review.resumed" and entry["data"]["why"] in _SILENCE:
        yield _entry(entry, viewer, kind="event", title=_OVERDUE, icon="hourglass")


def _message(entry: Entry, viewer: Viewer) -> EntryShown:
    return _entry(entry, viewer, kind="message", text=_text(entry))


def _request(entry: Entry, viewer: Viewer) -> EntryShown:
    """A question to who looks; what others are asked is an event."""
    due, of = datetime.fromisoformat(entry["data"]["due"]), entry["data"]["of"]
    if of == viewer.value:
        return _entry(entry, viewer, kind="request", text=_text(entry), due=due)
    title = msg("We asked the other side") if of == "respondent" else msg("We asked the reporter")
    return _entry(entry, viewer, kind="event", title=title, icon="hourglass", due=due)


def _decided(entry: Entry, viewer: Viewer) -> EntryShown:
    data = entry["data"]
    before = OUTCOMES.get(data.get("outcome", ""), "")
    title = DISPOSITIONS[data["disposition"]]
    return _entry(entry, viewer, kind="decision", title=title, icon="gavel", text=_text(entry), before=before)


def _appealed(entry: Entry, viewer: Viewer) -> EntryShown:
    if entry["data"]["party"] == viewer.value:
        title = msg("You appealed the decision")
        return _entry(entry, viewer, kind="message", title=title, icon="scales", text=_text(entry))
    return _entry(
        entry, viewer, kind="event", title=msg("The other side appealed the decision"), icon="scales"
    )


def _closed(entry: Entry, viewer: Viewer) -> EntryShown:
    title = CLOSED[entry["data"]["reason"]]
    return _entry(entry, viewer, kind="event", title=title, icon="box-closed", text=_text(entry))


def _moved(entry: Entry, viewer: Viewer) -> EntryShown:
    """What became of the report that this one was joined to: its words are another's, and not shown."""
    said, disposition = JOINED[entry["data"]["status"]], entry["data"]["disposition"]
    if entry["data"]["status"] == "decided" and disposition:
        title = DISPOSITIONS[disposition]
        return _entry(entry, viewer, kind="decision", title=title, icon="gavel", before=said)
    return _entry(entry, viewer, kind="event", title=said, icon="half")


_MAKE: dict[str, Callable[[Entry, Viewer], EntryShown]] = {
    "message.sent": _message,
    "reply.requested": _request,
    "case.decided": _decided,
    "appeal.decided": _decided,
    "case.appealed": _appealed,
    "case.closed": _closed,
    "primary.moved": _moved,
}


def _entry(entry: Entry, viewer: Viewer, *, kind: str, **more: Any) -> EntryShown:
    role = entry["by"]["role"]
    side = "desk" if role in ("staff", "system") else "me" if role == viewer.value else "other"
    return EntryShown(
        id=f"e{entry['id']}", kind=kind, side=side, at=datetime.fromisoformat(entry["at"]), **more
    )


def _text(entry: Entry) -> str:
    return str(entry["data"].get("text") or "")
