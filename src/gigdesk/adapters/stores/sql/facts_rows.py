"""Between the facts of a case and their row in the table ``facts``."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gigdesk.adapters.stores.sql.database import Value
from gigdesk.adapters.stores.sql.rows import MICROSECOND, Row, micros, moment, span, to_uuid
from gigdesk.cases.clocks import Kind
from gigdesk.cases.model import Outcome
from gigdesk.insights.facts import CaseFacts

OUTCOMES = tuple(outcome.value for outcome in Outcome)
CLOCKS = tuple(kind.value for kind in Kind)
COLUMNS = (
    "case_id", "version", "queue", "issue_type", "severity", "owner", "reporter", "respondent", "opened_at",
    "replied_at", "reply_took", "is_reply_late", "decided_at", "decision_took", "decided_by", "disposition",
    *OUTCOMES, "reopenings", "missed", *(f"missed_{clock}" for clock in CLOCKS), "settled_at", "closed_at",
    "closed_reason", "files", "size",
)  # fmt: skip
FACTS = ", ".join(COLUMNS)


def from_facts(facts: CaseFacts) -> Sequence[Value]:
    """The values for ``COLUMNS``."""
    return (
        facts.case,
        facts.version,
        facts.queue,
        facts.issue_type,
        facts.severity,
        facts.owner,
        facts.reporter,
        facts.respondent,
        micros(facts.opened_at),
        _at(facts.replied_at),
        _length(facts.reply_took),
        None if facts.is_reply_late is None else int(facts.is_reply_late),
        _at(facts.decided_at),
        _length(facts.decision_took),
        facts.decided_by,
        facts.disposition,
        *(facts.outcomes.get(outcome, 0) for outcome in OUTCOMES),
        facts.reopenings,
        sum(facts.missed.values()),
        *(facts.missed.get(clock, 0) for clock in CLOCKS),
        _at(facts.settled_at),
        _at(facts.closed_at),
        facts.closed_reason,
        facts.files,
        facts.size,
    )


def to_facts(row: Row) -> CaseFacts:
    """Facts from the columns of ``FACTS``."""
    value = dict(zip(COLUMNS, row, strict=True))
    is_late = value["is_reply_late"]
    return CaseFacts(
        case=to_uuid(value["case_id"]),
        version=value["version"],
        queue=value["queue"],
        issue_type=value["issue_type"],
        severity=value["severity"],
        owner=value["owner"],
        reporter=value["reporter"],
        respondent=value["respondent"],
        opened_at=moment(value["opened_at"]),
        replied_at=_moment(value["replied_at"]),
        reply_took=_took(value["reply_took"]),
        is_reply_late=None if is_late is None else bool(is_late),
        decided_at=_moment(value["decided_at"]),
        decision_took=_took(value["decision_took"]),
        decided_by=value["decided_by"],
        disposition=value["disposition"],
        outcomes={outcome: value[outcome] for outcome in OUTCOMES},
        reopenings=value["reopenings"],
        missed={clock: value[f"missed_{clock}"] for clock in CLOCKS},
        settled_at=_moment(value["settled_at"]),
        closed_at=_moment(value["closed_at"]),
        closed_reason=value["closed_reason"],
        files=value["files"],
        size=value["size"],
    )


def _at(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _length(length: timedelta | None) -> int | None:
    return None if length is None else span(length)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def _took(value: int | None) -> timedelta | None:
    return None if value is None else value * MICROSECOND
