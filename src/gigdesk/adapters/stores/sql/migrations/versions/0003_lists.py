"""Lists of a party: where it was contacted, and what it has seen. A list by type reads each queue by itself.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# In the canonical content of a commit: the respondent was asked for a reply. No text of anybody's stands there.
ASKED = b'"of":"respondent"'.hex()
FINDS = {
    "postgresql": f"position('\\x{ASKED}'::bytea IN content) > 0",
    "sqlite": f"instr(content, X'{ASKED}') > 0",
}


def upgrade() -> None:
    op.create_table(
        "contacted",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("opened_at", MICROSECONDS, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("person", "opened_at", "case_id"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO contacted (person, opened_at, case_id)"  # noqa: S608 - made of constants
        " SELECT respondent, opened_at, id FROM cases WHERE respondent <> reporter AND id IN"
        f" (SELECT case_id FROM commits WHERE number > 1 AND {FINDS[op.get_context().dialect.name]})"
    )
    op.create_table(
        "seen",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "case_id"),
        sqlite_strict=True,
    )
    op.drop_index("cases_of_type", "cases")
    op.create_index("cases_of_type", "cases", ["issue_type", "queue", "status", "opened_at", "id"])
