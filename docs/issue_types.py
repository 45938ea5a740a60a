"""Write docs/reference/issue-types.md from src/gigdesk/cases/issue_table.py: ``python docs/issue_types.py``."""

import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gigdesk.cases.taxonomy import DETAILS, ISSUE_TYPES, DetailField, IssueType  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "issue-types.md"
HEAD = """# Issue types

<!-- Written by docs/issue_types.py from src/gigdesk/cases/issue_table.py. Change it there. -->

`issueType` of a report is one of these codes, its label in English, or one of its other names. Case, spaces, dots,
dashes and underscores do not count, nor does *issue*, *issues*, *problem* or *dispute* at the end. `payment` means
`payment.not_received` from a worker and `payment.overcharged` from a client.

*First reply* is the time within which a person answers. A **shielded** type never tells the other party who reported.
A type of the queue `safety` is seen by its specialists (agents who are members of it), leads, auditors and admins. A host
can rename, hide, change and add types: see [the rules file](rules-file.md).

| Code | Label | By | Severity | First reply | Queue | Fields | Other names |
|---|---|---|---|--:|---|---|---|
"""
FIELDS = """
## Fields

All are optional. A field that the type does not have is refused, unless it is empty.

| Field | Kind | Most characters |
|---|---|--:|
"""
SHAPES = {
    "text": "text",
    "money": "a number like `240` or `240.50`",
    "date": "`2026-11-24`",
    "time": "`09:30`",
    "choice": "one of the choices in `GET /api/intake`",
}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(map(_row, ISSUE_TYPES)) + FIELDS + "".join(map(_field, DETAILS))


def _row(kind: IssueType) -> str:
    by = "both" if len(kind.sides) > 1 else min(kind.sides).value
    fields = ", ".join(f"`{field.name}`" for field in kind.fields) or "–"
    shield = " (shielded)" if kind.shields_reporter else ""
    cells = (
        *(f"`{kind.code}`{shield}", kind.label, by, kind.severity.value, _time(kind.first_reply), kind.queue),
        *(fields, ", ".join(kind.aliases) or "–"),
    )
    return f"| {' | '.join(cells)} |\n"


def _time(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _field(field: DetailField) -> str:
    return f"| `{field.name}` | {SHAPES[field.kind]} | {field.max_length} |\n"


if __name__ == "__main__":
    TARGET.write_text(page())
