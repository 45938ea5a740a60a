"""A real receiver of webhooks that asks for time, or is dead: heeded, and not called for ever."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contracts.openings import effect
from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.adapters.webhooks.standard import HttpWebhookSender
from gigdesk.cases.owed import ClaimedEffect
from gigdesk.clock import SystemClock
from gigdesk.notices.model import Delivery
from gigdesk.outbox.breaker import Rule
from gigdesk.outbox.circuits import Circuits
from gigdesk.outbox.run import Pace, Runner
from outbox.test_run import owe, running, until
from servers import free_port
from servers.market import http
from servers.receiver import Receiver
from servers.receiver import running as receiving

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
QUICK = Pace(first_delay=0.02, last_delay=0.05, at_once=1, sleep=0.05)
SHORT = Rule(first_pause=0.05, last_pause=0.1, probing=0.05)
DEAD_FOR = timedelta(days=4)


async def on_loopback(host: str) -> Sequence[str]:
    return ["127.0.0.1"]


class Calling:
    """Performs each effect by a delivery to the receiver at this port."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def perform(self, claimed: ClaimedEffect) -> None:
        sender = HttpWebhookSender(
            f"http://hooks.internal:{self.port}/hook",
            SECRET,
            SystemClock(),
            GuardedBackend(["hooks.internal"], on_loopback),
        )
        await sender.send(
            Delivery(id=claimed.effect.id, type="case.opened", at=claimed.created_at, data={"caseId": "1"})
        )


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


def runner(store: SqlStore, calling: Calling) -> Runner:
    return Runner(store.outbox, calling.perform, pace=QUICK, circuits=Circuits(SHORT))


def stored(folder: Path) -> dict[UUID, tuple[float, str]]:
    """In how many seconds each effect is ready, and why it waits."""
    now = datetime.now(UTC).timestamp()
    connection = sqlite3.connect(folder / "gigdesk.db")
    rows = connection.execute("SELECT id, ready_at, reason FROM effects").fetchall()
    connection.close()
    return {UUID(bytes=own): (ready / 1e6 - now, reason) for own, ready, reason in rows}


@pytest.mark.parametrize(("asked", "waits"), [("1800", 1800), ("86400", 3600)])
async def test_a_receiver_that_asks_for_time_is_left_alone_for_that_long(
    store: SqlStore, receiver: Receiver, tmp_path: Path, asked: str, waits: float
) -> None:
    receiver.answer = http(429, retry_after=asked)
    first, second = await owe(store, *(effect("call-webhook", datetime.now(UTC)) for _ in range(2)))
    async with running(runner(store, Calling(receiver.port))):
        await until(lambda: all(ready > 0 and why for ready, why in stored(tmp_path).values()))

    waiting = stored(tmp_path)
    assert len(receiver.arrived) == 1
    assert {UUID(receiver.arrived[0].fields["webhook-id"])} < {first, second}
    # One by its own delay, the other with its destination, which is asked again at most 5 s later.
    assert all(waits - 60 < ready <= waits + 10 for ready, _ in waiting.values())
    assert sorted(why for _, why in waiting.values()) == ["held: webhook", "webhook.server"]


async def test_what_is_owed_for_days_to_a_receiver_that_is_dead_is_parked_and_can_be_sent_again(
    store: SqlStore, receiver: Receiver
) -> None:
    old = datetime.now(UTC) - DEAD_FOR
    given_up = await owe(store, *(effect("call-webhook", old) for _ in range(30)))
    [fresh] = await owe(store, effect("call-webhook", datetime.now(UTC)))
    calling = Calling(free_port())
    async with running(runner(store, calling)):
        await asyncio.wait_for(is_parked(store, 30), 8)

    parked = await store.outbox.parked(100)
    assert {each.effect.id for each in parked} == set(given_up)
    assert {each.reason for each in parked} == {"gave up after 3 days: webhook is away"}
    assert (await store.outbox.state()).due == 1

    calling.port = receiver.port
    assert await store.outbox.retry_all() == 30
    async with running(runner(store, calling)):
        await until(lambda: len(receiver.arrived) == 31)
    assert {UUID(each.fields["webhook-id"]) for each in receiver.arrived} == {*given_up, fresh}


async def test_who_is_retried_while_the_receiver_is_still_away_has_days_again(store: SqlStore) -> None:
    [owed] = await owe(store, effect("call-webhook", datetime.now(UTC) - DEAD_FOR))
    calling = Calling(free_port())
    async with running(runner(store, calling)):
        await asyncio.wait_for(is_parked(store, 1), 8)
    assert await store.outbox.retry(owed)

    before = (await store.outbox.state()).due
    [claimed] = await store.outbox.claim(1, timedelta(0))
    await store.outbox.postpone(owed, timedelta(0), "webhook.server")

    assert (before, claimed.attempts) == (1, 1)
    assert await store.outbox.park_old(["call-webhook"], timedelta(days=3), "gave up") == 0


async def is_parked(store: SqlStore, count: int) -> None:
    while (await store.outbox.state()).parked < count:
        await asyncio.sleep(0.01)
