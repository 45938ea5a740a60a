"""What notices are made of: the facts of each kind, handed in by whoever knows the case.

None has a place for what a party wrote, but the title of the gig and the names that the marketplace gave.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.access.queues import SENSITIVE_QUEUES
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.model import Step
from gigdesk.cases.terms import Terms


class Reader(StrEnum):
    """To whom a notice speaks."""

    REPORTER = "reporter"
    RESPONDENT = "respondent"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The case. ``issue_type`` is None where it is no longer known; ``link`` is its page for a
    party and ``desk_link`` that for staff, neither with a token.

    ``terms`` are those that the case was opened on; where none are given, what the type says holds.
    ``queue`` is what people call its queue.
    """

    case: UUID
    reference: str
    issue_type: IssueType | None
    code: str
    gig_id: str
    gig_title: str
    link: str
    desk_link: str
    terms: Terms | None = None
    queue: str = ""

    @property
    def is_sensitive(self) -> bool:
        """Whether its name says too much for a place that others may see; so is a type that is not known."""
        if self.terms:
            return self.terms.shields_reporter or self.terms.is_sensitive
        return is_sensitive(self.issue_type)

    @property
    def shields_reporter(self) -> bool:
        """Whether the respondent is never told who reported; so where the type is not known."""
        if self.terms:
            return self.terms.shields_reporter
        return self.issue_type is None or self.issue_type.shields_reporter


def is_sensitive(issue_type: IssueType | None) -> bool:
    """Whether cases of this type are not told of where others may look on."""
    return issue_type is None or issue_type.shields_reporter or issue_type.queue in SENSITIVE_QUEUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """To the reporter: it has arrived."""

    about: About
    received_at: datetime
    files: int
    reply_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A reply is asked for. ``text`` is the desk's, ``signed_by`` the name of who asks."""

    about: About
    reader: Reader
    text: str
    signed_by: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the desk wrote, when no reply is needed."""

    about: About
    reader: Reader
    text: str
    signed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """Where the case stands now: ``status`` is a stored status. ``next_by`` is when something follows."""

    about: About
    reader: Reader
    status: str
    next_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """To the reporter: the report was joined to another about the same gig, of which nothing else is said."""

    about: About


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedStatus:
    """To the reporter of such a report: where the other one stands now."""

    about: About
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedDecision:
    """To the reporter of such a report: how the other one was decided, and no more of it."""

    about: About
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision, by a person. ``disposition`` is a stored one, ``reasons`` are the desk's words."""

    about: About
    reader: Reader
    disposition: str
    reasons: str
    signed_by: str
    appeal_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reply is still due. ``closes_at`` is when the case is closed without one, where it is at all."""

    about: About
    reader: Reader
    due: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealOutcome:
    """What became of an appeal: ``outcome`` is ``upheld``, ``varied`` or ``overturned``."""

    about: About
    reader: Reader
    outcome: str
    reasons: str
    signed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRequest:
    """To the respondent. ``reporter_name`` is left out of the words where the type shields the reporter."""

    about: About
    text: str
    signed_by: str
    due: datetime
    reporter_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What the support address is told of a new case."""

    about: About
    severity: str
    files: int
    reply_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A case needs a lead. ``is_instead``: no lead can be told. ``to_staff``: this goes to one."""

    about: About
    severity: str
    queue: str
    escalated_at: datetime
    is_instead: bool = False
    to_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A target is missed, or about to be: ``clock`` is its stored name, like ``first_reply``.

    ``step`` is that of the ladder. ``has_owner``: somebody owns the case, or did until this. ``is_instead``: this
    goes to the support address because whom it is meant for cannot be told. ``to_staff``: it goes to them.
    """

    about: About
    severity: str
    queue: str
    clock: str
    due: datetime
    is_missed: bool
    step: Step = Step.MISSED
    has_owner: bool = False
    is_instead: bool = False
    to_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """To a member of staff: somebody named them in a note. ``by`` is who; ``to`` is what the log calls them."""

    about: About
    by: str
    to: str


ToPerson = (
    Acknowledgement
    | Question
    | Message
    | StatusChange
    | Joined
    | JoinedStatus
    | JoinedDecision
    | Decision
    | Reminder
    | AppealOutcome
    | StatementRequest
)
ToStaff = Escalation | Breach | Mention
ToSupport = NewCase | Escalation | Breach
Facts = ToPerson | ToSupport | Mention


def reader_of(facts: Facts) -> Reader:
    """To whom these facts are told."""
    match facts:
        case Acknowledgement() | Joined() | JoinedStatus() | JoinedDecision():
            return Reader.REPORTER
        case StatementRequest():
            return Reader.RESPONDENT
        case NewCase() | Escalation() | Breach() | Mention():
            return Reader.SUPPORT
        case _:
            return facts.reader
