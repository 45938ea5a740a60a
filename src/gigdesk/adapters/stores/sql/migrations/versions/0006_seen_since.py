"""Since when it is noted who has looked at what: of what was before, nobody is told that it is new.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = {
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000",
}


def upgrade() -> None:
    """One row, written here and never again. A database that is new has nothing from before it."""
    op.create_table(
        "seen_since",
        sa.Column("at", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("at"),
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO seen_since (at) VALUES ({NOW[op.get_context().dialect.name]})")  # noqa: S608
