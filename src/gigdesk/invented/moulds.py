"""Many cases from one life: its commits as moulds, into which ids, names and times are poured. Pure.

A life is played once, by the rules; a case cast from it differs in who, when and what was written first. Its
bytes are what the rules would have written for it, so that its chain verifies like any other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gigdesk.cases import wire
from gigdesk.cases.effects import Wake, effect_kind, effect_to_wire
from gigdesk.cases.events import CaseOpened
from gigdesk.cases.opening import People, summary
from gigdesk.cases.owed import EffectRow
from gigdesk.cases.ports import CaseRow, Commit, SealedValue
from gigdesk.cases.seal import commit_of, record_of
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.ids import belonging, reference
from gigdesk.invented.lives import BEGIN, Life, Sealed
from gigdesk.records import record

_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_NOBODY = People(reporter="", respondent="")
_WAKE = wire.canonical(effect_to_wire(Wake()))


@record(frozen=True, slots=True, kw_only=True)
class Given:
    """What one case has of its own. ``said`` are the values that are sealed anew for it, by item.

    ``persons`` gives the pseudonym of each who wrote: ``reporter``, ``respondent``, the user ids of staff.
    """

    case: UUID
    gig_id: str
    opened_at: datetime
    said: dict[str, bytes]
    persons: dict[str, str]


@record(frozen=True, slots=True, kw_only=True)
class Cast:
    """A case as the store keeps it; ``sealed`` are those of each commit, and ``wake`` what it still waits for."""

    row: CaseRow
    commits: tuple[Commit, ...]
    sealed: tuple[tuple[SealedValue, ...], ...]
    wake: EffectRow | None
    is_contacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One commit with holes: pieces, and between each two the name of what goes there, or a length of time."""

    after: timedelta
    pieces: tuple[bytes, ...]
    holes: tuple[str | timedelta, ...]
    sealed: tuple[Sealed, ...]
    row: CaseRow
    wakes_after: timedelta | None
    is_contacted: bool


class Mould:
    """A life, ready to be poured."""

    def __init__(self, life: Life) -> None:
        self._salts = {one.item: one.salt for one in life.steps[0].sealed}
        self._forms = tuple(_forms(life))
        self.kind = life.kind
        self.side = life.side

    def cast(self, given: Given, until: datetime) -> Cast:
        """The case of this life that began then, as far as it has come until now."""
        lived = [form for form in self._forms if given.opened_at + form.after <= until] or [self._forms[0]]
        poured = {
            "case": str(given.case).encode(),
            "reference": reference(given.case).encode(),
            "gig": given.gig_id.encode(),
            **{item: wire.digest(self._salts[item], value).encode() for item, value in given.said.items()},
        }
        commits: list[Commit] = []
        before = wire.root(given.case)
        for number, form in enumerate(lived, 1):
            own = belonging(given.case, number)
            poured["commit"] = str(own).encode()
            content = _pour(form, poured, given.opened_at)
            before = sha256(before + content).digest()
            at = given.opened_at + form.after
            commits.append(
                Commit(case=given.case, number=number, id=own, at=at, content=content, hash=before)
            )
        return Cast(
            row=_row(lived[-1].row, given, poured["reference"].decode()),
            commits=tuple(commits),
            sealed=tuple(tuple(_sealed(one, given) for one in form.sealed) for form in lived),
            wake=_wake(lived[-1], given, until),
            is_contacted=lived[-1].is_contacted,
        )


def _forms(life: Life) -> Iterator[_Form]:
    """The commits of a life, written by the rules and cut where a case has something of its own."""
    commits: list[Commit] = []
    before, opened = wire.root(life.case), life.steps[0].events[0]
    assert isinstance(opened, CaseOpened)
    for number, step in enumerate(life.steps, 1):
        own = belonging(life.case, number)
        commit = commit_of(
            step.events, case=life.case, number=number, commit=own, at=step.at, by=step.by, before=before
        )
        before = commit.hash
        commits.append(commit)
        holes = {
            str(life.case): "case",
            str(own): "commit",
            opened.reference: "reference",
            opened.gig_id: "gig",
            **({opened.digests[item]: item for item in ("reporter", "respondent", "description")}),
        }
        pieces, named = _cut(commit.content, holes)
        changed_at = seen_by(Viewer.REPORTER, [record_of(one) for one in commits])[-1].at
        wake = next_wake(step.after)
        yield _Form(
            after=step.at - BEGIN,
            pieces=pieces,
            holes=named,
            sealed=step.sealed,
            row=summary(commit, step.after, _NOBODY, changed_at),
            wakes_after=None if wake is None else wake - BEGIN,
            is_contacted=step.after.is_contacted,
        )


def _cut(content: bytes, holes: dict[str, str]) -> tuple[tuple[bytes, ...], tuple[str | timedelta, ...]]:
    """The content in pieces; what stands in quotes between two is of each case, or a time."""
    pieces, named = [b""], []
    for nth, part in enumerate(_QUOTED.split(content)):
        text = part.decode() if nth % 2 else ""
        hole = holes.get(text) or (wire.read_moment(text) - BEGIN if _MOMENT.fullmatch(text) else None)
        if hole is None:
            pieces[-1] += b'"%b"' % part if nth % 2 else part
        else:
            pieces[-1] += b'"'
            pieces.append(b'"')
            named.append(hole)
    return tuple(pieces), tuple(named)


def _pour(form: _Form, poured: dict[str, bytes], opened_at: datetime) -> bytes:
    whole = [form.pieces[0]]
    for hole, piece in zip(form.holes, form.pieces[1:], strict=True):
        text = poured[hole] if isinstance(hole, str) else wire.moment(opened_at + hole).encode()
        whole += (text, piece)
    return b"".join(whole)


def _row(row: CaseRow, given: Given, named: str) -> CaseRow:
    later = given.opened_at - BEGIN
    return CaseRow(
        id=given.case,
        version=row.version,
        status=row.status,
        reference=named,
        gig_id=given.gig_id,
        issue_type=row.issue_type,
        severity=row.severity,
        queue=row.queue,
        side=row.side,
        reporter=given.persons["reporter"],
        respondent=given.persons["respondent"],
        files=row.files,
        opened_at=given.opened_at,
        updated_at=row.updated_at + later,
        decided_at=row.decided_at and row.decided_at + later,
    )


def _sealed(one: Sealed, given: Given) -> SealedValue:
    value = given.said.get(one.item, one.value)
    return SealedValue(item=one.item, salt=one.salt, value=value, person=given.persons[one.who])


def _wake(form: _Form, given: Given, until: datetime) -> EffectRow | None:
    """What the case still waits for; what was due in the meantime is due now."""
    if form.wakes_after is None:
        return None
    due = max(given.opened_at + form.wakes_after, until)
    return EffectRow(id=belonging(given.case, 0), kind=effect_kind(Wake()), body=_WAKE, due=due)
