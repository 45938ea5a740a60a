"""People are kept from verified claims: beside the request, once a change, and never at anybody's cost."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from gigdesk.access import acquaintance
from gigdesk.access.acquaintance import Acquaintances, acquainted
from gigdesk.access.model import Actor, Role
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.gigs.model import Person

AMARA = Actor(sub="amara", name="Amara Okafor", email="amara@mail.example", email_verified=True, locale="en")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    yield store
    await store.close()


@asynccontextmanager
async def running(acquaintances: Acquaintances) -> AsyncIterator[None]:
    task = asyncio.create_task(acquaintances.run())
    yield
    task.cancel()
    await asyncio.wait([task])


async def until_known(store: SqlStore, user_id: str, seconds: float = 3) -> Person:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := (await store.people.get([user_id])).get(user_id):
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("nobody of that id is known")


async def test_what_verified_claims_say_is_kept_a_moment_later(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=0.05)
    async with running(acquaintances):
        acquaintances.met(AMARA)

        assert await store.people.get(["amara"]) == {}
        assert await until_known(store, "amara") == Person(
            user_id="amara", name="Amara Okafor", email="amara@mail.example", verified=True, locale="en"
        )


async def test_who_comes_a_thousand_times_is_written_once_and_anew_after_a_change(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=0)
    watcher = sqlite3.connect(str(store.database.path))  # type: ignore[attr-defined]
    version = "PRAGMA data_version"
    async with running(acquaintances):
        acquaintances.met(AMARA)
        await until_known(store, "amara")
        before = watcher.execute(version).fetchone()
        for _ in range(1000):
            acquaintances.met(AMARA)
        await asyncio.sleep(0.2)
        after = watcher.execute(version).fetchone()

        acquaintances.met(Actor(sub="amara", name="Amara Okafor-Reid"))
        for _ in range(300):
            if (await store.people.get(["amara"]))["amara"].name == "Amara Okafor-Reid":
                break
            await asyncio.sleep(0.01)
    watcher.close()

    assert after == before
    found = (await store.people.get(["amara"]))["amara"]
    assert (found.name, found.email) == ("Amara Okafor-Reid", "amara@mail.example")


async def test_who_is_waited_for_is_written_at_once(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=3600)
    async with running(acquaintances):
        acquaintances.met(AMARA)
        assert acquaintances.is_outstanding("amara")
        await asyncio.gather(*(acquaintances.keep("amara") for _ in range(3)))

        assert not acquaintances.is_outstanding("amara")
        assert (await store.people.get(["amara"]))["amara"].email == AMARA.email
        acquaintances.met(AMARA)
        assert not acquaintances.is_outstanding("amara")


async def test_who_cannot_be_written_is_waited_for_no_longer_than_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acquaintance, "KEPT_SECONDS", 0.05)
    nowhere = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    acquaintances = Acquaintances(nowhere.people, moment=3600)
    async with running(acquaintances):
        acquaintances.met(AMARA)
        await acquaintances.keep("amara")  # the store is away: it was tried, and is noted again next time
    assert not acquaintances.is_outstanding("amara")

    alone = Acquaintances(nowhere.people)
    alone.met(AMARA)
    await alone.keep("amara")  # nobody writes at all
    assert alone.is_outstanding("amara")


async def test_who_says_nothing_of_themselves_is_not_kept(store: SqlStore) -> None:
    async with acquainted(store.people) as acquaintances:
        acquaintances.met(Actor(sub="ghost"))

    assert await store.people.get(["ghost"]) == {}


async def test_at_the_end_what_was_noted_is_written(store: SqlStore) -> None:
    async with acquainted(store.people) as acquaintances:
        for number in range(450):
            acquaintances.met(Actor(sub=f"u{number}", name="Somebody"))

    assert len(await store.people.get([f"u{number}" for number in range(450)])) == 450


async def test_more_than_can_wait_are_noted_at_their_next_visit(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=0)
    crowd = [Actor(sub=f"u{n}", name="Somebody") for n in range(acquaintance.MAX_WAITING + 50)]
    for actor in crowd:
        acquaintances.met(actor)
    await acquaintances.finish()
    assert len(await store.people.get([a.sub for a in crowd])) == acquaintance.MAX_WAITING

    for actor in crowd:
        acquaintances.met(actor)
    await acquaintances.finish()
    assert len(await store.people.get([a.sub for a in crowd])) == len(crowd)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (frozenset({Role.AGENT}), "staff"),
        (frozenset({Role.AUDITOR, Role.LEAD}), "lead"),
        (frozenset({Role.INTEGRATION}), None),
        (frozenset(), None),
    ],
)
async def test_as_what_somebody_works_here_is_kept_with_them(
    store: SqlStore, roles: frozenset[Role], role: str | None
) -> None:
    acquaintances = Acquaintances(store.people, moment=0)
    acquaintances.met(replace(AMARA, roles=roles))
    await acquaintances.finish()
    assert (await store.people.get(["amara"]))["amara"].role == role


async def test_of_staff_it_is_noted_each_day_that_they_came_and_of_others_once(store: SqlStore) -> None:
    days = 0.0
    acquaintances = Acquaintances(store.people, moment=0, now=lambda: days * 86_400)
    lena, tom = replace(AMARA, sub="lena", roles=frozenset({Role.LEAD})), replace(AMARA, sub="tom")
    seen = []
    for days in (0.0, 0.5, 1.0):  # noqa: B007 - the clock reads it
        for who in (lena, tom):
            acquaintances.met(who)
        await acquaintances.finish()
        seen.append((await store.people.get(["lena"]))["lena"].met_at)
        await store.people.keep_all([])
    assert seen[0] == seen[1]
    assert seen[2] is not None
    assert seen[0] is not None
    assert seen[2] > seen[0]


async def test_who_works_here_no_longer_is_struck_off_at_the_next_visit(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=0)
    for roles in (frozenset({Role.LEAD}), frozenset()):
        acquaintances.met(replace(AMARA, roles=roles))
        await acquaintances.finish()
    assert await store.people.staff("lead", datetime(2000, 1, 1, tzinfo=UTC), 10) == ()


async def test_a_store_that_is_away_costs_nobody_anything_and_is_tried_again(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    acquaintances = Acquaintances(store.people, moment=0, away=0.05)
    with structlog.testing.capture_logs() as lines:
        async with running(acquaintances):
            acquaintances.met(AMARA)
            await asyncio.sleep(0.1)
            await store.open()
            await store.migrate()
            acquaintances.met(AMARA)
            await until_known(store, "amara")
    await store.close()

    assert {line["event"] for line in lines} == {"people_were_not_kept"}
    assert "amara" not in str(lines)


async def test_a_value_that_no_store_takes_harms_nobody_else(store: SqlStore) -> None:
    acquaintances = Acquaintances(store.people, moment=0)
    with structlog.testing.capture_logs() as lines:
        for actor in (
            AMARA,
            Actor(sub="broken\ud800", name="Half a character"),
            Actor(sub="tom", name="Tom"),
        ):
            acquaintances.met(actor)
        await acquaintances.finish()

    assert set(await store.people.get(["amara", "tom"])) == {"amara", "tom"}
    assert [line["event"] for line in lines] == ["person_was_refused"]
