"""What is really there after the killing: rows read past the program, objects hashed from the disk."""

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

Query = Callable[[str], list[tuple[Any, ...]]]

# Rows that may not exist without each other: each query finds the ones that do.
HALVES = {
    "a case without its first commit": (
        "SELECT id FROM cases WHERE NOT EXISTS"
        " (SELECT 1 FROM commits WHERE commits.case_id = cases.id AND commits.number = 1)"
    ),
    "a commit without its case": (
        "SELECT case_id FROM commits WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = commits.case_id)"
    ),
    "a case whose version is not its newest commit": (
        "SELECT id FROM cases WHERE version <> (SELECT max(number) FROM commits WHERE commits.case_id = cases.id)"
    ),
    "a gap between commits": (
        "SELECT case_id FROM commits GROUP BY case_id HAVING max(number) <> count(*) OR min(number) <> 1"
    ),
    "a case that counts other files than it has": (
        "SELECT id FROM cases WHERE files <>"
        " (SELECT count(DISTINCT evidence) FROM objects WHERE objects.case_id = cases.id)"
    ),
    "an object without its case": (
        "SELECT key FROM objects WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = objects.case_id)"
    ),
    "a report without its sealed values": "SELECT case_id FROM commits WHERE number = 1 AND sealed IS NULL",
    "an effect without its case": (
        "SELECT id FROM effects WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = effects.case_id)"
    ),
    "a command that opened two cases": (
        "SELECT command FROM commits WHERE command IS NOT NULL GROUP BY command HAVING count(*) > 1"
    ),
}


def half_written(query: Query) -> dict[str, int]:
    """How many halves there are, by what is wrong with them."""
    found = {meaning: len(query(statement)) for meaning, statement in HALVES.items()}
    return {meaning: count for meaning, count in found.items() if count}


def objects_on_disk(folder: Path) -> dict[str, str]:
    """sha256 of every file under its key, read back from the disk; the mark of the installation is no file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("installation.")
    }


def sqlite_query(database: Path) -> Query:
    def query(statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(database)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    return query
