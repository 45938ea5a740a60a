"""The case: what the desk works on, opened by one report and folded from its events."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

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
    """A file that belongs to a case. Its name and its sha256 are sealed."""

    id: UUID
    key: str
    media_type: str
    size: int
    received_at: datetime
    verdict: Verdict = Verdict.PENDING
    detail: str = ""
    derivative: Copy | None = None
    thumbnail: Copy | None = None


@record(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as its events left it. Personal values stand here as digests only."""

    id: UUID
    reference: str
    status: Status
    gig_id: str
    side: Side
    issue_type: str
    severity: str
    queue: str
    opened_at: datetime
    updated_at: datetime
    files: tuple[Evidence, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    def evidence(self, evidence_id: UUID) -> Evidence | None:
        """The file with this id, or None."""
        return next((f for f in self.files if f.id == evidence_id), None)
