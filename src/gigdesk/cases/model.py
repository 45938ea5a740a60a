"""The case: what the desk works on, opened by one report and folded from its events."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.cases.terms import Priority, Terms
from gigdesk.evidence.model import Verdict
from gigdesk.gigs.model import Side
from gigdesk.records import record


class Status(StrEnum):
    """The stored statuses of a case."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    WAITING_REPORTER = "waiting_reporter"
    WAITING_RESPONDENT = "waiting_respondent"
    WAITING_EXTERNAL = "waiting_external"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    """Why a case is closed."""

    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    SPAM = "spam"
    EXPIRED = "expired"


class Disposition(StrEnum):
    """How a case was decided; kept apart from its status."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    SETTLED_BY_PARTIES = "settled_by_parties"
    NO_FINDING = "no_finding"
    OUT_OF_SCOPE = "out_of_scope"


class Outcome(StrEnum):
    """What an appeal did to the decision."""

    UPHELD = "upheld"
    VARIED = "varied"
    OVERTURNED = "overturned"


class Addressee(StrEnum):
    """Who is asked or written to: a party, the desk, or a body outside."""

    REPORTER = "reporter"
    RESPONDENT = "respondent"
    DESK = "desk"
    EXTERNAL = "external"


class Step(StrEnum):
    """A step of the ladder when a clock runs out: whom it concerns. ``missed`` is the breach itself."""

    OWNER = "owner"
    LEAD = "lead"
    MISSED = "missed"
    QUEUE = "queue"


class Flag(StrEnum):
    """What stands beside the status. None of them is a status."""

    NO_REPLY = "no_reply"
    RESPONDENT_SILENT = "respondent_silent"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    LEGAL_HOLD = "legal_hold"


class Phase(StrEnum):
    """The four words that simple clients know instead of a status."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


PHASES = {
    Status.RECEIVED: Phase.OPEN,
    Status.IN_REVIEW: Phase.IN_PROGRESS,
    Status.WAITING_REPORTER: Phase.IN_PROGRESS,
    Status.WAITING_RESPONDENT: Phase.IN_PROGRESS,
    Status.WAITING_EXTERNAL: Phase.IN_PROGRESS,
    Status.APPEALED: Phase.IN_PROGRESS,
    Status.DECIDED: Phase.RESOLVED,
    Status.CLOSED: Phase.CLOSED,
}


@record(frozen=True, slots=True, kw_only=True)
class Copy:
    """A derivative or thumbnail of an original: where it is kept and what it is."""

    key: str
    media_type: str
    size: int


@record(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file that belongs to a case. Its name and its sha256 are sealed.

    ``party`` sent it ``to`` somebody, alone or with a message.
    """

    id: UUID
    key: str
    media_type: str
    size: int
    received_at: datetime
    verdict: Verdict = Verdict.PENDING
    detail: str = ""
    derivative: Copy | None = None
    thumbnail: Copy | None = None
    party: str = "reporter"
    to: Addressee = Addressee.DESK
    message: UUID | None = None


@record(frozen=True, slots=True, kw_only=True)
class Message:
    """A public line between the desk and a party. Its text is sealed; ``due`` is set where a reply is asked for.

    ``sender`` is ``reporter``, ``respondent`` or ``staff:N``.
    """

    id: UUID
    at: datetime
    sender: str
    to: Addressee
    due: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Note:
    """An internal line that no party ever sees. Its text is sealed."""

    id: UUID
    at: datetime
    author: str


@record(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a case was decided, by whom and when; ``announced_at`` is when the parties were told."""

    disposition: Disposition
    decider: str
    at: datetime
    evidence: tuple[UUID, ...] = ()
    announced_at: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A party asks for another look; ``outcome`` is None while it is open."""

    party: Addressee
    at: datetime
    outcome: Outcome | None = None


@record(frozen=True, slots=True, kw_only=True)
class Pause:
    """A span in which the case waited on somebody outside; ``until`` is None while it does."""

    of: Addressee
    since: datetime
    until: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Warned:
    """A step that was taken ``at``, of the clock of this kind that has run ``since`` then: once for each."""

    clock: str
    since: datetime
    step: Step
    at: datetime


@record(frozen=True, slots=True, kw_only=True)
class Hold:
    """A span under legal hold; ``until`` is None while it is."""

    since: datetime
    until: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was told last of the case that this one was joined to; ``number`` is that of its commit."""

    number: int
    status: Status
    disposition: Disposition | None


@record(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as its events left it. Personal values stand here as digests only.

    Staff are named ``staff:N`` in the order in which they first acted. ``waiting_until`` is the due date of the
    reply that is waited for, and ``reminders`` how often it was asked for again; ``replied_at`` is when the desk
    first said something to the reporter. ``warned`` holds the steps that were taken because a clock ran out, and
    ``owned_at`` is when the owner got the case. ``duplicates`` are the cases that were joined to this one, and
    ``status_before`` is the status out of which it was decided or closed. ``account_since`` is when it was first given
    a type that is about an account, or away from one; None while it has the type that it was reported with.
    ``chosen_priority`` is what a person gave it, None while that of its terms holds; ``tags`` are in their order.
    """

    id: UUID
    reference: str
    status: Status
    gig_id: str
    side: Side
    issue_type: str
    severity: str
    queue: str
    terms: Terms
    opened_at: datetime
    updated_at: datetime
    files: tuple[Evidence, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    staff: int = 0
    owner: str | None = None
    flags: frozenset[Flag] = frozenset()
    waiting_until: datetime | None = None
    reminders: int = 0
    pauses: tuple[Pause, ...] = ()
    replied_at: datetime | None = None
    is_contacted: bool = False
    messages: tuple[Message, ...] = ()
    notes: tuple[Note, ...] = ()
    decisions: tuple[Decision, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    closed_reason: ClosedReason | None = None
    closed_at: datetime | None = None
    reopenings: int = 0
    merged_into: UUID | None = None
    status_before: Status | None = None
    snoozed_until: datetime | None = None
    warned: tuple[Warned, ...] = ()
    owned_at: datetime | None = None
    holds: tuple[Hold, ...] = ()
    snoozed_before: datetime | None = None
    duplicates: tuple[UUID, ...] = ()
    followed: Followed | None = None
    account_since: datetime | None = None
    chosen_priority: Priority | None = None
    tags: tuple[str, ...] = ()

    @property
    def priority(self) -> Priority:
        """What it has for the desk."""
        return self.chosen_priority or self.terms.priority

    @property
    def decision(self) -> Decision | None:
        """The decision that stands."""
        return self.decisions[-1] if self.decisions else None

    @property
    def open_appeal(self) -> Appeal | None:
        """The appeal that waits for its reviewer."""
        return next((appeal for appeal in self.appeals if appeal.outcome is None), None)

    def evidence(self, evidence_id: UUID) -> Evidence | None:
        """The file with this id, or None."""
        return next((f for f in self.files if f.id == evidence_id), None)
