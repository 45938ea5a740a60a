"""How SQLite writes a batch of appends: a few statements of many rows each.

Every statement that is stepped gives Python's lock away and must win it back from the event loop, so rows are
sent many at a time rather than one by one; sizes are powers of two, so that few statements are prepared.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from gigdesk.adapters.stores.sql.database import Outcome
from gigdesk.adapters.stores.sql.rows import COMMIT, micros
from gigdesk.adapters.stores.sql.writer import lost
from gigdesk.cases.ports import Append

Values = tuple[object, ...]
MAX_ROWS = 256

INPUT = "case_id, number, id, at, content, hash, command, fingerprint, gig_id, reporter, since, room"
COMMITS = """
SELECT case_id, number, id, at, content, hash, command, fingerprint FROM input AS i
WHERE CASE WHEN number > 1
    THEN EXISTS (SELECT 1 FROM commits AS p WHERE p.case_id = i.case_id AND p.number = i.number - 1)
    ELSE room IS NULL OR room > (SELECT count(*) FROM cases AS c
        WHERE c.gig_id = i.gig_id AND c.reporter = i.reporter AND c.opened_at >= i.since)
    END
ON CONFLICT (case_id, number) DO NOTHING
"""
CASES = """
ON CONFLICT (id) DO UPDATE SET (version, status, issue_type, severity, queue, respondent, files, updated_at) =
    (excluded.version, excluded.status, excluded.issue_type, excluded.severity, excluded.queue,
     excluded.respondent, excluded.files, excluded.updated_at)
WHERE cases.version = excluded.version - 1
"""


def write_batch(connection: sqlite3.Connection, appends: Sequence[Append]) -> list[Outcome]:
    """Write the appends, at most one a case, inside a transaction and the savepoint ``job``."""
    try:
        if insert_commits(connection, appends) == len(appends):
            insert_rest(connection, appends)
            return [True] * len(appends)
    except Exception as error:
        if lost(connection, error):
            raise
    connection.execute("ROLLBACK TO job")
    return [write_alone(connection, append) for append in appends]


def write_alone(connection: sqlite3.Connection, append: Append) -> Outcome:
    """Write one append in a savepoint: whether it was written, or why it could not be."""
    connection.execute("SAVEPOINT one")
    outcome: Outcome
    try:
        outcome = insert_commits(connection, [append]) == 1
        if outcome:
            insert_rest(connection, [append])
    except Exception as error:
        if lost(connection, error):
            raise
        connection.execute("ROLLBACK TO one")
        outcome = error
    connection.execute("RELEASE one")
    return outcome


def insert_commits(connection: sqlite3.Connection, appends: Sequence[Append]) -> int:
    """How many of the commits were inserted."""
    return insert(connection, "commits", list(commit_values(appends)))


def insert_rest(connection: sqlite3.Connection, appends: Sequence[Append]) -> None:
    """Everything beside the commits, which stand."""
    insert(connection, "cases", [case_values(append) for append in appends])
    insert(
        connection,
        "sealed",
        [(a.commit.case.bytes, s.item, s.salt, s.value, s.person) for a in appends for s in a.sealed],
    )
    insert(
        connection,
        "objects",
        [(o.key, a.commit.case.bytes, o.evidence.bytes, o.size) for a in appends for o in a.objects],
    )
    insert(connection, "effects", list(effect_values(appends)))


def commit_values(appends: Iterable[Append]) -> Iterator[Values]:
    """Rows for ``COMMITS``; ``room`` is how many capped cases may stand before this one is one too many."""
    before: Counter[tuple[str, str]] = Counter()
    for append in appends:
        commit, row, cap = append.commit, append.row, append.cap
        since = room = None
        if cap is not None and commit.number == 1:
            pair = (row.gig_id, row.reporter)
            since, room = micros(cap.since), cap.limit - before[pair]
            before[pair] += 1
        yield (
            commit.case.bytes,
            commit.number,
            commit.id.bytes,
            micros(commit.at),
            commit.content,
            commit.hash,
            commit.command,
            commit.fingerprint,
            row.gig_id,
            row.reporter,
            since,
            room,
        )


def case_values(append: Append) -> Values:
    """A row of the columns in ``rows.CASE``."""
    row = append.row
    return (
        row.id.bytes,
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
    )


def effect_values(appends: Iterable[Append]) -> Iterator[Values]:
    """Rows of effects that nobody has claimed."""
    for append in appends:
        case, at = append.commit.case.bytes, micros(append.commit.at)
        for effect in append.effects:
            due = micros(effect.due)
            yield (effect.id.bytes, case, effect.kind, effect.body, due, due, at)


WIDTHS = {"commits": 12, "cases": 14, "sealed": 5, "objects": 4, "effects": 7}


@cache
def statement(table: str, count: int) -> str:
    """The INSERT of ``count`` rows."""
    rows = ",".join(["(" + ",".join("?" * WIDTHS[table]) + ")"] * count)
    if table == "commits":
        # It begins with INSERT: for a statement that begins with WITH, Python counts no rows.
        return f"INSERT INTO commits ({COMMIT}) WITH input ({INPUT}) AS (VALUES {rows}) {COMMITS}"
    if table == "effects":
        columns = "effects (id, case_id, kind, body, due, ready_at, created_at)"
        return f"INSERT INTO {columns} VALUES {rows}"  # noqa: S608
    return f"INSERT INTO {table} VALUES {rows}" + (CASES if table == "cases" else "")  # noqa: S608


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Values]) -> int:
    """Insert the rows in statements of at most 256; how many were inserted or changed."""
    changed = start = 0
    size = MAX_ROWS
    while start < len(rows):
        while size > len(rows) - start:
            size >>= 1
        values = list(chain.from_iterable(rows[start : start + size]))
        changed += connection.execute(statement(table, size), values).rowcount
        start += size
    return changed
