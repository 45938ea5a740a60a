"""Gigs as the marketplace writes them: a JSON object, and files of many in CSV or JSON. Pure.

What comes in is judged whole, so that everything wrong with it is told at once.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC

from gigdesk.errors import FieldError, Invalid
from gigdesk.gigs.judge import GIG_TEXTS, PARTY_TEXTS, Judge
from gigdesk.gigs.model import Gig, Party

MAX_GIGS = 100_000
# The columns of a CSV file, a row a party; the first four must be there.
COLUMNS = (
    "gigId",
    "title",
    "side",
    "userId",
    "name",
    "email",
    "locale",
    "trade",
    "place",
    "startsAt",
    "state",
)
NEEDED = COLUMNS[:4]
_OF_GIG = (*GIG_TEXTS, "startsAt")
_OF_PARTY = (*PARTY_TEXTS, "side")

Rows = list[tuple[int, dict[str, str]]]


def gig_from_document(gig_id: str, document: object, *, passing_over_unknown: bool = False) -> Gig:
    """The gig that the body of ``PUT /api/gigs/{gigId}`` describes. Raises Invalid, naming each wrong field.

    An unknown field is wrong, unless ``passing_over_unknown`` says that the document may tell more.
    """
    judge = Judge(passing_over_unknown=passing_over_unknown)
    gig = judge.gig(gig_id, document)
    if gig is None or judge.errors:
        raise Invalid("gig.wrong", "This is not a gig. Put right what is named.", errors=judge.errors)
    return gig


def gig_to_document(gig: Gig) -> dict[str, object]:
    """The gig as the API shows it; what is not known is left out."""
    starts_at = gig.starts_at.astimezone(UTC).isoformat().replace("+00:00", "Z") if gig.starts_at else ""
    document = {"trade": gig.trade, "place": gig.place, "startsAt": starts_at, "state": gig.state}
    known = {name: value for name, value in document.items() if value}
    return {"id": gig.id, "title": gig.title, "parties": [_party(party) for party in gig.parties], **known}


def _party(party: Party) -> dict[str, str]:
    more = {"name": party.name, "email": party.email, "locale": party.locale}
    return {"userId": party.user_id, "side": party.side.value} | {k: v for k, v in more.items() if v}


def gigs_from_json(text: str) -> Sequence[Gig]:
    """Gigs from a JSON list of objects like those of ``PUT``, each with its ``gigId``. Raises Invalid."""
    try:
        documents = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _refused([FieldError(f"line {line}", "json.malformed", "This is not JSON.")]) from None
    if not isinstance(documents, list) or not 1 <= len(documents) <= MAX_GIGS:
        raise Invalid("gigs.list", "Write the gigs as a JSON list of 1 to %(limit)s.", limit=MAX_GIGS)
    judge, found = Judge(), []
    for number, document in enumerate(documents, 1):
        rest = dict(document) if isinstance(document, dict) else document
        gig_id = rest.pop("gigId", None) if isinstance(rest, dict) else None
        found.append(judge.gig(gig_id if isinstance(gig_id, str) else "", rest, f"gig {number}, "))
    return _whole(judge, [gig for gig in found if gig])


def gigs_from_csv(text: str) -> Sequence[Gig]:
    """Gigs from CSV with a header line, a row a party. Raises Invalid, naming lines.

    Rows of one gig belong together by ``gigId``; what is said of the gig may stand in its first row alone.
    """
    rows = _rows(text)
    judge, found = Judge(), []
    for gig_id, own in _by_gig(rows).items():
        first, facts = own[0]
        judge.errors += [
            _differs(line, name, first)
            for line, row in own
            for name in _OF_GIG
            if row.get(name) and row[name] != facts.get(name)
        ]
        document: dict[str, object] = {name: facts[name] for name in _OF_GIG if facts.get(name)}
        document["parties"] = [{name: row[name] for name in _OF_PARTY if row.get(name)} for _, row in own]
        found.append(judge.gig(gig_id, document, f"line {first}, ", [f"line {line}, " for line, _ in own]))
    return _whole(judge, [gig for gig in found if gig])


def _rows(text: str) -> Rows:
    """Each row with the number of its line. Raises Invalid for what is no such file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: Rows = []
    errors: list[FieldError] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        errors += _judge_header(header)
        for cells in reader:
            if len(errors) + len(found) > MAX_GIGS:
                break
            if len(cells) not in {0, len(header)}:
                errors.append(_cells(reader.line_num, len(cells), len(header)))
            elif any(cells):
                found.append((reader.line_num, dict(zip(header, map(str.strip, cells), strict=True))))
    except csv.Error:
        errors.append(FieldError(f"line {reader.line_num}", "csv.malformed", "This is not CSV."))
    if not errors and not 1 <= len(found) <= MAX_GIGS:
        most: dict[str, object] = {"limit": MAX_GIGS}
        errors.append(FieldError("line 2", "csv.rows", "Write 1 to %(limit)s rows, one a party.", most))
    if errors:
        raise _refused(errors)
    return found


def _cells(line: int, cells: int, columns: int) -> FieldError:
    return FieldError(
        f"line {line}",
        "csv.cells",
        "It has %(cells)s cells, and the header %(columns)s.",
        {"cells": cells, "columns": columns},
    )


def _judge_header(header: Sequence[str]) -> list[FieldError]:
    if set(NEEDED) <= set(header) <= set(COLUMNS) and len(set(header)) == len(header):
        return []
    values: dict[str, object] = {"needed": ", ".join(NEEDED), "more": ", ".join(COLUMNS[4:])}
    return [
        FieldError(
            "line 1",
            "csv.header",
            "The first line names the columns: %(needed)s, and any of %(more)s.",
            values,
        )
    ]


def _by_gig(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for line, row in rows:
        found.setdefault(row["gigId"], []).append((line, row))
    return found


def _differs(line: int, name: str, first: int) -> FieldError:
    return FieldError(
        f"line {line}, {name}",
        "csv.differs",
        "It is not what line %(first)s says of this gig.",
        {"first": first},
    )


def _whole(judge: Judge, found: Sequence[Gig]) -> Sequence[Gig]:
    """All of them, or Invalid."""
    judge.errors += [
        FieldError(f"gig {gig_id}", "gigs.twice", "This gig stands twice in the file.")
        for gig_id, times in Counter(gig.id for gig in found).items()
        if gig_id and times > 1
    ]
    if judge.errors:
        raise _refused(judge.errors)
    return found


def _refused(errors: Sequence[FieldError]) -> Invalid:
    return Invalid(
        "gigs.wrong",
        "Nothing was put in; %(count)s to put right. The first is %(where)s: %(what)s",
        errors=errors,
        count=len(errors),
        where=errors[0].field,
        what=str(errors[0]),
    )
