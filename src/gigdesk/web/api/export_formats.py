"""How exported cases are written: CSV (RFC 4180), one JSON document, or a JSON document a line. Pure.

What a person typed never becomes a formula where a spreadsheet opens the file: a value of a CSV file that begins with
one of ``= + - @``, a tab or a line end has an apostrophe before it.
"""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from gigdesk.cases import wire
from gigdesk.insights.export import ExportRow

COLUMNS: Mapping[str, Callable[[ExportRow], object]] = {
    "reference": lambda row: row.reference,
    "id": lambda row: str(row.case),
    "issueType": lambda row: row.issue_type,
    "queue": lambda row: row.queue,
    "status": lambda row: row.status,
    "disposition": lambda row: row.disposition,
    "severity": lambda row: row.severity,
    "priority": lambda row: row.priority,
    "gigId": lambda row: row.gig_id,
    "openedAt": lambda row: _at(row.opened_at),
    "firstReplyAt": lambda row: _at(row.replied_at),
    "decidedAt": lambda row: _at(row.decided_at),
    "closedAt": lambda row: _at(row.closed_at),
    "files": lambda row: row.files,
    "owner": lambda row: row.owner,
    "tags": lambda row: " ".join(row.tags),
}
NAMES = ("reporter", "respondent")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Pages = AsyncIterator[Sequence[ExportRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a file is written; ``write`` takes the pages of rows, and whether the names of parties are columns."""

    media_type: str
    ending: str
    write: Callable[[Pages, bool], AsyncIterator[bytes]]


async def _csv(pages: Pages, is_personal: bool) -> AsyncIterator[bytes]:
    yield _lines([[*COLUMNS, *(NAMES if is_personal else ())]])
    async for rows in pages:
        yield _lines([_safe(value) for value in _document(row, is_personal).values()] for row in rows)


async def _json(pages: Pages, is_personal: bool) -> AsyncIterator[bytes]:
    """One document. Its end is written last: without it, it is not whole."""
    joint = b'{"items": [\n'
    async for rows in pages:
        if rows:
            yield joint + b",\n".join(orjson.dumps(_document(row, is_personal)) for row in rows)
            joint = b",\n"
    yield (joint if joint.startswith(b"{") else b"\n") + b"]}\n"


async def _json_lines(pages: Pages, is_personal: bool) -> AsyncIterator[bytes]:
    async for rows in pages:
        yield b"".join(orjson.dumps(_document(row, is_personal)) + b"\n" for row in rows)


FORMATS = {
    "csv": Format(media_type="text/csv; charset=utf-8; header=present", ending="csv", write=_csv),
    "json": Format(media_type="application/json", ending="json", write=_json),
    "jsonl": Format(media_type="application/jsonl", ending="jsonl", write=_json_lines),
}


def _document(row: ExportRow, is_personal: bool) -> dict[str, object]:
    document = {name: value(row) for name, value in COLUMNS.items()}
    if is_personal:
        document |= dict(zip(NAMES, row.parties or ("", ""), strict=True))
    return document


def _safe(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode()


def _at(at: datetime | None) -> str | None:
    return None if at is None else wire.moment(at)
