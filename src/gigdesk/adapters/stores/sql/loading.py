"""Brings in cases in bulk, as they would stand there had they come one by one."""

from collections.abc import Iterator, Sequence

from gigdesk.adapters.stores.sql.database import Database, Value
from gigdesk.adapters.stores.sql.rows import CASE, micros
from gigdesk.adapters.stores.sql.sealed import pack
from gigdesk.invented.moulds import Cast

COMMITS = ("case_id", "number", "id", "at", "content", "hash", "sealed")
CASES = (*CASE.split(", "), "turn")
CONTACTED = ("person", "opened_at", "case_id")
EFFECTS = ("id", "case_id", "kind", "body", "due", "ready_at", "created_at")
Row = tuple[Value, ...]


class SqlCaseLoader:
    """CaseLoader over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, cases: Sequence[Cast]) -> None:
        await self._database.load(
            ("commits", COMMITS, [row for case in cases for row in _commits(case)]),
            ("cases", CASES, [_summary(case) for case in cases]),
            ("contacted", CONTACTED, [_contacted(case) for case in cases if case.is_contacted]),
            ("effects", EFFECTS, [row for case in cases for row in _effects(case)]),
        )

    async def is_empty(self) -> bool:
        return not await self._database.read("SELECT 1 FROM cases LIMIT 1")


def _commits(case: Cast) -> Iterator[Row]:
    for commit, sealed in zip(case.commits, case.sealed, strict=True):
        at = micros(commit.at)
        yield (commit.case, commit.number, commit.id, at, commit.content, commit.hash, pack(sealed))


def _summary(case: Cast) -> Row:
    row = case.row
    return (
        row.id,
        row.version,
        row.status,
        row.reference,
        row.gig_id,
        row.issue_type,
        row.severity,
        row.queue,
        row.side,
        row.reporter,
        row.respondent,
        row.files,
        micros(row.opened_at),
        micros(row.updated_at),
        None if row.decided_at is None else micros(row.decided_at),
        1,
    )


def _contacted(case: Cast) -> Row:
    return (case.row.respondent, micros(case.row.opened_at), case.row.id)


def _effects(case: Cast) -> Iterator[Row]:
    if case.wake is not None:
        due, made = micros(case.wake.due), micros(case.row.updated_at)
        yield (case.wake.id, case.row.id, case.wake.kind, case.wake.body, due, due, made)
