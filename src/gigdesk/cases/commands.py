"""What may be asked of a case: imperatives. Time, ids and digests arrive inside; rules read no clock."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gigdesk.cases.life_commands import LifeCommand
from gigdesk.cases.model import Copy
from gigdesk.evidence.model import ReceivedFile, Verdict
from gigdesk.gigs.model import Side
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open the case of one report. ``digests`` covers reporter, respondent, gig, description, details.

    ``terms`` is what differs from the built-in terms, as the log has it.
    """

    case: UUID
    at: datetime
    by: str
    gig_id: str
    side: Side
    issue_type: str
    severity: str
    queue: str
    files: tuple[ReceivedFile, ...]
    digests: Mapping[str, str]
    terms: Mapping[str, object] | None = None


@record(frozen=True, slots=True, kw_only=True)
class RecordVerdict:
    """Note what inspection found in a file, and the copies that were made of it."""

    case: UUID
    at: datetime
    by: str
    evidence: UUID
    verdict: Verdict
    detail: str = ""
    derivative: Copy | None = None
    thumbnail: Copy | None = None


@record(frozen=True, slots=True, kw_only=True)
class OpenOriginal:
    """A member of staff asks for the sealed original; ``digests`` holds that of the reason."""

    case: UUID
    at: datetime
    by: str
    evidence: UUID
    digests: Mapping[str, str]


Command = OpenCase | RecordVerdict | OpenOriginal | LifeCommand
