"""What every store promises of unread marks: a person's own, per case, and never backwards."""

import asyncio
from uuid import uuid4

from gigdesk.adapters.stores.sql.store import SqlStore


async def test_a_mark_is_of_one_person_and_one_case(store: SqlStore) -> None:
    case, other = uuid4(), uuid4()

    await store.seen.mark("person-1", case, 3)

    assert await store.seen.seen("person-1", [case, other]) == {case: 3}
    assert await store.seen.seen("person-2", [case, other]) == {}
    assert await store.seen.seen("person-1", []) == {}


async def test_a_mark_never_goes_back(store: SqlStore) -> None:
    case = uuid4()

    for version in (2, 5, 4, 5):
        await store.seen.mark("person-1", case, version)

    assert await store.seen.seen("person-1", [case]) == {case: 5}


async def test_of_many_looks_at_once_the_furthest_stands(store: SqlStore, other: SqlStore) -> None:
    case = uuid4()

    await asyncio.gather(*((store, other)[n % 2].seen.mark("person-1", case, n) for n in range(1, 21)))

    assert await store.seen.seen("person-1", [case]) == {case: 20}
