"""Each attempt to deliver a notice.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Of notices that were tried before, the last attempt is what is known."""
    op.create_table(
        "notice_attempts",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("at", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "number"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO notice_attempts (notice_id, number, state, answer, at)"
        " SELECT id, attempts, state, answer, changed_at FROM notices WHERE attempts > 0"
    )
