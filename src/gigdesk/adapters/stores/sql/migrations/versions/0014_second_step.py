"""A second step at the door, for accounts of staff that want one.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
EMPTY = {"postgresql": "''", "sqlite": "X''"}


def upgrade() -> None:
    """The sealed secret, digests of codes that serve once, and the step of the last code that was used."""
    empty = sa.text(EMPTY[op.get_context().dialect.name])
    columns = (
        sa.Column("second_step", sa.LargeBinary(), nullable=False, server_default=empty),
        sa.Column("recovery", TEXT, nullable=False, server_default="[]"),
        sa.Column("code_step", WHOLE, nullable=False, server_default="0"),
    )
    for column in columns:
        op.add_column("staff_accounts", column)
