"""What may be asked of a case after it was opened: imperatives. Time, ids and digests arrive inside.

``by`` is who asks and what they are towards the case. ``digests`` holds those of every text that is sealed
along, by item. A member of staff who was never seen on the case brings the digest of ``staff:N``.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from uuid import UUID

from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Addressee, ClosedReason, Disposition, Outcome, Status
from gigdesk.cases.terms import Priority
from gigdesk.errors import Invalid
from gigdesk.evidence.model import ReceivedFile
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class By:
    """Who asks: the name in the log (``reporter``, ``respondent``, ``staff:N``, ``system``), and the standings."""

    name: str
    who: frozenset[Who]


SYSTEM = By(name="system", who=frozenset({Who.SYSTEM}))


@record(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every command says."""

    case: UUID
    at: datetime
    by: By
    digests: Mapping[str, str]

    @property
    def texts(self) -> dict[str, str]:
        """The digests of what was written, without those of who wrote it and of files."""
        return {i: digest for i, digest in self.digests.items() if not i.startswith(("staff:", "file:"))}

    @property
    def reason(self) -> dict[str, str]:
        """The digest of the reason; raises Invalid where none is given."""
        if texts := self.texts:
            return texts
        raise Invalid("reason.missing", "Say why, in a sentence or two.")


@record(frozen=True, slots=True, kw_only=True)
class ChangeOwner(Asked):
    """Give the case to this member of staff, or to nobody."""

    owner: str | None


@record(frozen=True, slots=True, kw_only=True)
class RequestReply(Asked):
    """Ask a party, or a body outside, and wait until ``due``."""

    message: UUID
    of: Addressee
    due: datetime


@record(frozen=True, slots=True, kw_only=True)
class ResumeReview(Asked):
    """Wait no longer; of a decided case: take the decision back."""


@record(frozen=True, slots=True, kw_only=True)
class SendMessage(Asked):
    """Write a public line, with files if there are any."""

    message: UUID
    to: Addressee
    files: tuple[ReceivedFile, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class WriteNote(Asked):
    """Write an internal line; ``places`` has who is named in it, by where."""

    note: UUID
    places: Mapping[str, str] = field(default_factory=dict)


@record(frozen=True, slots=True, kw_only=True)
class GiveStatement(Asked):
    """The respondent answers what they were asked."""

    message: UUID
    files: tuple[ReceivedFile, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class AddEvidence(Asked):
    """Send files alone."""

    files: tuple[ReceivedFile, ...]


@record(frozen=True, slots=True, kw_only=True)
class DecideCase(Asked):
    """Decide, relying on this evidence; the parties are told now, or when 15 minutes are over."""

    disposition: Disposition
    evidence: tuple[UUID, ...]
    announce: bool


@record(frozen=True, slots=True, kw_only=True)
class DecideAppeal(Asked):
    """Decide an appeal."""

    outcome: Outcome
    disposition: Disposition


@record(frozen=True, slots=True, kw_only=True)
class AcceptDecision(Asked):
    """The reporter is content."""


@record(frozen=True, slots=True, kw_only=True)
class AppealDecision(Asked):
    """A party asks for another look."""


@record(frozen=True, slots=True, kw_only=True)
class WithdrawReport(Asked):
    """The reporter takes the report back."""


@record(frozen=True, slots=True, kw_only=True)
class ReopenCase(Asked):
    """There is something new."""


@record(frozen=True, slots=True, kw_only=True)
class CloseCase(Asked):
    """Close it as invalid or as spam."""

    closed_reason: ClosedReason


@record(frozen=True, slots=True, kw_only=True)
class MergeCase(Asked):
    """Close it as a duplicate of another.

    ``gig_of_other`` is the gig of that one, ``status_of_other`` and ``duplicates_of_other`` say how it stands, and
    ``is_hidden``: somebody who sees this one may not know that there is that one.
    """

    into: UUID
    gig_of_other: str
    status_of_other: Status = Status.RECEIVED
    duplicates_of_other: int = 0
    is_hidden: bool = False


@record(frozen=True, slots=True, kw_only=True)
class UndoMerge(Asked):
    """It was no duplicate."""


@record(frozen=True, slots=True, kw_only=True)
class Snooze(Asked):
    """Put it out of the way until then; None: bring it back."""

    until: datetime | None


@record(frozen=True, slots=True, kw_only=True)
class Escalate(Asked):
    """Call for somebody with more say, or end the call."""

    ends: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Hold(Asked):
    """Place it under legal hold, or lift that."""

    ends: bool = False


@record(frozen=True, slots=True, kw_only=True)
class ChangeType(Asked):
    """Give it the type that it should have had, and what follows from that: see ``routing``.

    ``keeps_owner``: who owns it goes on with it there.
    """

    issue_type: str
    severity: str
    queue: str
    terms: Mapping[str, object] | None = None
    keeps_owner: bool = True


@record(frozen=True, slots=True, kw_only=True)
class ChangePriority(Asked):
    """Have the desk take it up sooner or later; a reason is welcome, and not needed."""

    priority: Priority


@record(frozen=True, slots=True, kw_only=True)
class ChangeTags(Asked):
    """Give it tags and take some away, all of them in their one spelling: see ``tags``."""

    add: frozenset[str]
    remove: frozenset[str]


@record(frozen=True, slots=True, kw_only=True)
class NoteDuplicate(Asked):
    """Know whether another case is joined to this one."""

    duplicate: UUID
    is_joined: bool


@record(frozen=True, slots=True, kw_only=True)
class FollowPrimary(Asked):
    """The case that this one is joined to stands so since its commit ``number``."""

    primary: UUID
    number: int
    status: Status
    disposition: Disposition | None


@record(frozen=True, slots=True, kw_only=True)
class ActOnTime(Asked):
    """A wake-up: do what is due now, if anything is."""


LifeCommand = (
    ChangeOwner
    | RequestReply
    | ResumeReview
    | SendMessage
    | WriteNote
    | GiveStatement
    | AddEvidence
    | DecideCase
    | DecideAppeal
    | AcceptDecision
    | AppealDecision
    | WithdrawReport
    | ReopenCase
    | CloseCase
    | MergeCase
    | UndoMerge
    | Snooze
    | Escalate
    | Hold
    | ChangeType
    | ChangePriority
    | ChangeTags
    | NoteDuplicate
    | FollowPrimary
    | ActOnTime
)
