"""What is new in a case for one of its parties since they last looked. Pure.

It is made of the events that the party may see, so that nothing else can make a case unread.
"""

from datetime import datetime
from enum import StrEnum

from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event, EvidenceInspected
from gigdesk.cases.sight import Sight
from gigdesk.cases.visibility import Record, Viewer
from gigdesk.evidence.model import Verdict


class News(StrEnum):
    """The weightiest of what is new."""

    DECISION = "decision"
    MESSAGE = "message"
    CHANGE = "change"


_DECISIONS = (did.CaseDecided, did.AppealDecided)


def news_of(sight: Sight, since: int) -> News | None:
    """What happened beyond this version of the party's view by somebody else; None for staff, who keep no marks."""
    if sight.viewer is Viewer.STAFF:
        return None
    fresh = [event for record in sight.seen if record.number > since for event in _told(sight, record)]
    if not fresh:
        return None
    if any(isinstance(event, _DECISIONS) for event in fresh):
        return News.DECISION
    return News.MESSAGE if any(_is_for(sight, event) for event in fresh) else News.CHANGE


def seen_until(sight: Sight, then: datetime) -> int:
    """The version of the party's view that stood at this time; 0 where there was none yet."""
    return max((record.number for record in sight.seen if record.at <= then), default=0)


def _told(sight: Sight, record: Record) -> list[Event]:
    """The events of a record that are news: not what the party did, nor that a file is in order."""
    if record.by == sight.viewer:
        return []
    return [e for e in record.events if not (isinstance(e, EvidenceInspected) and e.verdict is Verdict.CLEAN)]


def _is_for(sight: Sight, event: Event) -> bool:
    """Whether it is a line to this party; that the other side was asked is a change only."""
    if isinstance(event, did.ReplyRequested):
        return event.of.value == sight.viewer
    return isinstance(event, did.MessageSent)
