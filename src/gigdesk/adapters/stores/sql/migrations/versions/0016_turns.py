"""Owed mail and what else is owed, each in an index of its own, so that neither is read past to find the other.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEXES = {
    "effects_mail": sa.text("parked_at IS NULL AND kind = 'notify'"),
    "effects_others": sa.text("parked_at IS NULL AND kind <> 'notify'"),
}


def upgrade() -> None:
    """In place of the one index for both."""
    for name, which in INDEXES.items():
        op.create_index(name, "effects", ["ready_at", "id"], postgresql_where=which, sqlite_where=which)
    op.drop_index("effects_ready", "effects")
