"""The administrative log, canned replies, and the rules as they are kept from the pages.

Revision ID: 0011
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "administration",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        some("at", MICROSECONDS),
        *(some("actor", TEXT), some("kind", TEXT)),
        *(some("content", BYTES), some("hash", BYTES), some("salt", BYTES)),
        sa.Column("name", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
    )
    op.create_index("administration_of_kind", "administration", ["kind", "number"])
    op.create_index("administration_of_actor", "administration", ["actor", "number"])
    op.create_table(
        "macros",
        some("id", ID),
        *(some(name, TEXT) for name in ("owner", "name", "kind", "texts", "types", "queue")),
        some("is_shared", sa.Integer()),
        some("changed_at", MICROSECONDS),
        sa.Column("removed_at", MICROSECONDS, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    shared, removed = sa.text("is_shared = 1"), sa.text("removed_at IS NOT NULL")
    op.create_index("macros_of", "macros", ["owner", "name"])
    op.create_index("macros_shared", "macros", ["name"], postgresql_where=shared, sqlite_where=shared)
    op.create_index(
        "macros_removed", "macros", ["removed_at"], postgresql_where=removed, sqlite_where=removed
    )
    op.create_table(
        "rules",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        some("at", MICROSECONDS),
        *(some("actor", TEXT), some("document", TEXT)),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
    )


def some(name: str, kind: Any) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)
