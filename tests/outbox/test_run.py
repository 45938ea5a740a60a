"""The runner: every effect performed at least once, by one at a time, and never for ever in vain."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import structlog

from contracts.openings import effect, opening
from contracts.proxy import Proxy
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.owed import ClaimedEffect, EffectRow
from gigdesk.errors import Invalid, Unavailable
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Rule
from gigdesk.outbox.circuits import Circuits
from gigdesk.outbox.run import Pace, Runner, UnknownEffect

QUICK = Pace(first_delay=0.02, last_delay=0.1, attempts=3, lease=0.4, pause=0.1, grace=0.3, sleep=0.5)
SHORT = Rule(first_pause=0.02, last_pause=0.05, probing=0.02)
MINUTE = timedelta(minutes=1)


class Hands:
    """Performs effects by noting them; ``trouble`` is raised for a kind as often as it is listed."""

    def __init__(self, **trouble: list[Exception]) -> None:
        self.trouble = trouble
        self.done: list[UUID] = []
        self.tried: Counter[UUID] = Counter()
        self.at: list[float] = []
        self.seconds = 0.0
        self.under_way = 0
        self.most_under_way = 0

    async def perform(self, claimed: ClaimedEffect) -> None:
        self.tried[claimed.effect.id] += 1
        self.at.append(time.monotonic())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.under_way -= 1
        if ahead := self.trouble.get(claimed.effect.kind):
            raise ahead.pop(0)
        self.done.append(claimed.effect.id)


async def owe(store: SqlStore, *effects: EffectRow) -> list[UUID]:
    await store.log.append(replace(opening(), effects=effects))
    return [e.id for e in effects]


@asynccontextmanager
async def running(runner: Runner) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def until(condition: object, seconds: float = 8) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.01)


async def is_settled(store: SqlStore) -> bool:
    state = await store.outbox.state()
    return (state.due, state.later) == (0, 0)


async def test_everything_due_is_done_once_and_owed_no_longer(store: SqlStore) -> None:
    hands = Hands()
    owed = await owe(store, *(effect("notify") for _ in range(25)))

    assert await Runner(store.outbox, hands.perform).drain() == 25

    assert sorted(hands.done) == sorted(owed)
    assert await is_settled(store)
    assert hands.most_under_way <= Pace().at_once


async def test_a_mountain_of_mail_keeps_no_file_from_its_inspection(store: SqlStore) -> None:
    hands, now = Hands(), datetime.now(UTC)
    letters = await owe(store, *(effect("notify", now - MINUTE) for _ in range(40)))
    files = await owe(store, *(effect("inspect-evidence", now) for _ in range(5)))

    assert await Runner(store.outbox, hands.perform, pace=Pace(at_once=1)).drain() == 45

    places = [place for place, done in enumerate(hands.done) if done in files]
    assert places == [3, 7, 11, 15, 19]
    assert sorted(hands.done) == sorted(letters + files)


async def test_what_is_due_later_is_left_alone(store: SqlStore) -> None:
    hands = Hands()
    await owe(store, effect("wake", datetime.now(UTC) + MINUTE))

    assert await Runner(store.outbox, hands.perform).drain() == 0
    assert (await store.outbox.state()).later == 1


async def test_what_is_owed_while_it_runs_is_done_too(store: SqlStore) -> None:
    hands = Hands()
    async with running(Runner(store.outbox, hands.perform)):
        for _ in range(5):
            await owe(store, effect("notify"))
        await until(lambda: len(hands.done) == 5)


async def test_a_part_that_is_away_is_tried_for_as_long_as_it_takes(store: SqlStore) -> None:
    hands = Hands(notify=[Unavailable("mail.server", "away") for _ in range(7)])
    [owed] = await owe(store, effect("notify"))
    async with running(Runner(store.outbox, hands.perform, pace=QUICK, circuits=Circuits(SHORT))):
        await until(lambda: hands.done == [owed])

    assert hands.tried[owed] == 8
    assert (await store.outbox.state()).parked == 0


async def test_a_poison_effect_is_parked_with_its_code_and_stops_nobody(store: SqlStore) -> None:
    hands = Hands(poison=[Invalid("file.odd", "About %(who)s.", who="Amara") for _ in range(9)])
    poison, good = await owe(store, effect("poison"), effect("notify"))
    async with running(Runner(store.outbox, hands.perform, pace=QUICK)):
        await until(lambda: hands.tried[poison] == QUICK.attempts)
        await until(lambda: good in hands.done)
        await asyncio.sleep(0.3)

    [parked] = await store.outbox.parked(10)
    assert (parked.effect.id, parked.attempts, parked.reason) == (poison, QUICK.attempts, "file.odd")
    assert hands.tried[poison] == QUICK.attempts


async def test_a_fault_of_ours_is_parked_by_its_type_alone(store: SqlStore) -> None:
    hands = Hands(poison=[ValueError("amara@example.org is odd") for _ in range(9)])
    await owe(store, effect("poison"))
    with structlog.testing.capture_logs() as lines:
        async with running(Runner(store.outbox, hands.perform, pace=QUICK)):
            await until(lambda: hands.tried.total() == QUICK.attempts)
            await asyncio.sleep(0.1)

    [parked] = await store.outbox.parked(10)
    assert parked.reason == "ValueError"
    assert [line["event"] for line in lines].count("effect_was_parked") == 1
    assert "amara" not in str(lines)


@pytest.mark.parametrize(
    "never", [Undeliverable("mail.refused", "no"), UnknownEffect("effect.unknown", "no")]
)
async def test_what_can_never_work_is_parked_at_once(store: SqlStore, never: Exception) -> None:
    hands = Hands(notify=[never])
    await owe(store, effect("notify"))

    assert await Runner(store.outbox, hands.perform).drain() == 0

    [parked] = await store.outbox.parked(10)
    assert (parked.attempts, parked.reason) == (1, never.args[0])


async def test_what_was_parked_and_retried_is_done(store: SqlStore) -> None:
    hands = Hands(notify=[Undeliverable("mail.refused", "no")])
    [owed] = await owe(store, effect("notify"))
    runner = Runner(store.outbox, hands.perform)
    await runner.drain()

    assert await store.outbox.retry(owed)

    assert await runner.drain() == 1
    assert hands.done == [owed]


async def test_delays_double_up_to_the_last_and_differ(store: SqlStore) -> None:
    hands = Hands(notify=[Unavailable("mail.server", "away") for _ in range(12)])
    await owe(store, effect("notify"))
    with structlog.testing.capture_logs() as lines:
        pace = Pace(first_delay=0.01, last_delay=0.08)
        async with running(Runner(store.outbox, hands.perform, pace=pace, circuits=Circuits(SHORT))):
            await until(lambda: bool(hands.done))

    gaps = [b - a for a, b in zip(hands.at, hands.at[1:], strict=False)]
    assert all(gap >= 0.01 for gap in gaps)
    assert [line["attempts"] for line in lines if line["event"] == "effect_was_postponed"] == [*range(1, 13)]


async def test_two_runners_never_do_one_effect_at_once(store: SqlStore, other: SqlStore) -> None:
    first, second = Hands(), Hands()
    first.seconds = second.seconds = 0.01
    owed = await owe(store, *(effect("notify") for _ in range(60)))
    async with running(Runner(store.outbox, first.perform)), running(Runner(other.outbox, second.perform)):
        await until(lambda: len(first.done) + len(second.done) == 60)

    assert sorted(first.done + second.done) == sorted(owed)
    assert first.done
    assert second.done


async def test_a_long_effect_keeps_its_lease_while_it_lives(store: SqlStore, other: SqlStore) -> None:
    slow, idle = Hands(), Hands()
    slow.seconds = QUICK.lease * 3
    [owed] = await owe(store, effect("notify"))
    async with running(Runner(store.outbox, slow.perform, pace=QUICK)):
        await until(lambda: slow.tried[owed] == 1)
        async with running(Runner(other.outbox, idle.perform, pace=QUICK)):
            await until(lambda: slow.done == [owed])
            await until(lambda: slow.under_way == 0)

    assert not idle.tried
    assert await is_settled(store)


async def test_after_a_crash_another_takes_over(store: SqlStore, other: SqlStore) -> None:
    hands = Hands()
    [owed] = await owe(store, effect("notify"))
    [crashed] = await store.outbox.claim(1, timedelta(seconds=0.3))

    async with running(Runner(other.outbox, hands.perform, pace=QUICK)):
        await asyncio.sleep(0.1)
        assert not hands.tried
        await until(lambda: hands.done == [owed])

    assert crashed.effect.id == owed


async def test_a_stop_lets_what_is_under_way_finish(store: SqlStore) -> None:
    hands = Hands()
    hands.seconds = 0.15
    [owed] = await owe(store, effect("notify"))
    async with running(Runner(store.outbox, hands.perform, pace=QUICK)):
        await until(lambda: hands.under_way == 1)

    assert hands.done == [owed]
    assert await is_settled(store)


async def test_a_stop_lets_go_of_what_does_not_finish(store: SqlStore) -> None:
    hands = Hands()
    hands.seconds = 60
    [owed] = await owe(store, effect("notify"))
    async with running(Runner(store.outbox, hands.perform, pace=QUICK)):
        await until(lambda: hands.under_way == 1)

    hands.seconds = 0
    assert await Runner(store.outbox, hands.perform).drain() == 1
    assert hands.done == [owed]


async def test_an_effect_that_hangs_is_ended(store: SqlStore) -> None:
    hands = Hands()
    hands.seconds = 60
    [owed] = await owe(store, effect("notify"))
    await Runner(store.outbox, hands.perform, pace=replace(QUICK, longest=0.05, attempts=1)).drain()

    [parked] = await store.outbox.parked(10)
    assert (parked.effect.id, parked.reason) == (owed, "TimeoutError")


async def test_a_busy_foreground_goes_first_and_starves_nobody(store: SqlStore) -> None:
    hands = Hands()
    await owe(store, *(effect("notify") for _ in range(6)))
    async with running(Runner(store.outbox, hands.perform, busy=lambda: True, pace=QUICK)):
        await until(lambda: len(hands.done) == 6)

    gaps = [b - a for a, b in zip(hands.at, hands.at[1:], strict=False)]
    assert all(QUICK.pause * 0.8 <= gap <= QUICK.pause * 8 for gap in gaps)


async def test_a_store_that_goes_away_is_told_once_and_waited_for(postgres_url: str) -> None:
    port = urlsplit(postgres_url).port or 0
    proxy = Proxy(port)
    await proxy.start()
    store = SqlStore(postgres_url.replace(str(port), str(proxy.port)))
    await store.open()
    await store.migrate()
    hands = Hands()
    with structlog.testing.capture_logs() as lines:
        async with running(Runner(store.outbox, hands.perform, pace=QUICK)):
            await asyncio.sleep(0.1)
            await proxy.stop()
            await until(lambda: told(lines) == ["outbox_lost_the_store"])
            await asyncio.sleep(1.5)
            await proxy.start()
            await until(lambda: told(lines) == ["outbox_lost_the_store", "outbox_found_the_store"])
            [owed] = await owe(store, effect("notify"))
            await until(lambda: hands.done == [owed])
    await store.close()
    await proxy.stop()

    assert told(lines) == ["outbox_lost_the_store", "outbox_found_the_store"]


def told(lines: list[MutableMapping[str, Any]]) -> list[str]:
    return [line["event"] for line in lines if line["event"].startswith("outbox_")]


async def test_from_a_commit_to_its_claim_it_takes_milliseconds(store: SqlStore) -> None:
    hands = Hands()
    waits = []
    async with running(Runner(store.outbox, hands.perform)):
        for count in range(1, 21):
            await asyncio.sleep(0.02)
            await owe(store, effect("notify"))
            committed = time.monotonic()
            await until(lambda count=count: len(hands.at) == count)
            waits.append(hands.at[-1] - committed)
    print(f"commit to claim: p50 {statistics.median(waits) * 1000:.2f} ms, worst {max(waits) * 1000:.2f} ms")
    assert statistics.median(waits) < 0.25
