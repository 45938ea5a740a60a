"""Tags of cases, beside each row of the desk's lists and as lists of their own; what is urgent and free.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# A list by tag is read from one of these; the first also tells which tags a queue has.
INDEXES = (
    ("desk_tags_clock", "queue, tag, status, due_order, case_id"),
    ("desk_tags_newest", "queue, tag, status, opened_at, case_id"),
    ("desk_tags_updated", "queue, tag, updated_at, case_id"),
)


def upgrade() -> None:
    """No case has tags yet, so that none is behind for it."""
    op.add_column("desk", sa.Column("tags", TEXT, nullable=False, server_default=""))
    op.create_table(
        "desk_tags",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("tag", TEXT, nullable=False),
        sa.Column("queue", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reporter", TEXT, nullable=False),
        sa.Column("respondent", TEXT, nullable=True),
        sa.Column("opened_at", MICROSECONDS, nullable=False),
        sa.Column("updated_at", MICROSECONDS, nullable=False),
        sa.Column("due_order", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "tag"),
        sqlite_strict=True,
    )
    for name, columns in INDEXES:
        op.create_index(name, "desk_tags", columns.split(", "))
    free = sa.text("priority = 'urgent' AND owner IS NULL AND status <> 'closed'")
    urgent = ["queue", "due_order", "case_id"]
    op.create_index("desk_urgent", "desk", urgent, postgresql_where=free, sqlite_where=free)
