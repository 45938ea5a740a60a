"""Cases, their log and what they owe; gigs and people; sessions and keys.

Revision ID: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MICROSECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SIZE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")
# Codes, ids and names are told apart by their bytes: a locale's rules cost an index several times as much.
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def table(name: str, *columns: sa.Column[Any] | sa.PrimaryKeyConstraint) -> None:
    """A table that is strict about types.

    SQLite's tables keep their rowid: new rows then go to the end, and only the small entries of indexes are
    written at random places (measured: twice as fast as tables clustered by random ids).
    """
    op.create_table(name, *columns, sqlite_strict=True)


def some(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)


def maybe(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    log()
    cases()
    effects()
    gigs()
    access()


def log() -> None:
    table(
        "commits",
        some("case_id", ID),
        some("number", sa.Integer()),
        some("id", ID),
        some("at", MICROSECONDS),
        some("content", sa.LargeBinary()),
        some("hash", sa.LargeBinary()),
        maybe("command", sa.LargeBinary()),
        maybe("fingerprint", sa.LargeBinary()),
        maybe("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )
    table(
        "objects",
        some("key", TEXT),
        some("case_id", ID),
        some("evidence", ID),
        some("size", SIZE),
        sa.PrimaryKeyConstraint("key"),
    )


def cases() -> None:
    """Summaries. ``turn`` rises with each case of a reporter on a gig, and is never less than how many stand."""
    words = ("status", "reference", "gig_id", "issue_type", "severity", "queue", "side", "reporter")
    table(
        "cases",
        some("id", ID),
        some("version", sa.Integer()),
        *(some(word, TEXT) for word in words),
        maybe("respondent", TEXT),
        some("files", sa.Integer()),
        some("opened_at", MICROSECONDS),
        some("updated_at", MICROSECONDS),
        some("turn", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cases_of_reporter", "cases", ["reporter", "opened_at", "id"])
    op.create_index("cases_of_gig", "cases", ["gig_id", "reporter", "turn"])
    op.create_index("cases_in_queue", "cases", ["queue", "status", "opened_at", "id"])
    op.create_index("cases_of_type", "cases", ["issue_type", "status", "opened_at", "id"])
    op.create_index("cases_of_reference", "cases", ["reference"])


def effects() -> None:
    table(
        "effects",
        some("id", ID),
        some("case_id", ID),
        some("kind", TEXT),
        some("body", sa.LargeBinary()),
        some("due", MICROSECONDS),
        some("ready_at", MICROSECONDS),
        some("created_at", MICROSECONDS),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        maybe("parked_at", MICROSECONDS),
        sa.Column("reason", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
    )
    waiting = sa.text("parked_at IS NULL")
    op.create_index(
        "effects_ready", "effects", ["ready_at", "id"], postgresql_where=waiting, sqlite_where=waiting
    )


def gigs() -> None:
    table(
        "gigs",
        some("id", TEXT),
        some("title", TEXT),
        some("trade", TEXT),
        some("place", TEXT),
        maybe("starts_at", MICROSECONDS),
        some("state", TEXT),
        some("put_at", MICROSECONDS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("gigs_newest", "gigs", ["put_at", "id"])
    table(
        "parties",
        some("gig_id", TEXT),
        some("place", sa.Integer()),
        *(some(word, TEXT) for word in ("user_id", "side", "name", "email", "locale")),
        sa.PrimaryKeyConstraint("gig_id", "place"),
    )
    table(
        "people",
        some("user_id", TEXT),
        some("name", TEXT),
        some("email", TEXT),
        some("verified", sa.Integer()),
        some("locale", TEXT),
        sa.PrimaryKeyConstraint("user_id"),
    )


def access() -> None:
    table(
        "sessions",
        some("id", sa.LargeBinary()),
        some("actor", TEXT),
        some("created_at", MICROSECONDS),
        some("seen_at", MICROSECONDS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sessions_idle", "sessions", ["seen_at"])
    table(
        "used_tokens",
        some("id", TEXT),
        some("session_id", sa.LargeBinary()),
        some("expires_at", MICROSECONDS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("used_tokens_expired", "used_tokens", ["expires_at"])
    table(
        "keys",
        some("id", TEXT),
        some("purpose", TEXT),
        some("sealed", sa.LargeBinary()),
        some("created_at", MICROSECONDS),
        sa.PrimaryKeyConstraint("id"),
    )
