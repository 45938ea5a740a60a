"""What happens to a case after it was opened. How each of these events is written in the log says ``life_wire``.

Each event is the whole of what it changes, so that the events which a party may see make the case as that
party may know it. Texts are sealed; ``digests`` holds theirs by item.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.cases.label_events import LABEL_TYPES, LabelEvent
from gigdesk.cases.model import Addressee, ClosedReason, Disposition, Outcome
from gigdesk.cases.watch_events import WATCH_TYPES, WatchEvent
from gigdesk.records import record


class Resumption(StrEnum):
    """Why the desk goes on with a case that waited."""

    ANSWERED = "answered"
    BY_DESK = "by_desk"
    NO_REPLY = "no_reply"
    RESPONDENT_SILENT = "respondent_silent"


@record(frozen=True, slots=True, kw_only=True)
class StaffJoined:
    """A member of staff acts on this case for the first time; who that is, is sealed as ``staff:N``."""

    staff: str
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class OwnerChanged:
    """The case has another owner, or none."""

    owner: str | None


@record(frozen=True, slots=True, kw_only=True)
class ReviewBegun:
    """The desk looks into it."""


@record(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """A public line, from a party to the desk or from the desk to a party."""

    message: UUID
    sender: str
    to: Addressee
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class NoteWritten:
    """An internal line."""

    note: UUID
    author: str
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class ReplyRequested:
    """The case waits for somebody's reply until ``due``; the question, and the name of an outside body, are sealed."""

    message: UUID
    sender: str
    of: Addressee
    due: datetime
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class ReplyReminded:
    """Who is waited for was reminded."""

    of: Addressee


@record(frozen=True, slots=True, kw_only=True)
class ReviewResumed:
    """The case waits no longer."""

    why: Resumption


@record(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """A person decided; the parties are told by DecisionAnnounced. The reasons are sealed."""

    disposition: Disposition
    decider: str
    evidence: tuple[UUID, ...]
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class DecisionAnnounced:
    """The parties are told of the decision."""


@record(frozen=True, slots=True, kw_only=True)
class DecisionRetracted:
    """The decision is taken back, and the desk looks into the case again; a lead's reason is sealed."""

    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class CaseAppealed:
    """A party asks for another look by somebody else; why is sealed."""

    party: Addressee
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """A second person looked again; the parties are told at once."""

    outcome: Outcome
    disposition: Disposition
    decider: str
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    """The case is closed. ``into`` names the case of which it is a duplicate."""

    reason: ClosedReason
    digests: Mapping[str, str]
    into: UUID | None = None


@record(frozen=True, slots=True, kw_only=True)
class MergeUndone:
    """It was no duplicate: the case is what it was."""


@record(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked:
    """The reporter would withdraw, but what it is about goes on all the same."""

    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class CaseReopened:
    """There is something new: the desk looks into it again. ``by`` is ``reporter`` or ``staff:N``."""

    by: str
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class CaseEscalated:
    """Somebody with more say should look."""

    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class EscalationEnded:
    """Somebody did."""


@record(frozen=True, slots=True, kw_only=True)
class CaseSnoozed:
    """Out of the way until then."""

    until: datetime


@record(frozen=True, slots=True, kw_only=True)
class SnoozeEnded:
    """Back again."""


@record(frozen=True, slots=True, kw_only=True)
class HoldPlaced:
    """Nothing of it may be withdrawn or closed by time, for reasons of law."""

    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class HoldLifted:
    """The ordinary rules hold again."""

    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class TypeChanged:
    """It is of another type, in the queue and on the terms that go with that; why is sealed."""

    issue_type: str
    severity: str
    queue: str
    terms: Mapping[str, object] | None
    digests: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class TargetMissed:
    """What was due, like ``first_reply``, is not done."""

    clock: str


LifeEvent = (
    StaffJoined
    | OwnerChanged
    | ReviewBegun
    | MessageSent
    | NoteWritten
    | ReplyRequested
    | ReplyReminded
    | ReviewResumed
    | CaseDecided
    | DecisionAnnounced
    | DecisionRetracted
    | CaseAppealed
    | AppealDecided
    | CaseClosed
    | MergeUndone
    | WithdrawalAsked
    | CaseReopened
    | CaseEscalated
    | EscalationEnded
    | CaseSnoozed
    | SnoozeEnded
    | HoldPlaced
    | HoldLifted
    | TypeChanged
    | TargetMissed
    | LabelEvent
    | WatchEvent
)
TYPES: dict[str, type[LifeEvent]] = {
    "staff.joined": StaffJoined,
    "owner.changed": OwnerChanged,
    "review.begun": ReviewBegun,
    "message.sent": MessageSent,
    "note.written": NoteWritten,
    "reply.requested": ReplyRequested,
    "reply.reminded": ReplyReminded,
    "review.resumed": ReviewResumed,
    "case.decided": CaseDecided,
    "decision.announced": DecisionAnnounced,
    "decision.retracted": DecisionRetracted,
    "case.appealed": CaseAppealed,
    "appeal.decided": AppealDecided,
    "case.closed": CaseClosed,
    "merge.undone": MergeUndone,
    "withdrawal.asked": WithdrawalAsked,
    "case.reopened": CaseReopened,
    "case.escalated": CaseEscalated,
    "escalation.ended": EscalationEnded,
    "case.snoozed": CaseSnoozed,
    "snooze.ended": SnoozeEnded,
    "hold.placed": HoldPlaced,
    "hold.lifted": HoldLifted,
    "type.changed": TypeChanged,
    "target.missed": TargetMissed,
    **LABEL_TYPES,
    **WATCH_TYPES,
}
NAMES = {kind: name for name, kind in TYPES.items()}
