"""The audit finds whatever was changed behind gigdesk's back, and names the first commit that it hit."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gigdesk.adapters.stores.sql.sealed import pack
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.audit import verify
from gigdesk.cases.ports import Append, CaseRow, Commit, SealedValue
from gigdesk.ids import uuid7

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
VALUE = SealedValue(item="description", salt=b"s" * 32, value=b"The tap drips.", person="p")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    yield store
    await store.close()


async def keep(store: SqlStore, commits: int) -> UUID:
    """A case with this many commits and one sealed value."""
    case, before = uuid4(), None
    for number in range(1, commits + 1):
        digests = {"description": wire.digest(VALUE.salt, VALUE.value)} if number == 1 else {}
        commit = commit_of(case, number, before.hash if before else wire.root(case), digests)
        row = CaseRow(
            id=case,
            version=number,
            status="received",
            reference="GD-7K3M-9XQ24",
            gig_id="gig-1",
            issue_type="other",
            severity="normal",
            queue="general",
            side="worker",
            reporter="p",
            respondent=None,
            files=0,
            opened_at=AT,
            updated_at=AT,
        )
        await store.log.append(Append(commit=commit, row=row, sealed=(VALUE,) if number == 1 else ()))
        before = commit
    return case


def commit_of(case: UUID, number: int, before: bytes, digests: dict[str, str]) -> Commit:
    own = uuid7()
    content = wire.canonical(
        {
            "v": 1,
            "case": str(case),
            "number": number,
            "commit": str(own),
            "at": wire.moment(AT),
            "events": [{"type": "case.opened", "digests": digests}],
        }
    )
    return Commit(case=case, number=number, id=own, at=AT, content=content, hash=wire.chain(before, content))


async def test_what_nobody_touched_is_whole(store: SqlStore) -> None:
    for commits in (1, 3, 2):
        await keep(store, commits)

    findings = await verify(store.log, store.index)

    assert (findings.cases, findings.commits, findings.broken) == (3, 6, ())


async def test_erasing_a_value_leaves_the_chain_whole(store: SqlStore) -> None:
    case = await keep(store, 2)

    await store.database.write(("UPDATE commits SET sealed = NULL WHERE case_id = $1", (case,)))

    assert (await verify(store.log, store.index, case)).broken == ()


@pytest.mark.parametrize(
    ("number", "reason", "damage"),
    [
        (2, "its hash", "UPDATE commits SET content = zeroblob(99) WHERE case_id = $1 AND number = 2"),
        (2, "its hash", "UPDATE commits SET hash = zeroblob(32) WHERE case_id = $1 AND number = 2"),
        (2, "its bytes", "UPDATE commits SET at = at + 1 WHERE case_id = $1 AND number = 2"),
        (1, "its bytes", "UPDATE commits SET id = zeroblob(16) WHERE case_id = $1 AND number = 1"),
        (2, "missing", "DELETE FROM commits WHERE case_id = $1 AND number = 2"),
        (2, "3 commits", "DELETE FROM commits WHERE case_id = $1 AND number = 3"),
        (0, "no commits", "DELETE FROM commits WHERE case_id = $1"),
        (3, "no summary", "DELETE FROM cases WHERE id = $1"),
    ],
)  # fmt: skip
async def test_damage_is_found_and_named(store: SqlStore, number: int, reason: str, damage: str) -> None:
    case, whole = await keep(store, 3), await keep(store, 1)

    await store.database.write((damage, (case,)))

    [broken] = (await verify(store.log, store.index, case)).broken
    assert (broken.case, broken.number) == (case, number)
    assert reason in broken.reason
    assert str(case) in str(broken)
    assert (await verify(store.log, store.index, whole)).broken == ()


@pytest.mark.parametrize(
    ("number", "reason", "sealed"),
    [
        (1, "is another", pack([replace(VALUE, value=b"The roof fell.")])),
        (1, "is another", (pack([VALUE]) or b"")[:-1]),
        (0, "not name", pack([replace(VALUE, item="other")])),
        (0, "not name", b"garbage"),
        (0, "not name", b"\xff" * 99),
    ],
)
async def test_a_sealed_value_that_the_log_does_not_know_is_found(
    store: SqlStore, number: int, reason: str, sealed: bytes
) -> None:
    case = await keep(store, 3)

    await store.database.write(
        ("UPDATE commits SET sealed = $2 WHERE case_id = $1 AND number = 1", (case, sealed))
    )

    [broken] = (await verify(store.log, store.index, case)).broken
    assert (broken.case, broken.number) == (case, number)
    assert reason in broken.reason


@pytest.mark.parametrize(
    ("number", "reason", "damage"),
    [
        (1, "missing", "DELETE FROM commits WHERE case_id = $1 AND number = 1"),
        (0, "no commits", "DELETE FROM commits WHERE case_id = $1"),
        (3, "no summary", "DELETE FROM cases WHERE id = $1"),
        (2, "3 commits", "DELETE FROM commits WHERE case_id = $1 AND number = 3"),
    ],
)
async def test_what_was_taken_away_is_found_without_being_named(
    store: SqlStore, number: int, reason: str, damage: str
) -> None:
    for _ in range(3):
        case = await keep(store, 3)
    await keep(store, 1)

    await store.database.write((damage, (case,)))

    findings = await verify(store.log, store.index)
    assert [(b.case, b.number) for b in findings.broken] == [(case, number)]
    assert reason in findings.broken[0].reason
    assert findings.cases == 4


async def test_a_case_whose_commits_were_swapped_for_another_ones_is_broken(store: SqlStore) -> None:
    case, other = await keep(store, 1), await keep(store, 1)
    [theirs] = await store.log.load(other)
    await store.database.write(
        (
            "UPDATE commits SET content = $2, hash = $3 WHERE case_id = $1",
            (case, theirs.content, theirs.hash),
        )
    )

    assert [b.case for b in (await verify(store.log, store.index)).broken] == [case]
