"""What each side of a case may see of it: a party's view is the fold of the events that it may see. Pure.

Whatever is made for a party (pages, API, version, ETag, event ids, mail) starts from ``seen_by``, so that an
internal event has no way into it: not as text, not as a number, not as a time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gigdesk.cases import life_events as did
from gigdesk.cases.events import CaseOpened, Event, EvidenceInspected, EvidenceReceived, OriginalOpened
from gigdesk.cases.evolve import fold
from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.model import Addressee, Case
from gigdesk.cases.watch_events import (
    BreachWarned,
    DuplicateJoined,
    DuplicateLeft,
    PrimaryMoved,
    StaffMentioned,
)


class Viewer(StrEnum):
    """Who looks at a case."""

    STAFF = "staff"
    REPORTER = "reporter"
    RESPONDENT = "respondent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The events of one commit, when they happened and who made them."""

    number: int
    at: datetime
    by: str
    events: tuple[Event, ...]


class _Sight:
    """Walks a case's history for one party; remembers what later events refer to."""

    def __init__(self, party: Viewer) -> None:
        self.party = party
        self._asked: Addressee | None = None
        self._files: set[UUID] = set()
        self._untold: did.CaseDecided | None = None
        self._is_decision_told = False
        self.is_let_in = party is Viewer.REPORTER

    def shown(self, event: Event) -> tuple[Event, ...]:
        """What this party sees when the event happens; to be asked in the order of the log.

        A decision is seen when it is announced, and not before, so that what was seen once stays as it is.
        """
        match event:
            case did.CaseDecided():
                self._untold = event
                return ()
            case did.DecisionAnnounced():
                return self._announced(event)
            case _:
                rule = _RULES.get(type(event))
                return (event,) if rule and rule(self, event) else ()

    def _announced(self, event: did.DecisionAnnounced) -> tuple[Event, ...]:
        decided, self._untold = self._untold, None
        self._is_decision_told = self.is_let_in and decided is not None
        return (decided, event) if decided is not None and self.is_let_in else ()

    def request(self, event: did.ReplyRequested) -> bool:
        """A party sees what itself is asked, and the reporter that the other side is."""
        if event.of is Addressee.RESPONDENT:
            self.is_let_in = True
        is_seen = event.of.value == self.party or (
            event.of is Addressee.RESPONDENT and self.party is Viewer.REPORTER
        )
        self._asked = event.of if is_seen else None
        return is_seen

    def resumption(self, _: did.ReviewResumed) -> bool:
        """The end of a wait is seen by who saw its beginning."""
        was_seen, self._asked = self._asked is not None, None
        return was_seen

    def message(self, event: did.MessageSent) -> bool:
        return event.sender == self.party or event.to.value == self.party

    def file(self, event: EvidenceReceived) -> bool:
        """Whoever sees a message sees its files: who sent it, and to whom."""
        if self.party not in (event.party, event.to.value):
            return False
        self._files.add(event.evidence)
        return True

    def inspection(self, event: EvidenceInspected) -> bool:
        return event.evidence in self._files

    def retraction(self, _: did.DecisionRetracted) -> bool:
        """Only who was told of the decision hears that it was taken back."""
        was_told, self._is_decision_told = self._is_decision_told, False
        self._untold = None
        return was_told

    def own(self, _: Event) -> bool:
        return self.party is Viewer.REPORTER

    def common(self, _: Event) -> bool:
        return self.is_let_in


# What is missing here, but for decisions, is internal.
_RULES: dict[type[Event], Callable[[_Sight, Any], bool]] = {
    CaseOpened: lambda _sight, _event: True,
    EvidenceReceived: _Sight.file,
    EvidenceInspected: _Sight.inspection,
    did.ReviewBegun: _Sight.own,
    did.MessageSent: _Sight.message,
    did.ReplyRequested: _Sight.request,
    did.ReviewResumed: _Sight.resumption,
    did.DecisionRetracted: _Sight.retraction,
    did.CaseAppealed: _Sight.common,
    did.AppealDecided: _Sight.common,
    did.CaseClosed: _Sight.common,
    did.MergeUndone: _Sight.common,
    did.WithdrawalAsked: _Sight.own,
    did.CaseReopened: _Sight.common,
    # Also to who is let in later: on its terms hangs what they may know.
    did.TypeChanged: lambda _sight, _event: True,
    PrimaryMoved: _Sight.own,
}
INTERNAL: tuple[type[Event], ...] = (
    OriginalOpened,
    did.StaffJoined,
    did.OwnerChanged,
    did.NoteWritten,
    did.ReplyReminded,
    did.CaseEscalated,
    did.EscalationEnded,
    did.CaseSnoozed,
    did.SnoozeEnded,
    did.HoldPlaced,
    did.HoldLifted,
    PriorityChanged,
    TagsChanged,
    did.TargetMissed,
    BreachWarned,
    StaffMentioned,
    DuplicateJoined,
    DuplicateLeft,
)


def seen_by(viewer: Viewer, history: Sequence[Record]) -> list[Record]:
    """The history as this viewer may know it, numbered anew for a party; empty for a respondent never asked."""
    if viewer is Viewer.STAFF:
        return list(history)
    seen = list(_seen(viewer, history))
    return seen if viewer is Viewer.REPORTER or any(_asks(record) for record in seen) else []


def _seen(party: Viewer, history: Sequence[Record]) -> Iterator[Record]:
    sight, number = _Sight(party), 0
    for record in history:
        if events := tuple(shown for event in record.events for shown in sight.shown(event)):
            number += 1
            yield Record(number=number, at=record.at, by=record.by, events=events)


def _asks(record: Record) -> bool:
    return any(isinstance(e, did.ReplyRequested) and e.of is Addressee.RESPONDENT for e in record.events)


def case_of(case: UUID, history: Sequence[Record]) -> Case | None:
    """The case that these records make."""
    state: Case | None = None
    for record in history:
        state = fold(case, state, record.events, record.at)
    return state
