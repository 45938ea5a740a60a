"""How PostgreSQL writes a batch of appends: one call of a function, one round trip, one COMMIT.

1. Who has won is told by commit id; everything beside the commits is written for those that have won only.
2. Commits are inserted in the order of their cases, so that two connections never wait for each other.
3. The daily cap is judged under a lock of its reporter and gig, taken first and in order: what is read then
   shows what another connection committed a moment ago. The statements live in a function of the session,
   since only there do they see more than the lock did.
4. ``turn`` is never less than the number of cases that a reporter has on a gig. While it is below the cap
   nothing is counted; else the newest are, and never more than the cap allows.
5. Plain INSERTs from the arrays, one a table: CTEs that feed each other by joins cost half as much again.
"""

import zlib
from collections.abc import Sequence
from typing import Any

from gigdesk.adapters.stores.sql.caps import Room, rooms
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.adapters.stores.sql.sealed import pack
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
    "sealed": "bytea",
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
    "decided_at": "bigint",
    "since": "bigint",
    "room": "integer",
    "before": "integer",
}
OBJECTS = {"nth": "integer", "key": "text", "case_id": "uuid", "evidence": "uuid", "size": "bigint"}
EFFECTS = {
    "nth": "integer",
    "id": "uuid",
    "case_id": "uuid",
    "kind": "text",
    "body": "bytea",
    "due": "bigint",
    "at": "bigint",
}
# Rows travel as arrays of composite types of the session: asyncpg looks at each element of an array with
# costly checks, and at the fields of a composite with none.
TABLES = {"append_input": INPUT, "append_object": OBJECTS, "append_effect": EFFECTS}
CREATE_TYPES = "".join(
    f"CREATE TYPE pg_temp.{name} AS ({', '.join(f'{column} {kind}' for column, kind in columns.items())});"
    for name, columns in TABLES.items()
)
SUMMARIES = """
INSERT INTO cases (id, version, status, reference, gig_id, issue_type, severity, queue, side,
    reporter, respondent, files, opened_at, updated_at, {later}turn)
SELECT case_id, number, status, reference, gig_id, issue_type, severity, queue, side,
    reporter, respondent, files, opened_at, updated_at, {later}turns[nth] + before + 1 FROM unnest(inputs)
""".strip()
# ``opening``: every commit is the first of its case. Returns who has won, or NULL where all have.
CREATE = f"""
{CREATE_TYPES}
CREATE FUNCTION pg_temp.append_batch(
    opening boolean, pairs integer[], inputs pg_temp.append_input[],
    kept pg_temp.append_object[], owing pg_temp.append_effect[]
) RETURNS integer[] LANGUAGE plpgsql AS $body$
#variable_conflict use_column
DECLARE
    turns integer[];
    won uuid[];
    winners integer[];
BEGIN
    PERFORM pg_advisory_xact_lock(7, pair) FROM unnest(pairs) AS pair;
    SELECT array_agg(coalesce((
        SELECT turn FROM cases AS c WHERE c.gig_id = i.gig_id AND c.reporter = i.reporter
        ORDER BY c.gig_id DESC, c.reporter DESC, c.turn DESC LIMIT 1
    ), 0)) INTO turns FROM unnest(inputs) AS i;
    WITH ins AS (
        INSERT INTO commits (case_id, number, id, at, content, hash, command, fingerprint, sealed)
        SELECT case_id, number, id, at, content, hash, command, fingerprint, sealed FROM unnest(inputs) AS i
        WHERE CASE
            WHEN number > 1
            THEN EXISTS (SELECT FROM commits AS p WHERE p.case_id = i.case_id AND p.number = i.number - 1)
            WHEN room IS NULL OR room > turns[nth] THEN true
            ELSE room > (SELECT count(*) FROM (
                SELECT opened_at FROM cases AS c WHERE c.gig_id = i.gig_id AND c.reporter = i.reporter
                ORDER BY c.gig_id DESC, c.reporter DESC, c.turn DESC LIMIT greatest(i.room, 0)
            ) AS newest WHERE opened_at >= i.since) END
        ON CONFLICT (case_id, number) DO NOTHING RETURNING id
    )
    SELECT array_agg(id) INTO won FROM ins;
    IF cardinality(won) IS DISTINCT FROM cardinality(inputs) THEN
        inputs := ARRAY(SELECT i FROM unnest(inputs) AS i WHERE id = ANY(won));
        winners := ARRAY(SELECT nth FROM unnest(inputs));
        kept := ARRAY(SELECT o FROM unnest(kept) AS o WHERE nth = ANY(winners));
        owing := ARRAY(SELECT e FROM unnest(owing) AS e WHERE nth = ANY(winners));
    END IF;
    IF opening THEN
        {SUMMARIES.format(later="")};
    ELSE
        {SUMMARIES.format(later="decided_at, ")}
        ON CONFLICT (id) DO UPDATE SET
            (version, status, issue_type, severity, queue, respondent, files, updated_at, decided_at) =
            (excluded.version, excluded.status, excluded.issue_type, excluded.severity, excluded.queue,
             excluded.respondent, excluded.files, excluded.updated_at, excluded.decided_at)
        WHERE cases.version = excluded.version - 1;
        INSERT INTO contacted (person, opened_at, case_id)
        SELECT respondent, opened_at, case_id FROM unnest(inputs)
        WHERE status = 'waiting_respondent' AND number > 1 AND respondent <> reporter
        ON CONFLICT DO NOTHING;
    END IF;
    IF cardinality(kept) > 0 THEN
        INSERT INTO objects (key, case_id, evidence, size)
        SELECT key, case_id, evidence, size FROM unnest(kept);
    END IF;
    IF cardinality(owing) > 0 THEN
        INSERT INTO effects (id, case_id, kind, body, due, ready_at, created_at)
        SELECT id, case_id, kind, body, due, CASE WHEN due <= at THEN least(due, micros()) ELSE due END, at
        FROM unnest(owing);
    END IF;
    RETURN winners;
END $body$
"""  # noqa: S608 - made of constants
CALL = "SELECT pg_temp.append_batch($1, $2, $3, $4, $5)"
HALF = 1 << 31  # from what CRC-32 gives to what an integer of PostgreSQL holds

Rows = list[tuple[Any, ...]]


def in_order(appends: Sequence[Append]) -> list[int]:
    """Their places in the order of their cases."""
    return sorted(range(len(appends)), key=lambda place: appends[place].commit.case.int)


def arguments(appends: Sequence[Append], order: Sequence[int]) -> tuple[Any, ...]:
    """The arguments of ``CALL``: ``nth`` counts in this order; pairs of gig and reporter as CRC-32."""
    found, pairs = rooms(appends)
    inputs: Rows = []
    kept: Rows = []
    owing: Rows = []
    for nth, place in enumerate(order, 1):
        append = appends[place]
        commit = append.commit
        case, at = commit.case, micros(commit.at)
        inputs.append(input_row(nth, at, append, found[place]))
        for one in append.objects:
            kept.append((nth, one.key, case, one.evidence, one.size))
        for effect in append.effects:
            due = at if effect.due is commit.at else micros(effect.due)
            owing.append((nth, effect.id, case, effect.kind, effect.body, due, at))
    locks = {zlib.crc32(f"{gig} {reporter}".encode()) - HALF for gig, reporter in pairs}
    return sum(pairs.values()) == len(appends), sorted(locks), inputs, kept, owing


def input_row(nth: int, at: int, append: Append, room: Room) -> tuple[Any, ...]:
    """The commit and the summary of its case, as ``INPUT`` has them."""
    commit, row = append.commit, append.row
    return (
        nth,
        commit.case,
        commit.number,
        commit.id,
        at,
        commit.content,
        commit.hash,
        commit.command,
        commit.fingerprint,
        pack(append.sealed),
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
        at if row.opened_at is commit.at else micros(row.opened_at),
        at if row.updated_at is commit.at else micros(row.updated_at),
        row.decided_at and micros(row.decided_at),
        *room,
    )
