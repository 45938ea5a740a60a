"""What the desk's figures are made of, beside each row of its lists.

Revision ID: 0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# Each figure is read from one of these, from the first day of its span to the last.
INDEXES = (
    ("facts_opened", "queue, opened_at, case_id", None),
    ("facts_decided", "queue, decided_at, case_id", "decided_at IS NOT NULL"),
    ("facts_settled", "queue, settled_at, opened_at, case_id", "settled_at IS NOT NULL"),
    ("facts_unsettled", "queue, opened_at, case_id", "settled_at IS NULL"),
    ("facts_missed", "queue, opened_at, case_id", "missed > 0"),
    ("facts_reopened", "queue, opened_at, case_id", "reopenings > 0"),
    ("facts_overturned", "queue, opened_at, case_id", "overturned > 0"),
)


def upgrade() -> None:
    """Every case is behind again, and is followed in the background as ever: lists go on meanwhile."""
    op.create_table(
        "facts",
        some("case_id", ID),
        some("version", sa.Integer()),
        some("queue", TEXT),
        some("issue_type", TEXT),
        some("severity", TEXT),
        none("owner", TEXT),
        some("reporter", TEXT),
        none("respondent", TEXT),
        some("opened_at", MICROSECONDS),
        none("replied_at", MICROSECONDS),
        none("reply_took", MICROSECONDS),
        none("is_reply_late", sa.Integer()),
        none("decided_at", MICROSECONDS),
        none("decision_took", MICROSECONDS),
        none("decided_by", TEXT),
        none("disposition", TEXT),
        *(some(outcome, sa.Integer()) for outcome in ("upheld", "varied", "overturned")),
        some("reopenings", sa.Integer()),
        some("missed", sa.Integer()),
        *(
            some(f"missed_{clock}", sa.Integer())
            for clock in ("first_reply", "next_reply", "resolution", "appeal", "account_review")
        ),
        none("settled_at", MICROSECONDS),
        none("closed_at", MICROSECONDS),
        none("closed_reason", TEXT),
        some("files", sa.Integer()),
        some("size", MICROSECONDS),
        sa.PrimaryKeyConstraint("case_id"),
        sqlite_strict=True,
    )
    for name, columns, where in INDEXES:
        only = sa.text(where) if where else None
        op.create_index(name, "facts", columns.split(", "), postgresql_where=only, sqlite_where=only)
    op.execute("UPDATE cases SET followed = 0 WHERE followed > 0")


def some(name: str, kind: Any) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)


def none(name: str, kind: Any) -> sa.Column[Any]:
    """A column that may have none."""
    return sa.Column(name, kind, nullable=True)
