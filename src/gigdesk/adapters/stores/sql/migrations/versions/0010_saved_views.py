"""Lists of the desk that staff gave a name to.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("is_shared", sa.Integer(), nullable=False),
        sa.Column("created_at", MICROSECONDS, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    shared = sa.text("is_shared = 1")
    op.create_index("saved_views_of", "saved_views", ["owner", "name"])
    op.create_index(
        "saved_views_shared", "saved_views", ["name"], postgresql_where=shared, sqlite_where=shared
    )
