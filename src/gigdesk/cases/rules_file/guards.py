"""What a rules file may not do: make safety, harassment or payment less safe than the built-in table is. Pure."""

from gigdesk.access.queues import Queues
from gigdesk.cases.issue_types import BOTH, IssueType, Severity
from gigdesk.cases.routing import GRAVE
from gigdesk.cases.rules_file.table import Table

EMERGENCY = "safety.emergency"
_NEVER_EXPIRE = (*GRAVE, "payment.")
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}  # the gravest first


def guard(kind: IssueType, base: IssueType, table: Table, queues: Queues) -> None:
    """Note each value of this type that takes away what protects people."""
    if kind.may_expire and kind.code.startswith(_NEVER_EXPIRE):
        table.wrong("may_expire", f"“{kind.code}” never closes by time alone: leave may_expire out.")
    if base.shields_reporter and not kind.shields_reporter:
        table.wrong("shields_reporter", f"“{kind.code}” protects who reports: leave shields_reporter out.")
    if kind.code.startswith(GRAVE):
        _guard_grave(kind, base, table, queues)
    if kind.code == EMERGENCY:
        _guard_emergency(kind, base, table)


def _guard_grave(kind: IssueType, base: IssueType, table: Table, queues: Queues) -> None:
    if not queues.is_sensitive(kind.queue):
        table.wrong("queue", f"“{kind.code}” goes to a sensitive queue; “{kind.queue}” is none.")
    if _RANKS[kind.severity] > _RANKS[base.severity]:
        table.wrong("severity", f"“{kind.code}” is “{base.severity.value}” at least.")


def _guard_emergency(kind: IssueType, base: IssueType, table: Table) -> None:
    if kind.is_hidden:
        table.wrong("hidden", "An emergency can always be reported: leave hidden out.")
    if kind.sides != BOTH:
        table.wrong("sides", "Everybody can report an emergency: leave sides out.")
    if kind.first_reply > base.first_reply:
        minutes = int(base.first_reply.total_seconds() // 60)
        table.wrong("first_reply", f"An emergency is answered within {minutes} min, or sooner.")
    if kind.group != base.group:
        table.wrong("group", "An emergency stands where people look for it: leave group out.")


def is_grave(code: str) -> bool:
    """Whether this is about safety or harassment."""
    return code.startswith(GRAVE)
