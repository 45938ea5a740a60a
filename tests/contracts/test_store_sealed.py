"""What every store keeps of sealed values: what was given, and after an erasure all but that."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from contracts.openings import following, opening
from gigdesk.adapters.stores.sql.sealed import pack, unpack
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.audit import verify
from gigdesk.cases.ports import Append, SealedValue


def sealing(append: Append, *values: SealedValue) -> Append:
    """The append with these values, named by digest in its hashed bytes."""
    digests = {value.item: wire.digest(value.salt, value.value) for value in values}
    said = wire.parse(append.commit.content) | {"events": [{"type": "made.up", "digests": digests}]}
    content = wire.canonical(said)
    commit = replace(append.commit, content=content)
    return replace(append, commit=commit, sealed=values)


def chained(append: Append, before: bytes) -> Append:
    return replace(append, commit=replace(append.commit, hash=wire.chain(before, append.commit.content)))


def value(item: str, person: str, text: str = "ñ \0") -> SealedValue:
    return SealedValue(item=item, salt=item.encode().ljust(32), value=text.encode(), person=person)


NAME, TEXT, REASON = (
    value("reporter", "person-1"),
    value("description", "person-1"),
    value("reason:1", "staff-ü"),
)


async def keep(store: SqlStore) -> UUID:
    """A case of two commits; the first seals two values of one person, the second one of another."""
    first = opening()
    first = chained(sealing(first, NAME, TEXT), wire.root(first.commit.case))
    second = chained(sealing(following(first), REASON), first.commit.hash)
    await store.log.append(first)
    await store.log.append(second)
    return first.commit.case


async def erase(store: SqlStore, case: UUID, gone: Callable[[SealedValue], bool]) -> None:
    """Leave out what is to go, commit by commit, and touch nothing else."""
    rows = await store.database.read(
        "SELECT number, sealed FROM commits WHERE case_id = $1 AND sealed IS NOT NULL", case
    )
    for number, packed in rows:
        left = pack(kept for kept in unpack(packed) if not gone(kept))
        await store.database.write(
            ("UPDATE commits SET sealed = $3 WHERE case_id = $1 AND number = $2", (case, number, left))
        )


async def test_sealed_values_of_every_commit_are_read(store: SqlStore) -> None:
    case = await keep(store)

    assert await store.index.sealed([case]) == {case: {v.item: v for v in (NAME, TEXT, REASON)}}


async def test_an_item_can_be_erased_and_the_chain_still_verifies(store: SqlStore) -> None:
    case, other = await asyncio.gather(keep(store), keep(store))

    await erase(store, case, lambda kept: kept.item == "description")

    sealed = await store.index.sealed([case, other])
    assert sealed == {case: {v.item: v for v in (NAME, REASON)}, other: sealed[other]}
    assert len(sealed[other]) == 3
    assert (await verify(store.log, store.index)).broken == ()


async def test_what_concerns_a_person_can_be_erased_from_every_commit(store: SqlStore) -> None:
    case = await keep(store)

    await erase(store, case, lambda kept: kept.person == "person-1")

    assert await store.index.sealed([case]) == {case: {REASON.item: REASON}}
    rows = await store.database.read("SELECT number, sealed FROM commits WHERE case_id = $1", case)
    assert {row[0]: row[1] is None for row in rows} == {1: True, 2: False}
    assert (await verify(store.log, store.index)).broken == ()


def test_values_of_every_size_come_back_as_they_were_packed() -> None:
    values = [
        value("", "p"),
        value("a" * 300, "b" * 70),
        value("c", "d", "e" * 200_000),
        replace(NAME, salt=b""),
    ]

    assert list(unpack(pack(values) or b"")) == values
    assert pack([]) is None
