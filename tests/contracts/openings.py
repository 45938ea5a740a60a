"""Appends for the store's contracts: cases that open and go on, with everything a commit may carry."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from gigdesk.cases import wire
from gigdesk.cases.owed import EffectRow
from gigdesk.cases.ports import Append, CaseRow, Commit, DailyCap, ObjectRow, SealedValue
from gigdesk.ids import object_key, uuid7

AT = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)


def opening(
    case: UUID | None = None, *, gig: str = "gig-1", reporter: str = "person-1", cap: DailyCap | None = None
) -> Append:
    """The first commit of a case, with sealed values, an object and two effects."""
    case = case or uuid4()
    commit = commit_of(case, 1, wire.root(case))
    row = CaseRow(
        id=case,
        version=1,
        status="received",
        reference="GD-7K3M-9XQ24",
        gig_id=gig,
        issue_type="payment.not_received",
        severity="normal",
        queue="payments",
        side="worker",
        reporter=reporter,
        respondent="person-2",
        files=1,
        opened_at=AT,
        updated_at=AT,
    )
    return Append(
        commit=commit,
        row=row,
        sealed=tuple(
            SealedValue(item=item, salt=bytes(32), value=f"{item} \0 ñ".encode(), person=reporter)
            for item in ("description", "reporter")
        ),
        objects=(ObjectRow(key=object_key(), evidence=uuid7(), size=5_000_000_000),),
        effects=tuple(effect(kind) for kind in ("notify", "inspect-evidence")),
        cap=cap,
    )


def following(before: Append, number: int | None = None, status: str = "in_review") -> Append:
    """The next commit of the same case, or the one at ``number``."""
    number = number or before.commit.number + 1
    commit = commit_of(before.commit.case, number, before.commit.hash)
    row = replace(before.row, version=number, status=status)
    return Append(commit=commit, row=row, effects=(effect("notify"),))


def twin(append: Append) -> Append:
    """The same case and number from somebody else."""
    commit = replace(append.commit, id=uuid7())
    return replace(append, commit=commit, objects=(), effects=(effect("notify"),))


def effect(kind: str, due: datetime = AT) -> EffectRow:
    return EffectRow(id=uuid7(), kind=kind, body=b'{"case":"1"}', due=due)


def commit_of(case: UUID, number: int, before: bytes) -> Commit:
    content = wire.canonical({"v": 1, "case": str(case), "number": number, "events": [], "note": "ñ €"})
    return Commit(
        case=case,
        number=number,
        id=uuid7(),
        at=AT,
        content=content,
        hash=wire.chain(before, content),
        command=b"c" * 32,
        fingerprint=b"f" * 32,
    )
