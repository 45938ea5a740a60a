"""Between what the ports speak and what a database keeps.

1. Times are whole microseconds since 1970 UTC in both databases.
2. Ids are ``uuid`` in PostgreSQL and 16 bytes in SQLite.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gigdesk.cases.owed import EffectRow
from gigdesk.cases.ports import CaseRow, Commit

# What a driver hands over has no types that a checker could know; nothing past this module sees it.
Row = Sequence[Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """The moment in whole microseconds since 1970 UTC; ``at`` is aware."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def span(length: timedelta) -> int:
    """A length of time in whole microseconds."""
    return length // MICROSECOND


def moment(value: int) -> datetime:
    """The moment that ``micros`` wrote."""
    return EPOCH + timedelta(microseconds=value)


def to_uuid(value: Any) -> UUID:
    """The id, from either database."""
    return UUID(bytes=bytes(value)) if isinstance(value, bytes | memoryview) else UUID(int=value.int)


COMMIT = "case_id, number, id, at, content, hash, command, fingerprint"


def to_commit(row: Row) -> Commit:
    """A commit from the columns of ``COMMIT``."""
    case, number, own, at, content, digest, command, fingerprint = row
    return Commit(
        case=to_uuid(case),
        number=number,
        id=to_uuid(own),
        at=moment(at),
        content=bytes(content),
        hash=bytes(digest),
        command=command,
        fingerprint=fingerprint,
    )


CASE = (
    "id, version, status, reference, gig_id, issue_type, severity, queue, side, reporter, respondent,"
    " files, opened_at, updated_at, decided_at"
)


def to_case(row: Row) -> CaseRow:
    """A summary from the columns of ``CASE``."""
    own, version, status, reference, gig, issue, severity, queue, side, reporter, respondent, files = row[:12]
    return CaseRow(
        id=to_uuid(own),
        version=version,
        status=status,
        reference=reference,
        gig_id=gig,
        issue_type=issue,
        severity=severity,
        queue=queue,
        side=side,
        reporter=reporter,
        respondent=respondent,
        files=files,
        opened_at=moment(row[12]),
        updated_at=moment(row[13]),
        decided_at=None if row[14] is None else moment(row[14]),
    )


EFFECT = "id, kind, body, due"


def to_effect(row: Row) -> EffectRow:
    """An effect from the columns of ``EFFECT``."""
    own, kind, body, due = row
    return EffectRow(id=to_uuid(own), kind=kind, body=bytes(body), due=moment(due))
