"""How PostgreSQL writes a batch of appends: one prepared statement, one round trip, one COMMIT.

1. Who has won is told by commit id; everything beside the commits is written from ``won`` only.
2. Commits are inserted in the order of their cases, so that two connections never wait for each other.
3. The daily cap is counted under a lock of its reporter and gig, taken first and in order: the count then
   sees what another connection committed a moment ago. The statement lives in a function of the session,
   since only there does the count get a newer snapshot than the lock.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.cases.ports import Append

INPUT = {
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
TABLES = {"i": INPUT, "s": SEALED, "o": OBJECTS, "e": EFFECTS}
TYPES = [kind for columns in TABLES.values() for kind in columns.values()]


def unnest(name: str) -> str:
    """The rows of one table's arrays."""
    arrays = ", ".join(f"{name}_{column}" for column in TABLES[name])
    return f"unnest({arrays})"


CREATE = f"""
CREATE FUNCTION pg_temp.append_batch(
    {", ".join(f"{t}_{column} {kind}[]" for t, columns in TABLES.items() for column, kind in columns.items())}
) RETURNS SETOF integer LANGUAGE plpgsql AS $body$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(pair) FROM (
        SELECT DISTINCT hashtextextended(gig_id || ' ' || reporter, 7) AS pair
        FROM unnest(i_gig_id, i_reporter, i_room) AS capped (gig_id, reporter, room)
        WHERE room IS NOT NULL ORDER BY pair
    ) AS pairs;
    RETURN QUERY
    WITH input AS MATERIALIZED (
        SELECT * FROM {unnest("i")} WITH ORDINALITY AS i ({", ".join(INPUT)}, nth)
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
        FROM won JOIN {unnest("s")} AS s ({", ".join(SEALED)}) USING (nth)
    ), files AS (
        INSERT INTO objects (key, case_id, evidence, size)
        SELECT key, case_id, evidence, size
        FROM won JOIN {unnest("o")} AS o ({", ".join(OBJECTS)}) USING (nth)
    ), owed AS (
        INSERT INTO effects (id, case_id, kind, body, due, ready_at, created_at)
        SELECT e.id, case_id, kind, body, due, CASE WHEN due <= at THEN least(due, micros()) ELSE due END, at
        FROM won JOIN {unnest("e")} AS e ({", ".join(EFFECTS)}) USING (nth)
    )
    SELECT nth::integer FROM won;
END $body$
"""  # noqa: S608 - made of constants
CALL = f"SELECT pg_temp.append_batch({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(TYPES, 1))})"


def arrays(appends: Sequence[Append]) -> list[list[Any]]:
    """The arguments of ``CALL``: one list a column; ``nth`` counts appends from 1."""
    commits = [append.commit for append in appends]
    rows = [append.row for append in appends]
    return [
        [c.case for c in commits],
        [c.number for c in commits],
        [c.id for c in commits],
        [micros(c.at) for c in commits],
        [c.content for c in commits],
        [c.hash for c in commits],
        [c.command for c in commits],
        [c.fingerprint for c in commits],
        [r.status for r in rows],
        [r.reference for r in rows],
        [r.gig_id for r in rows],
        [r.issue_type for r in rows],
        [r.severity for r in rows],
        [r.queue for r in rows],
        [r.side for r in rows],
        [r.reporter for r in rows],
        [r.respondent for r in rows],
        [r.files for r in rows],
        [micros(r.opened_at) for r in rows],
        [micros(r.updated_at) for r in rows],
        *caps(appends),
        *belongings(appends),
    ]


def belongings(appends: Sequence[Append]) -> list[list[Any]]:
    """The arguments for what hangs on a commit: sealed values, objects, effects."""
    numbered = list(enumerate(appends, 1))
    sealed = [(n, value) for n, append in numbered for value in append.sealed]
    objects = [(n, kept) for n, append in numbered for kept in append.objects]
    effects = [(n, effect) for n, append in numbered for effect in append.effects]
    return [
        [n for n, _ in sealed],
        [s.item for _, s in sealed],
        [s.salt for _, s in sealed],
        [s.value for _, s in sealed],
        [s.person for _, s in sealed],
        [n for n, _ in objects],
        [o.key for _, o in objects],
        [o.evidence for _, o in objects],
        [o.size for _, o in objects],
        [n for n, _ in effects],
        [e.id for _, e in effects],
        [e.kind for _, e in effects],
        [e.body for _, e in effects],
        [micros(e.due) for _, e in effects],
    ]


def caps(appends: Sequence[Append]) -> tuple[list[int | None], list[int | None]]:
    """Since when cases count, and how many may stand before this one is one too many; None: no cap."""
    since: list[int | None] = [None] * len(appends)
    room: list[int | None] = [None] * len(appends)
    before: Counter[tuple[str, str]] = Counter()
    for place, append in enumerate(appends):
        if append.cap is None or append.commit.number > 1:
            continue
        pair = append.row.gig_id, append.row.reporter
        since[place] = micros(append.cap.since)
        room[place] = append.cap.limit - before[pair]
        before[pair] += 1
    return since, room
