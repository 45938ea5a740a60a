"""Databases as earlier versions left them."""

from gigdesk.adapters.stores.sql.store import SqlStore

# What takes each step back, the newest first.
UNDO = {
    "0016": (
        "CREATE INDEX effects_ready ON effects (ready_at, id) WHERE parked_at IS NULL",
        "DROP INDEX effects_mail",
        "DROP INDEX effects_others",
    ),
    "0015": ("DROP TABLE desk_tags", "DROP INDEX desk_urgent", "ALTER TABLE desk DROP COLUMN tags"),
    "0014": tuple(
        f"ALTER TABLE staff_accounts DROP COLUMN {name}" for name in ("second_step", "recovery", "code_step")
    ),
    "0013": ("DROP TABLE notice_attempts",),
    "0012": ("DROP TABLE presence",),
    "0011": ("DROP TABLE administration", "DROP TABLE macros", "DROP TABLE rules"),
    "0010": ("DROP TABLE saved_views",),
    "0009": ("DROP TABLE facts",),
    "0008": ("DROP INDEX cases_behind", "ALTER TABLE cases DROP COLUMN followed"),
    "0007": (
        "DROP TABLE staff_accounts",
        "DROP INDEX sessions_of",
        *(f"ALTER TABLE sessions DROP COLUMN {name}" for name in ("sub", "way", "browser")),
    ),
    "0006": ("DROP TABLE seen_since",),
    "0005": ("DROP TABLE staff",),
    "0004": ("DROP INDEX cases_decided", "ALTER TABLE cases DROP COLUMN decided_at"),
    "0003": ("DROP TABLE contacted", "DROP TABLE seen"),
    "0002": ("DROP TABLE notices", "DROP TABLE unwanted_notices"),
}


async def undo(store: SqlStore, version: str) -> None:
    """Leave the database as that version had it."""
    later = {step: undone for step, undone in UNDO.items() if step > version}
    gone = [f"DROP TABLE {table}" for table in desk_tables(store)] if "0008" in later else []
    steps = [sql for undone in (*later.values(), gone) for sql in undone]
    await store.database.write(
        *((sql, ()) for sql in steps), (f"UPDATE alembic_version SET version_num = '{version}'", ())
    )


def desk_tables(store: SqlStore) -> list[str]:
    """What the desk's lists are made of, in this database."""
    words = ["desk_fts"] if store.database.dialect == "sqlite" else []
    return [*words, "desk_texts", "desk_authors", "leases", "desk"]
