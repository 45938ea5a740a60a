"""What every store promises of the log: the commit is the unit, and whose id stands there has won."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.openings import following, opening, twin
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.ports import Append, StaleError
from gigdesk.errors import Unavailable

MINUTE = timedelta(minutes=1)


async def try_all(store: SqlStore, *appends: Append) -> list[BaseException | None]:
    """Append all at the same moment; how each ended."""
    return await asyncio.gather(*(store.log.append(a) for a in appends), return_exceptions=True)


def kinds(outcomes: list[BaseException | None]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


async def test_a_commit_reads_back_as_it_was_written(store: SqlStore) -> None:
    append = opening()

    await store.log.append(append)

    assert list(await store.log.load(append.commit.case)) == [append.commit]
    sealed = await store.index.sealed([append.commit.case])
    assert sealed == {append.commit.case: {value.item: value for value in append.sealed}}
    assert await store.index.get_row(append.commit.case) == append.row
    assert await store.index.knows_object(append.objects[0].key)
    claimed = await store.outbox.claim(10, MINUTE)
    assert {found.effect for found in claimed} == set(append.effects)
    assert {found.case for found in claimed} == {append.commit.case}


async def test_a_commit_without_a_key_reads_back_without_one(store: SqlStore) -> None:
    append = opening()
    commit = replace(append.commit, command=None, fingerprint=None)

    await store.log.append(replace(append, commit=commit))

    assert list(await store.log.load(commit.case)) == [commit]


async def test_a_case_that_nobody_opened_has_no_commits(store: SqlStore) -> None:
    assert list(await store.log.load(uuid4())) == []


async def test_commits_are_read_in_order_and_the_summary_follows_the_head(store: SqlStore) -> None:
    first = opening()
    second = following(first)
    third = following(second, status="decided")

    for append in (first, second, third):
        await store.log.append(append)

    assert [c.number for c in await store.log.load(first.commit.case)] == [1, 2, 3]
    assert await store.index.get_row(first.commit.case) == third.row


async def test_n_and_the_next_sent_at_once_both_stand(store: SqlStore) -> None:
    first = opening()
    second = following(first)
    third = following(second)

    assert await try_all(store, first, second, third) == [None, None, None]

    assert len(await store.log.load(first.commit.case)) == 3


async def test_a_gap_is_refused_and_writes_nothing(store: SqlStore) -> None:
    first = opening()
    await store.log.append(first)
    await store.outbox.claim(10, MINUTE)

    outcomes = await try_all(store, following(first, number=3), following(opening(), number=2))

    assert kinds(outcomes) == ["StaleError", "StaleError"]
    assert len(await store.log.load(first.commit.case)) == 1
    assert await store.index.get_row(first.commit.case) == first.row
    assert await store.outbox.claim(10, MINUTE) == []


async def test_of_twins_sent_at_once_one_wins_and_only_its_effects_are_owed(store: SqlStore) -> None:
    append = opening()
    second = twin(append)

    outcomes = await try_all(store, append, second)

    assert sorted(kinds(outcomes)) == ["NoneType", "StaleError"]
    winner = append if outcomes[0] is None else second
    assert [c.id for c in await store.log.load(append.commit.case)] == [winner.commit.id]
    claimed = await store.outbox.claim(10, MINUTE)
    assert {found.effect for found in claimed} == set(winner.effects)


async def test_of_twins_in_one_batch_of_the_database_one_is_written(store: SqlStore) -> None:
    append = opening()
    second = twin(append)

    outcomes = await store.database.append([append, second])

    assert sorted(outcomes, key=str) == [False, True]
    [stands] = await store.log.load(append.commit.case)
    assert stands.id == (append if outcomes[0] else second).commit.id


async def test_of_twins_on_two_connections_one_wins(store: SqlStore, other: SqlStore) -> None:
    for _ in range(20):
        append = opening()
        outcomes = await asyncio.gather(
            store.log.append(append), other.log.append(twin(append)), return_exceptions=True
        )
        assert sorted(kinds(outcomes)) == ["NoneType", "StaleError"]
        assert len(await store.log.load(append.commit.case)) == 1


async def test_the_same_commit_again_is_a_win_that_does_nothing_again(
    store: SqlStore, other: SqlStore
) -> None:
    append = opening()
    await store.log.append(append)
    await store.outbox.claim(10, MINUTE)

    await store.log.append(append)
    await asyncio.gather(store.log.append(append), other.log.append(append))

    assert len(await store.log.load(append.commit.case)) == 1
    assert await store.outbox.claim(10, MINUTE) == []


async def test_those_who_come_back_together_are_written_together(store: SqlStore, store_url: str) -> None:
    sizes: list[int] = []
    observed = SqlStore(store_url, exclusive=False, observe=sizes.append)
    await observed.open()
    appends = [[opening() for _ in range(16)] for _ in range(24)]

    async def caller(place: int) -> None:
        for row in appends:
            await observed.log.append(row[place])
            for _ in range(place):  # one after the other, as requests are read
                await asyncio.sleep(0)

    await asyncio.gather(*map(caller, range(16)))
    await observed.close()

    assert sum(sizes) == 24 * 16
    # One apart at first, and now and then a batch that some came too late for; not one apart time and again.
    assert len(sizes) <= 30


async def test_closing_writes_what_still_waits(store: SqlStore, store_url: str) -> None:
    closing = SqlStore(store_url, exclusive=False)
    await closing.open()
    appends = [opening() for _ in range(150)]  # more than two batches hold
    under_way = [asyncio.create_task(closing.log.append(append)) for append in appends]
    await asyncio.sleep(0)

    await closing.close()

    assert await asyncio.gather(*under_way, return_exceptions=True) == [None] * 150
    assert len(await store.log.load_all([append.commit.case for append in appends])) == 150


async def test_batches_in_opposite_order_on_two_connections_never_lock_each_other(
    store: SqlStore, other: SqlStore
) -> None:
    for _ in range(25):
        appends = [opening(gig=f"gig-{n}") for n in range(24)]
        twins = [twin(append) for append in reversed(appends)]

        mine, theirs = await asyncio.gather(try_all(store, *appends), try_all(other, *twins))

        assert {type(o) for o in [*mine, *theirs]} <= {type(None), StaleError}
        assert mine.count(None) + theirs.count(None) == len(appends)


def with_effects_of_another(store_has: Append) -> Append:
    return replace(opening(), effects=store_has.effects)


def with_a_number_too_large(_: Append) -> Append:
    append = opening()
    return replace(append, row=replace(append.row, files=2**70))


def with_half_a_character(_: Append) -> Append:
    append = opening()
    return replace(append, row=replace(append.row, gig_id="\ud800"))


@pytest.mark.parametrize("spoil", [with_effects_of_another, with_a_number_too_large, with_half_a_character])
async def test_a_bad_neighbour_in_a_batch_harms_nobody(
    store: SqlStore, spoil: Callable[[Append], Append]
) -> None:
    first = opening()
    await store.log.append(first)
    bad = spoil(first)
    good = [opening() for _ in range(6)]

    outcomes = await try_all(store, *good[:3], bad, *good[3:])

    assert [outcome is None for outcome in outcomes] == [True] * 3 + [False] + [True] * 3
    assert not isinstance(outcomes[3], StaleError | Unavailable)
    for append in good:
        assert list(await store.log.load(append.commit.case)) == [append.commit]
    assert list(await store.log.load(bad.commit.case)) == []
    assert await store.index.get_row(bad.commit.case) is None


async def test_more_than_1024_waiting_appends_are_refused(store: SqlStore) -> None:
    appends = [replace(opening(), objects=(), effects=(), sealed=()) for _ in range(1100)]

    outcomes = await try_all(store, *appends)

    refused = [outcome for outcome in outcomes if outcome is not None]
    assert outcomes[:1024] == [None] * 1024
    assert {(type(o), getattr(o, "code", "")) for o in refused} == {(Unavailable, "store.busy")}
    assert len([case async for case in store.log.all_cases()]) == 1024


async def test_all_cases_are_listed_in_order_and_from_a_place(store: SqlStore) -> None:
    appends = [replace(opening(), objects=(), effects=(), sealed=()) for _ in range(7)]
    await try_all(store, *appends)
    cases = sorted(append.commit.case for append in appends)

    assert [case async for case in store.log.all_cases()] == cases
    assert [case async for case in store.log.all_cases(after=cases[3])] == cases[4:]


async def test_a_case_is_listed_though_its_first_commit_or_its_summary_is_gone(store: SqlStore) -> None:
    appends = [replace(opening(), objects=(), effects=(), sealed=()) for _ in range(4)]
    await try_all(store, *appends)
    cases = sorted(append.commit.case for append in appends)
    await store.log.append(following(next(a for a in appends if a.commit.case == cases[1])))

    await store.database.write(
        ("DELETE FROM commits WHERE case_id = $1 AND number = 1", (cases[0],)),
        ("DELETE FROM commits WHERE case_id = $1 AND number = 1", (cases[1],)),
        ("DELETE FROM cases WHERE id = $1", (cases[2],)),
    )

    assert [case async for case in store.log.all_cases()] == cases


async def test_a_caller_that_gives_up_in_the_queue_writes_nothing(store: SqlStore) -> None:
    first, gone, stays = opening(), opening(), opening()
    tasks = [asyncio.create_task(store.log.append(first))]
    await in_flight()
    tasks += [asyncio.create_task(store.log.append(append)) for append in (gone, stays)]
    await asyncio.sleep(0)
    tasks[1].cancel()

    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert kinds(outcomes) == ["NoneType", "CancelledError", "NoneType"]
    assert list(await store.log.load(gone.commit.case)) == []
    assert list(await store.log.load(stays.commit.case)) == [stays.commit]


async def test_a_caller_that_gives_up_while_it_is_written_is_told_that_it_was(store: SqlStore) -> None:
    append = opening()
    task = asyncio.create_task(store.log.append(append))
    await in_flight()
    task.cancel()

    await task

    assert list(await store.log.load(append.commit.case)) == [append.commit]


async def test_a_caller_that_gives_up_twice_while_it_is_written_is_told_that_it_was(store: SqlStore) -> None:
    append = opening()
    task = asyncio.create_task(store.log.append(append))
    await in_flight()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)

    await task

    assert list(await store.log.load(append.commit.case)) == [append.commit]


async def test_what_its_caller_does_meanwhile_is_done_once_and_before_the_answer(store: SqlStore) -> None:
    events: list[str] = []
    appends = [opening(), opening()]

    async def one(append: Append, name: str) -> None:
        await store.log.append(append, lambda: events.append(f"meanwhile {name}"))
        events.append(f"answered {name}")

    await asyncio.gather(*(one(append, name) for append, name in zip(appends, "ab", strict=True)))

    assert sorted(events) == ["answered a", "answered b", "meanwhile a", "meanwhile b"]
    assert all(events.index(f"meanwhile {name}") < events.index(f"answered {name}") for name in "ab")


async def test_a_fault_in_what_is_done_meanwhile_harms_no_append(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    appends = [opening(), opening()]

    def fails() -> None:
        raise RuntimeError("meanwhile")

    await asyncio.gather(*(store.log.append(append, fails) for append in appends))

    assert "meanwhile" in caplog.text
    for append in appends:
        assert list(await store.log.load(append.commit.case)) == [append.commit]


async def in_flight() -> None:
    """Let an append that was just made reach the database, without time for its answer."""
    for _ in range(3):
        await asyncio.sleep(0)
