"""Accounts of staff, and of each session how it was opened, in which browser, and whose it is.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
SUB = {"postgresql": "CAST(actor AS json) ->> 'sub'", "sqlite": "json_extract(actor, '$.sub')"}


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("login", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("queues", TEXT, nullable=False),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("invitation", sa.LargeBinary(), nullable=False),
        sa.Column("invited_until", MICROSECONDS, nullable=True),
        sa.Column("created_at", MICROSECONDS, nullable=False),
        sa.Column("signed_in_at", MICROSECONDS, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
        sqlite_strict=True,
    )
    op.add_column("sessions", sa.Column("sub", TEXT, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("way", TEXT, nullable=False, server_default="hand_over"))
    op.add_column("sessions", sa.Column("browser", TEXT, nullable=False, server_default=""))
    op.execute(f"UPDATE sessions SET sub = {SUB[op.get_context().dialect.name]}")  # noqa: S608 - a constant
    op.create_index("sessions_of", "sessions", ["sub", "created_at"])
