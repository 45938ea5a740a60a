"""Who reads a case just now.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """At most one row for each case and person."""
    op.create_table(
        "presence",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("seen_at", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person"),
        sqlite_strict=True,
    )
    op.create_index("presence_seen", "presence", ["seen_at"])
