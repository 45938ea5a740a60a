"""Between an entry of the desk and its row in the table ``desk``."""

from collections.abc import Sequence

from gigdesk.adapters.stores.sql.database import Value
from gigdesk.adapters.stores.sql.rows import Row, micros, moment, to_uuid
from gigdesk.insights.asked import DeskPlace
from gigdesk.insights.model import Awaits, DeskEntry, Sort, WaitsOn

NEVER = (1 << 63) - 1  # when a clock ends that does not run: after all others
COLUMNS = (
    "case_id", "version", "reference", "status", "queue", "issue_type", "severity", "priority", "gig_id", "side",
    "waits_on", "awaits", "owner", "opened_at", "updated_at", "due_order", "clock", "is_statutory", "paused_since",
    "has_answered", "is_escalated", "is_held", "snoozed_until", "files", "reporter", "respondent",
    "tags",
)  # fmt: skip
ENTRY = ", ".join(COLUMNS)
KEYS = {
    Sort.CLOCK: "due_order",
    Sort.NEWEST: "opened_at",
    Sort.OLDEST: "opened_at",
    Sort.UPDATED: "updated_at",
}
DESCENDING = frozenset({Sort.NEWEST, Sort.UPDATED})


def to_entry(row: Row) -> DeskEntry:
    """An entry from the columns of ``ENTRY``."""
    value = dict(zip(COLUMNS, row, strict=False))
    due, paused, snoozed = value["due_order"], value["paused_since"], value["snoozed_until"]
    return DeskEntry(
        case=to_uuid(value["case_id"]),
        version=value["version"],
        reference=value["reference"],
        status=value["status"],
        queue=value["queue"],
        issue_type=value["issue_type"],
        severity=value["severity"],
        priority=value["priority"],
        gig_id=value["gig_id"],
        side=value["side"],
        waits_on=WaitsOn(value["waits_on"]),
        awaits=Awaits(value["awaits"]),
        owner=value["owner"],
        opened_at=moment(value["opened_at"]),
        updated_at=moment(value["updated_at"]),
        due_at=None if due == NEVER else moment(due),
        clock=value["clock"],
        is_statutory=bool(value["is_statutory"]),
        paused_since=None if paused is None else moment(paused),
        has_answered=bool(value["has_answered"]),
        is_escalated=bool(value["is_escalated"]),
        is_held=bool(value["is_held"]),
        snoozed_until=None if snoozed is None else moment(snoozed),
        files=value["files"],
        reporter=value["reporter"],
        respondent=value["respondent"],
        tags=tuple(value["tags"].split()),
    )


def from_entry(entry: DeskEntry) -> Sequence[Value]:
    """The values for ``COLUMNS``."""
    return (
        entry.case,
        entry.version,
        entry.reference,
        entry.status,
        entry.queue,
        entry.issue_type,
        entry.severity,
        entry.priority,
        entry.gig_id,
        entry.side,
        entry.waits_on.value,
        entry.awaits.value,
        entry.owner,
        micros(entry.opened_at),
        micros(entry.updated_at),
        NEVER if entry.due_at is None else micros(entry.due_at),
        entry.clock,
        int(entry.is_statutory),
        None if entry.paused_since is None else micros(entry.paused_since),
        int(entry.has_answered),
        int(entry.is_escalated),
        int(entry.is_held),
        None if entry.snoozed_until is None else micros(entry.snoozed_until),
        entry.files,
        entry.reporter,
        entry.respondent,
        " ".join(entry.tags),
    )


def key_of(place: DeskPlace) -> int:
    """The place as the column has it that a list is sorted by."""
    return NEVER if place.at is None else micros(place.at)
