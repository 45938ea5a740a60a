"""What every store promises of leases: the most urgent case, each for one person, until it is given back or over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from contracts.desk_cases import ME, keep, project
from contracts.openings import AT
from gigdesk.adapters.stores.sql.store import SqlStore

TEN = timedelta(minutes=10)
OTHER = "another-of-staff"
HOUR = timedelta(hours=1)


async def take(store: SqlStore, who: str = ME, queues: frozenset[str] | None = None) -> UUID | None:
    return await store.leases.take(who, queues, TEN)


async def test_the_most_urgent_case_is_taken_and_the_next_by_the_next(store: SqlStore) -> None:
    late, soon = await keep(store, due_at=AT + HOUR), await keep(store, due_at=AT)
    never = await keep(store, due_at=None, queue="general")

    assert await take(store) == soon.case
    assert await take(store) == soon.case
    assert await take(store, OTHER) == late.case
    assert await take(store, "a third") == never.case
    assert await take(store, "a fourth") is None


async def test_what_somebody_called_urgent_comes_before_every_clock(store: SqlStore) -> None:
    soon = await keep(store, due_at=AT)
    later = await keep(store, due_at=AT + HOUR, priority="urgent", queue="safety")
    sooner = await keep(store, due_at=AT + HOUR / 2, priority="urgent", queue="payments")
    await keep(store, due_at=AT, priority="urgent", owner=OTHER)

    assert await take(store) == sooner.case
    assert await take(store, OTHER) == later.case
    assert await take(store, "a third", frozenset({"general", "payments"})) == soon.case


async def test_only_a_case_that_waits_for_somebody_is_taken(store: SqlStore) -> None:
    await keep(store, owner=OTHER)
    await keep(store, snoozed_until=AT)
    await keep(store, status="closed")
    await keep(store, status="decided")
    await keep(store, reporter=ME)
    await keep(store, respondent=ME)
    hidden = await keep(store, queue="safety")

    assert await take(store, queues=frozenset({"payments", "general"})) is None
    assert await take(store, queues=frozenset()) is None
    assert await take(store) == hidden.case


async def test_what_is_given_back_is_free_and_only_by_who_has_it(store: SqlStore) -> None:
    one = await keep(store)
    await take(store)

    await store.leases.release(OTHER, one.case)
    assert await take(store, OTHER) is None

    await store.leases.release(ME, one.case)
    assert await take(store, OTHER) == one.case


async def test_a_lease_that_is_over_holds_nobody_back(store: SqlStore) -> None:
    one = await keep(store)
    assert await store.leases.take(ME, None, timedelta(0)) == one.case

    assert await take(store, OTHER) == one.case
    assert await take(store) is None


async def test_a_lease_ends_when_the_case_is_assigned_or_snoozed(store: SqlStore) -> None:
    for given in ({"owner": OTHER}, {"snoozed_until": AT}):
        one = await keep(store)
        assert await take(store) == one.case

        await project(store, replace(one, **given))
        await project(store, one)

        assert await take(store, OTHER) == one.case
        await project(store, replace(one, status="closed"))


async def test_of_many_who_ask_at_once_each_gets_another(store: SqlStore, other: SqlStore) -> None:
    cases = {(await keep(store, due_at=AT + n * HOUR)).case for n in range(6)}

    taken = await asyncio.gather(*(take((store, other)[n % 2], f"staff-{n}") for n in range(8)))

    assert sorted(case.int for case in taken if case) == sorted(case.int for case in cases)
    assert taken.count(None) == 2
