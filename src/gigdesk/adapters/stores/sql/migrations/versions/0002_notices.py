"""What became of each notice, and which kinds people have switched off.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("mailbox", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", MICROSECONDS, nullable=False),
        sa.Column("changed_at", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("notices_of_case", "notices", ["case_id", "queued_at"])
    op.create_index("notices_of_mailbox", "notices", ["mailbox", "queued_at"])
    op.create_table(
        "unwanted_notices",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("since", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("person", "kind"),
        sqlite_strict=True,
    )
