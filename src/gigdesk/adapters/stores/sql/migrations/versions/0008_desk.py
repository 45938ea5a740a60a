"""What the desk's lists, counts and search are made of: a projection that follows the log.

Revision ID: 0008
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
NAMES = (
    "reference",
    "status",
    "queue",
    "issue_type",
    "severity",
    "priority",
    "gig_id",
    "side",
    "waits_on",
    "awaits",
)
MARKS = ("is_statutory", "has_answered", "is_escalated", "is_held")
OPEN = "status <> 'closed'"
# Each list is read from one of these, in its order: what is equal, what it is sorted by, which rows it has.
INDEXES = (
    ("desk_of_gig", "gig_id", None),
    ("desk_of_reference", "reference", None),
    ("desk_of_owner", "owner, due_order, case_id", f"owner IS NOT NULL AND {OPEN}"),
    ("desk_of_owner_updated", "owner, updated_at, case_id", f"owner IS NOT NULL AND {OPEN}"),
    ("desk_of_owner_newest", "owner, opened_at, case_id", "owner IS NOT NULL"),
    ("desk_answered", "queue, due_order, case_id", "has_answered = 1"),
    ("desk_escalated", "queue, due_order, case_id", "is_escalated = 1"),
    ("desk_held", "queue, due_order, case_id", "is_held = 1"),
    ("desk_snoozed", "queue, due_order, case_id", "snoozed_until IS NOT NULL"),
    ("desk_unassigned", "queue, due_order, case_id", f"owner IS NULL AND {OPEN}"),
    ("desk_open", "queue, due_order, case_id", OPEN),
    ("desk_open_newest", "queue, opened_at, case_id", OPEN),
    ("desk_in_status", "queue, status, due_order, case_id", None),
    ("desk_in_status_newest", "queue, status, opened_at, case_id", None),
    ("desk_of_type", "issue_type, queue, status, due_order, case_id", None),
    ("desk_of_type_newest", "issue_type, queue, status, opened_at, case_id", None),
    ("desk_newest", "queue, opened_at, case_id", None),
    ("desk_updated", "queue, updated_at, case_id", None),
)
FULL_TEXT = {
    "postgresql": (
        "CREATE TABLE desk_texts (case_id uuid PRIMARY KEY, opened_at bigint NOT NULL, words tsvector NOT NULL)",
        "CREATE INDEX desk_texts_words ON desk_texts USING gin (words)",
        "CREATE INDEX desk_texts_newest ON desk_texts (opened_at)",
    ),
    # Rows have the time as their number, so that the newest are found first.
    "sqlite": (
        "CREATE TABLE desk_texts (id INTEGER PRIMARY KEY, case_id BLOB NOT NULL UNIQUE, words TEXT NOT NULL) STRICT",
        (
            "CREATE VIRTUAL TABLE desk_fts USING fts5 (words, content = 'desk_texts', content_rowid = 'id',"
            " tokenize = 'unicode61 remove_diacritics 2')"
        ),
    ),
}


def upgrade() -> None:
    """Every case is behind at first, and is followed in the background."""
    op.add_column("cases", sa.Column("followed", sa.Integer(), nullable=False, server_default="0"))
    behind = sa.text("followed < version")
    op.create_index("cases_behind", "cases", ["opened_at"], postgresql_where=behind, sqlite_where=behind)
    desk()
    for statement in FULL_TEXT[op.get_context().dialect.name]:
        op.execute(statement)
    op.create_table(
        "desk_authors",
        some("case_id", ID),
        some("person", TEXT),
        sa.PrimaryKeyConstraint("case_id", "person"),
        sqlite_strict=True,
    )
    op.create_index("desk_authors_of", "desk_authors", ["person"])
    op.create_table(
        "leases",
        some("case_id", ID),
        some("person", TEXT),
        some("until", MICROSECONDS),
        sa.PrimaryKeyConstraint("case_id"),
        sqlite_strict=True,
    )


def desk() -> None:
    """A row a case. ``due_order`` is when its nearest clock ends, or the last moment there is."""
    op.create_table(
        "desk",
        some("case_id", ID),
        some("version", sa.Integer()),
        *(some(name, TEXT) for name in NAMES),
        sa.Column("owner", TEXT, nullable=True),
        some("opened_at", MICROSECONDS),
        some("updated_at", MICROSECONDS),
        some("due_order", MICROSECONDS),
        sa.Column("clock", TEXT, nullable=True),
        *(some(mark, sa.Integer()) for mark in MARKS),
        sa.Column("paused_since", MICROSECONDS, nullable=True),
        sa.Column("snoozed_until", MICROSECONDS, nullable=True),
        some("files", sa.Integer()),
        some("reporter", TEXT),
        sa.Column("respondent", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sqlite_strict=True,
    )
    for name, columns, where in INDEXES:
        only = sa.text(where) if where else None
        op.create_index(name, "desk", columns.split(", "), postgresql_where=only, sqlite_where=only)


def some(name: str, kind: Any) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)
