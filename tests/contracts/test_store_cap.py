"""The daily cap of a person and gig, judged while writing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from contracts.openings import AT, following, opening, twin
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.ports import Append, CappedError, DailyCap, StaleError

THREE = DailyCap(since=AT - timedelta(hours=12), limit=3)


async def count(store: SqlStore, *appends: Append) -> dict[str, int]:
    """Append all at the same moment; how many were written and how many were capped."""
    outcomes = await asyncio.gather(*(store.log.append(a) for a in appends), return_exceptions=True)
    capped = sum(isinstance(outcome, CappedError) for outcome in outcomes)
    written = outcomes.count(None)
    assert written + capped == len(appends)
    return {"written": written, "capped": capped}


async def test_the_cap_holds_within_one_batch(store: SqlStore) -> None:
    assert await count(store, *(opening(cap=THREE) for _ in range(10))) == {"written": 3, "capped": 7}
    assert len([case async for case in store.log.all_cases()]) == 3


async def test_the_cap_holds_from_batch_to_batch(store: SqlStore) -> None:
    assert await count(store, opening(cap=THREE), opening(cap=THREE)) == {"written": 2, "capped": 0}
    assert await count(store, opening(cap=THREE), opening(cap=THREE)) == {"written": 1, "capped": 1}
    assert await count(store, opening(cap=THREE)) == {"written": 0, "capped": 1}


async def test_the_cap_holds_across_connections(store: SqlStore, other: SqlStore) -> None:
    for gig in range(10):
        appends = [opening(gig=f"gig-{gig}", cap=THREE) for _ in range(8)]
        mine, theirs = await asyncio.gather(count(store, *appends[:4]), count(other, *appends[4:]))
        assert mine["written"] + theirs["written"] == 3


async def test_another_gig_person_or_day_has_its_own_cap(store: SqlStore) -> None:
    await count(store, *(opening(cap=THREE) for _ in range(3)))
    tomorrow = DailyCap(since=AT + timedelta(microseconds=1), limit=3)

    others = (
        opening(gig="gig-2", cap=THREE),
        opening(reporter="person-9", cap=THREE),
        opening(cap=tomorrow),
        opening(),
    )

    assert await count(store, *others) == {"written": 4, "capped": 0}


async def test_a_neighbour_that_loses_does_not_count(store: SqlStore) -> None:
    stands = opening(reporter="somebody", cap=THREE)
    await store.log.append(stands)
    loser = twin(replace(stands, row=opening().row, sealed=()))
    loser = replace(loser, row=replace(loser.row, id=stands.row.id), cap=THREE)

    outcomes = await asyncio.gather(
        *(store.log.append(a) for a in (loser, *(opening(cap=THREE) for _ in range(3)))),
        return_exceptions=True,
    )

    assert isinstance(outcomes[0], StaleError)
    assert outcomes[1:] == [None, None, None]


async def test_a_commit_that_stands_is_a_win_though_the_cap_is_reached(store: SqlStore) -> None:
    appends = [opening(cap=THREE) for _ in range(3)]
    await count(store, *appends)

    assert await count(store, *appends) == {"written": 3, "capped": 0}


async def test_the_cap_does_not_touch_later_commits(store: SqlStore) -> None:
    appends = [opening(cap=THREE) for _ in range(3)]
    await count(store, *appends)

    assert await count(store, replace(following(appends[0]), cap=THREE)) == {"written": 1, "capped": 0}
