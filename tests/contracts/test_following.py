"""What follows the log comes up with it: whatever breaks off, whoever else follows, whatever changes meanwhile."""

import asyncio
from dataclasses import replace

import pytest

from contracts.desks import AMARA, Desk, agent
from contracts.openings import opening
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lifecycle import Act
from gigdesk.errors import Unavailable
from gigdesk.insights.follow import Follower
from gigdesk.insights.ports import Behind


class Pausing:
    """The projection of a store; between finding what is behind and keeping it, something else happens."""

    def __init__(self, store: SqlStore) -> None:
        self._inner = store.projection
        self.happens = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def behind(self, limit: int, case: object = None) -> list[Behind]:
        found = list(await self._inner.behind(limit))
        self.happens.set()
        await self.goes_on.wait()
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class Stumbling:
    """The projection of a store, which fails the first time that something is to be kept."""

    def __init__(self, store: SqlStore) -> None:
        self._inner = store.projection
        self.falls = 0

    async def keep(self, projected: object) -> None:
        self.falls += 1
        if self.falls == 1:
            raise RuntimeError("a fault of ours")
        await self._inner.keep(projected)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return Desk(store)


async def test_a_case_is_in_lists_once_it_was_followed(desk: Desk) -> None:
    case = await desk.report()
    assert await desk.cases(agent()) == []
    assert await desk.follower.count_behind() == 1

    assert await desk.follower.follow_all() == 1

    assert await desk.cases(agent()) == [case]
    assert await desk.follower.count_behind() == 0
    assert await desk.follower.follow_all() == 0


async def test_who_acts_sees_it_in_the_next_list(desk: Desk) -> None:
    case = await desk.report()
    await desk.follower.catch_up(case)
    await desk.act(agent(), case, Act.ASSIGNMENT, owner="priya")
    assert await desk.cases(agent(), "is:mine") == []

    await desk.follower.catch_up(case)
    await desk.follower.catch_up(case)

    [line] = (await desk.page(agent(), "is:mine")).lines
    assert (line.entry.case, line.owner_is_me, line.entry.version) == (case, True, 2)


async def test_what_was_left_undone_is_done_by_the_next(desk: Desk, store: SqlStore) -> None:
    cases = [await desk.report() for _ in range(5)]
    pausing = Pausing(store)
    killed = asyncio.create_task(Follower(store.log, store.index, pausing).follow_all())  # type: ignore[arg-type]
    await pausing.happens.wait()
    killed.cancel()
    await asyncio.wait([killed])
    assert await desk.follower.count_behind() == 5

    assert await desk.follower.follow(2) == 2
    assert await desk.follower.count_behind() == 3
    await Desk(store).follower.follow_all()

    assert sorted(await desk.cases(agent())) == sorted(cases)


async def test_a_case_that_changes_while_it_is_projected_is_behind_again(desk: Desk, store: SqlStore) -> None:
    case = await desk.report()
    pausing = Pausing(store)
    slow = asyncio.create_task(Follower(store.log, store.index, pausing).follow())  # type: ignore[arg-type]
    await pausing.happens.wait()
    await desk.act(agent(), case, Act.ASSIGNMENT, owner="priya")
    await desk.follower.catch_up(case)
    await desk.act(agent(), case, Act.NOTES, text="a note about the violin")
    pausing.goes_on.set()
    await slow

    assert await desk.cases(agent(), "is:mine") == [case]
    assert await desk.follower.count_behind() == 1
    await desk.follower.follow_all()
    assert await desk.cases(agent(), "violin") == [case]


async def test_who_is_overtaken_while_they_catch_up_catches_up_all_the_same(
    desk: Desk, store: SqlStore
) -> None:
    case = await desk.report()
    pausing = Pausing(store)
    slow = asyncio.create_task(Follower(store.log, store.index, pausing).catch_up(case))  # type: ignore[arg-type]
    await pausing.happens.wait()
    await desk.follower.catch_up(case)
    await desk.act(agent(), case, Act.ASSIGNMENT, owner="priya")
    pausing.goes_on.set()
    await slow

    assert await desk.cases(agent(), "is:mine") == [case]


async def test_two_that_follow_at_once_do_each_other_no_harm(
    desk: Desk, store: SqlStore, other: SqlStore
) -> None:
    cases = [await desk.report(f"violin {n}") for n in range(12)]
    followers = [Desk(one).follower for one in (store, other, store, other)]

    async def work() -> None:
        for case in cases:
            await desk.act(agent(), case, Act.ASSIGNMENT, owner="priya")

    await asyncio.gather(work(), *(follower.follow_all() for follower in followers))
    await desk.follower.follow_all()

    assert sorted(await desk.cases(agent(), "is:mine violin")) == sorted(cases)
    assert await desk.follower.count_behind() == 0


async def test_a_projection_that_was_wiped_is_made_again(desk: Desk, store: SqlStore) -> None:
    case = await desk.report("violin")
    await desk.follower.follow_all()
    wiped = ["DELETE FROM desk", "DELETE FROM desk_authors", "UPDATE cases SET followed = 0"]
    await store.database.write(*((step, ()) for step in wiped))

    await desk.follower.follow_all()

    assert await desk.cases(agent(), "violin") == [case]


async def test_a_log_that_cannot_be_read_keeps_no_other_case_back(desk: Desk, store: SqlStore) -> None:
    broken = opening()
    await store.log.append(replace(broken, commit=replace(broken.commit, content=b"not JSON")))
    case = await desk.report()

    assert await desk.follower.follow_all() == 1
    assert await desk.follower.follow_all() == 0

    assert await desk.cases(agent()) == [case]
    assert await desk.follower.count_behind() == 1


async def test_what_runs_follows_what_is_written_until_it_is_told_to_stop(
    desk: Desk, store: SqlStore
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(desk.follower.run(stop, busy=lambda: False))
    case = await desk.report()

    async with asyncio.timeout(30):
        while await desk.cases(agent()) != [case]:
            await asyncio.sleep(0.01)
        stop.set()
        await running


async def test_a_fault_is_logged_and_what_was_behind_is_followed_all_the_same(
    desk: Desk, store: SqlStore
) -> None:
    case = await desk.report()
    stumbling, stop = Stumbling(store), asyncio.Event()
    running = asyncio.create_task(Follower(store.log, store.index, stumbling).run(stop))  # type: ignore[arg-type]

    async with asyncio.timeout(30):
        while await desk.cases(agent()) != [case]:
            await asyncio.sleep(0.01)
        stop.set()
        await running
    assert stumbling.falls == 2


async def test_while_the_foreground_is_busy_it_goes_on_all_the_same(desk: Desk) -> None:
    for _ in range(25):
        await desk.report()
    stop = asyncio.Event()
    running = asyncio.create_task(desk.follower.run(stop, busy=lambda: True))

    async with asyncio.timeout(30):
        while await desk.follower.count_behind():
            await asyncio.sleep(0.01)
        stop.set()
        await running


async def test_erased_words_are_gone_and_the_rest_of_the_case_is_found(desk: Desk, store: SqlStore) -> None:
    case = await desk.report("Her violin is broken")
    await desk.act(agent(), case, Act.NOTES, text="look at the violoncello")
    await desk.follower.follow_all()
    assert await desk.cases(agent(), "violin") == [case]
    # Erasing: her sealed values go, then her words.
    person = desk.handler.person(AMARA.user_id)
    await store.database.write(
        ("UPDATE commits SET sealed = NULL WHERE case_id = $1 AND number = 1", (case,))
    )

    assert await store.projection.forget(person) == 1

    assert await desk.cases(agent(), "violoncello") == []
    await desk.follower.follow_all()
    assert await desk.cases(agent(), "violoncello") == [case]
    assert await desk.cases(agent(), "broken") == []


async def test_a_store_that_is_away_is_said_so(store_url: str) -> None:
    closed = SqlStore(store_url)
    await closed.open()
    await closed.migrate()
    await closed.close()

    with pytest.raises(Unavailable):
        await Desk(closed).follower.count_behind()
