"""How PostgreSQL writes a batch of appends: one prepared statement, one round trip, one COMMIT.

1. Who has won is told by commit id; everything beside the commits is written from ``won`` only.
2. Commits are inserted in the order of their cases, so that two connections never wait for each other.
3. The daily cap is counted under a lock of its reporter and gig, taken first and in order: the count then
   sees what another connection committed a moment ago. The statement lives in a function of the session,
   since only there does the count get a newer snapshot than the lock.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.cases.ports import Append

INPUT = {
    "nth": "integer",
    "case_id": "uuid",
    "number": "integer",
    "id": "uuid",
    "at": "bigint",
    "content": "bytea",
    "hash": "bytea",
    "command": "bytea",
    "fingerprint": "bytea",
    "status": "text",
    "reference": "text",
    "gig_id": "text",
    "issue_type": "text",
    "severity": "text",
    "queue": "text",
    "side": "text",
    "reporter": "text",
    "respondent": "text",
    "files": "integer",
    "opened_at": "bigint",
    "updated_at": "bigint",
    "since": "bigint",
    "room": "integer",
}
SEALED = {"nth": "integer", "item": "text", "salt": "bytea", "value": "bytea", "person": "text"}
OBJECTS = {"nth": "integer", "key": "text", "evidence": "uuid", "size": "bigint"}
EFFECTS = {"nth": "integer", "id": "uuid", "kind": "text", "body": "bytea", "due": "bigint"}
# Rows travel as arrays of composite types of the session: asyncpg looks at each element of an array with
# costly checks, and at the fields of a composite with none.
TABLES = {"append_input": INPUT, "append_sealed": SEALED, "append_object": OBJECTS, "append_effect": EFFECTS}
CREATE_TYPES = "".join(
    f"CREATE TYPE pg_temp.{name} AS ({', '.join(f'{column} {kind}' for column, kind in columns.items())});"
    for name, columns in TABLES.items()
)
CREATE = f"""
{CREATE_TYPES}
CREATE FUNCTION pg_temp.append_batch(
    inputs pg_temp.append_input[], seals pg_temp.append_sealed[],
    kept pg_temp.append_object[], owing pg_temp.append_effect[]
) RETURNS SETOF integer LANGUAGE plpgsql AS $body$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(pair) FROM (
        SELECT DISTINCT hashtextextended(gig_id || ' ' || reporter, 7) AS pair
        FROM unnest(inputs)
        WHERE room IS NOT NULL ORDER BY pair
    ) AS pairs;
    RETURN QUERY
    WITH input AS MATERIALIZED (
        SELECT * FROM unnest(inputs)
    ), ins AS (
        INSERT INTO commits (case_id, number, id, at, content, hash, command, fingerprint)
        SELECT case_id, number, id, at, content, hash, command, fingerprint FROM input AS i
        WHERE CASE WHEN number > 1
            THEN EXISTS (SELECT FROM commits AS p WHERE p.case_id = i.case_id AND p.number = i.number - 1)
            ELSE room IS NULL OR room > (SELECT count(*) FROM cases AS c WHERE
                c.gig_id = i.gig_id AND c.reporter = i.reporter AND c.opened_at >= i.since) END
        ORDER BY case_id
        ON CONFLICT (case_id, number) DO NOTHING RETURNING id
    ), won AS MATERIALIZED (
        SELECT * FROM input JOIN ins USING (id)
    ), summaries AS (
        INSERT INTO cases (id, version, status, reference, gig_id, issue_type, severity, queue, side,
            reporter, respondent, files, opened_at, updated_at)
        SELECT case_id, number, status, reference, gig_id, issue_type, severity, queue, side,
            reporter, respondent, files, opened_at, updated_at FROM won
        ON CONFLICT (id) DO UPDATE SET
            (version, status, issue_type, severity, queue, respondent, files, updated_at) =
            (excluded.version, excluded.status, excluded.issue_type, excluded.severity, excluded.queue,
             excluded.respondent, excluded.files, excluded.updated_at)
        WHERE cases.version = excluded.version - 1
    ), secrets AS (
        INSERT INTO sealed (case_id, item, salt, value, person)
        SELECT case_id, item, salt, value, person
        FROM won JOIN unnest(seals) USING (nth)
    ), files AS (
        INSERT INTO objects (key, case_id, evidence, size)
        SELECT key, case_id, evidence, size
        FROM won JOIN unnest(kept) USING (nth)
    ), owed AS (
        INSERT INTO effects (id, case_id, kind, body, due, ready_at, created_at)
        SELECT e.id, case_id, kind, body, due, CASE WHEN due <= at THEN least(due, micros()) ELSE due END, at
        FROM won JOIN unnest(owing) AS e USING (nth)
    )
    SELECT nth FROM won;
END $body$
"""  # noqa: S608 - made of constants
CALL = "SELECT pg_temp.append_batch($1, $2, $3, $4)"


def rows(appends: Sequence[Append]) -> tuple[list[tuple[Any, ...]], ...]:
    """The arguments of ``CALL``: rows of its four types; ``nth`` counts appends from 1."""
    numbered = list(enumerate(appends, 1))
    return (
        [input_row(n, append, *cap) for (n, append), cap in zip(numbered, caps(appends), strict=True)],
        [(n, s.item, s.salt, s.value, s.person) for n, append in numbered for s in append.sealed],
        [(n, o.key, o.evidence, o.size) for n, append in numbered for o in append.objects],
        [(n, e.id, e.kind, e.body, micros(e.due)) for n, append in numbered for e in append.effects],
    )


def input_row(nth: int, append: Append, since: int | None, room: int | None) -> tuple[Any, ...]:
    """The commit and the summary of its case, as ``INPUT`` has them."""
    commit, row = append.commit, append.row
    return (
        nth,
        commit.case,
        commit.number,
        commit.id,
        micros(commit.at),
        commit.content,
        commit.hash,
        commit.command,
        commit.fingerprint,
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
        since,
        room,
    )


def caps(appends: Sequence[Append]) -> Iterator[tuple[int | None, int | None]]:
    """Since when cases count, and how many may stand before this one is one too many; None: no cap."""
    before: Counter[tuple[str, str]] = Counter()
    for append in appends:
        if append.cap is None or append.commit.number > 1:
            yield None, None
            continue
        pair = append.row.gig_id, append.row.reporter
        yield micros(append.cap.since), append.cap.limit - before[pair]
        before[pair] += 1
