"""How SQLite writes a batch of appends: a few statements of many rows each.

Every statement that is stepped gives Python's lock away and must win it back from the event loop, so rows are
sent many at a time rather than one by one; sizes are powers of two, so that few statements are prepared.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from gigdesk.adapters.stores.sql.caps import Room, rooms
from gigdesk.adapters.stores.sql.database import Outcome
from gigdesk.adapters.stores.sql.rows import CASE, COMMIT, micros
from gigdesk.adapters.stores.sql.sealed import pack
from gigdesk.adapters.stores.sql.writer import lost
from gigdesk.cases.model import Status
from gigdesk.cases.ports import Append, CaseRow

Values = tuple[object, ...]
MAX_ROWS = 256

INPUT = f"{COMMIT}, sealed, gig_id, reporter, since, room, before"
# Left to itself, SQLite reads all of a reporter's cases for those on one gig, and both sides of an OR.
TURN = """coalesce((SELECT turn FROM cases AS c INDEXED BY cases_of_gig
    WHERE c.gig_id = i.gig_id AND c.reporter = i.reporter ORDER BY turn DESC LIMIT 1), 0)"""
COMMITS = f"""
SELECT {COMMIT}, sealed FROM input AS i
WHERE CASE
    WHEN number > 1
    THEN EXISTS (SELECT 1 FROM commits AS p WHERE p.case_id = i.case_id AND p.number = i.number - 1)
    WHEN room IS NULL OR room > {TURN} THEN true
    ELSE room > (SELECT count(*) FROM cases AS c INDEXED BY cases_of_gig
        WHERE c.gig_id = i.gig_id AND c.reporter = i.reporter AND c.opened_at >= i.since)
    END
ON CONFLICT (case_id, number) DO NOTHING
"""  # noqa: S608
CASES = f"""
SELECT {CASE}, before + 1 + {TURN} FROM input AS i WHERE true
ON CONFLICT (id) DO UPDATE SET
    (version, status, issue_type, severity, queue, respondent, files, updated_at, decided_at) =
    (excluded.version, excluded.status, excluded.issue_type, excluded.severity, excluded.queue,
     excluded.respondent, excluded.files, excluded.updated_at, excluded.decided_at)
WHERE cases.version = excluded.version - 1
"""  # noqa: S608


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
    found, _ = rooms(appends)
    return insert(connection, "commits", [commit_values(a, r) for a, r in zip(appends, found, strict=True)])


def insert_rest(connection: sqlite3.Connection, appends: Sequence[Append]) -> None:
    """Everything beside the commits, which stand."""
    found, _ = rooms(appends)
    insert(connection, "cases", [case_values(a, room[2]) for a, room in zip(appends, found, strict=True)])
    insert(
        connection,
        "objects",
        [(o.key, a.commit.case.bytes, o.evidence.bytes, o.size) for a in appends for o in a.objects],
    )
    insert(connection, "effects", list(effect_values(appends)))
    insert(connection, "contacted", [row for a in appends if a.commit.number > 1 for row in contacts(a.row)])


def commit_values(append: Append, room: Room) -> Values:
    """A row for ``COMMITS``."""
    commit, row = append.commit, append.row
    return (
        commit.case.bytes,
        commit.number,
        commit.id.bytes,
        micros(commit.at),
        commit.content,
        commit.hash,
        commit.command,
        commit.fingerprint,
        pack(append.sealed),
        row.gig_id,
        row.reporter,
        *room,
    )


def case_values(append: Append, before: int) -> Values:
    """A row for ``CASES``."""
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
        row.decided_at and micros(row.decided_at),
        before,
    )


def effect_values(appends: Iterable[Append]) -> Iterator[Values]:
    """Rows of effects that nobody has claimed."""
    for append in appends:
        case, at = append.commit.case.bytes, micros(append.commit.at)
        for effect in append.effects:
            due = micros(effect.due)
            yield (effect.id.bytes, case, effect.kind, effect.body, due, due, at)


def contacts(row: CaseRow) -> Iterator[Values]:
    """That the respondent is asked for a reply; it stands there once, however often they are."""
    if row.status == Status.WAITING_RESPONDENT and row.respondent not in (None, row.reporter):
        yield (row.respondent, micros(row.opened_at), row.id.bytes)


WIDTHS = {"commits": 14, "cases": 16, "objects": 4, "effects": 7, "contacted": 3}
# They begin with INSERT: for a statement that begins with WITH, Python counts no rows.
INTO = {
    "commits": (f"commits ({COMMIT}, sealed) WITH input ({INPUT}) AS (", f") {COMMITS}"),
    "cases": (f"cases ({CASE}, turn) WITH input ({CASE}, before) AS (", f") {CASES}"),
    "objects": ("objects ", ""),
    "effects": ("effects (id, case_id, kind, body, due, ready_at, created_at) ", ""),
    "contacted": ("contacted ", " ON CONFLICT DO NOTHING"),
}


@cache
def statement(table: str, count: int) -> str:
    """The INSERT of ``count`` rows."""
    rows = ",".join(["(" + ",".join("?" * WIDTHS[table]) + ")"] * count)
    head, tail = INTO[table]
    return f"INSERT INTO {head}VALUES {rows}{tail}"


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
