"""A destination that is away: left alone, asked by one probe at a time, and nobody else's business."""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from contracts.openings import effect
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.owed import ClaimedEffect
from gigdesk.errors import Unavailable
from gigdesk.ids import uuid7
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Rule
from gigdesk.outbox.circuits import Circuits
from gigdesk.outbox.run import Pace, Runner
from outbox.test_run import is_settled, owe, running, until

AWAY = Unavailable("mail.server", "away")
SHORT = Rule(first_pause=0.2, last_pause=0.4, probing=0.1)
QUICK = Pace(first_delay=0.02, last_delay=0.1, attempts=3, lease=5, sleep=0.5)


class Clock:
    """Stands until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def claimed(*kinds: str) -> list[ClaimedEffect]:
    return [
        ClaimedEffect(effect=effect(kind), case=uuid7(), attempts=1, created_at=datetime.now(UTC))
        for kind in kinds
    ]


def paused(clock: Clock) -> Circuits:
    """Circuits of which that of mail has just opened."""
    circuits = Circuits(now=clock)
    for each in claimed("notify", "notify", "notify"):
        circuits.ended(each, AWAY)
    return circuits


def test_what_goes_to_a_destination_that_is_away_waits_and_nothing_else_does() -> None:
    circuits = paused(Clock())
    first, file, second, unknown = batch = claimed("notify", "inspect-evidence", "notify", "call-webhook")

    going, [held] = circuits.sort(batch)

    assert going == [file, unknown]
    assert (held.destination, held.kinds, held.seconds) == ("mail", ("notify",), 10)
    assert held.effects == (first.effect.id, second.effect.id)


def test_after_the_pause_the_first_goes_as_a_probe_and_the_others_wait_for_it() -> None:
    circuits = paused(clock := Clock())
    clock.now += 10
    first, *others = batch = claimed("notify", "notify", "notify")

    going, [held] = circuits.sort(batch)

    assert going == [first]
    assert held.effects == tuple(each.effect.id for each in others)
    circuits.ended(first)
    assert circuits.sort(others) == (others, ())


def test_each_change_is_told_once() -> None:
    clock = Clock()
    with structlog.testing.capture_logs() as lines:
        circuits = paused(clock)
        for each in claimed("notify", "notify"):
            circuits.ended(each, AWAY)
        for seconds, error in ((10, AWAY), (20, Undeliverable("mail.refused", "no"))):
            clock.now += seconds
            [probe], _ = circuits.sort(claimed("notify"))
            circuits.ended(probe, error)

    assert [(line["event"], line["destination"], line.get("seconds")) for line in lines] == [
        ("destination_was_paused", "mail", 10),
        ("destination_stayed_away", "mail", 20),
        ("destination_came_back", "mail", None),
    ]


class Post:
    """Mail that times out while ``is_away``; files are inspected in no time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_away = True
        self.tries = 0
        self.at_once = 0
        self.most_at_once = 0
        self.sent = 0
        self.inspected = 0

    async def perform(self, claimed: ClaimedEffect) -> None:
        if claimed.effect.kind != "notify":
            self.inspected += 1
            return
        self.tries += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            if self.is_away:
                raise AWAY
        finally:
            self.at_once -= 1
        self.sent += 1


async def is_held(store: SqlStore, effects: int) -> None:
    """Wait until so many are; between two pauses there is a moment in which none is."""
    async with asyncio.timeout(5):
        while (await store.outbox.state()).held < effects:
            await asyncio.sleep(0.01)


async def test_time_outs_of_one_destination_take_the_hands_from_no_other(store: SqlStore) -> None:
    post, rule = Post(seconds=0.5), Rule(first_pause=0.2, last_pause=2, probing=0.1)
    await owe(store, *(effect("notify") for _ in range(40)), *(effect("inspect-evidence") for _ in range(20)))
    begun = time.monotonic()

    async with running(Runner(store.outbox, post.perform, pace=QUICK, circuits=Circuits(rule))):
        await until(lambda: post.inspected == 20)
        took = time.monotonic() - begun
        post.most_at_once = 0
        await asyncio.sleep(1.5)
        assert post.most_at_once == 1, "one probe at a time"
        await is_held(store, 30)
        post.is_away, post.seconds = False, 0.0
        await until(lambda: post.sent == 40)

    assert took < 3, "without circuits ten rounds of time-outs came first"
    assert post.tries < 60
    assert await is_settled(store)


async def test_a_destination_that_is_away_uses_up_no_attempts(store: SqlStore) -> None:
    post = Post(seconds=0)
    owed = await owe(store, *(effect("notify") for _ in range(20)))
    async with running(Runner(store.outbox, post.perform, pace=QUICK, circuits=Circuits(SHORT))):
        await until(lambda: post.tries >= 8)

    rows = await store.database.read("SELECT attempts FROM effects")
    assert len(rows) == len(owed)
    assert sum(attempts for (attempts,) in rows) == post.tries
    assert (await store.outbox.state()).parked == 0


async def test_working_off_what_is_due_ends_when_a_destination_is_away(store: SqlStore) -> None:
    post = Post(seconds=0)
    await owe(store, *(effect("notify") for _ in range(50)), *(effect("inspect-evidence") for _ in range(3)))

    assert await Runner(store.outbox, post.perform).drain() == 3

    assert post.tries <= Pace().at_once
    state = await store.outbox.state()
    assert (state.due, state.parked) == (50, 0)
    assert state.held == 50 - post.tries
