"""When a case was first decided, for estimates of how long others of its type take.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Cases of before have no such time: estimates begin with what is decided from now on.

    An open case is in no entry of the index, so that opening one writes none.
    """
    op.add_column("cases", sa.Column("decided_at", MICROSECONDS, nullable=True))
    decided = sa.text("decided_at IS NOT NULL")
    op.create_index(
        "cases_decided",
        "cases",
        ["issue_type", "decided_at", "opened_at"],
        postgresql_where=decided,
        sqlite_where=decided,
    )
