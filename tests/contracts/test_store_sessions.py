"""What every store promises of sessions, single-use tokens and shared keys."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from gigdesk.access.model import Actor, Role
from gigdesk.access.ports import Session
from gigdesk.adapters.stores.sql.store import SqlStore

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
HOUR = timedelta(hours=1)
ANNA = Actor(
    sub="anna",
    issuer="https://market.example",
    name="Anna Ñ.",
    email="anna@example.com",
    email_verified=True,
    locale="es",
    roles=frozenset({Role.AGENT, Role.LEAD}),
    queues=frozenset({"safety", "trust"}),
)


def session(seen_at: datetime = NOW, created_at: datetime = NOW) -> Session:
    return Session(id=token_bytes(32), actor=ANNA, created_at=created_at, seen_at=seen_at)


async def test_a_session_reads_back_as_it_was_opened(store: SqlStore) -> None:
    opened = session()

    assert await store.sessions.open_session(opened, "jti-1", SOON)

    assert await store.sessions.get_session(opened.id) == opened
    assert await store.sessions.get_session(token_bytes(32)) is None


async def test_a_token_opens_one_session_only(store: SqlStore, other: SqlStore) -> None:
    attempts = [session() for _ in range(6)]

    opened = await asyncio.gather(
        *(
            s.sessions.open_session(a, "jti-1", SOON)
            for s, a in zip((store, other) * 3, attempts, strict=True)
        )
    )

    assert opened.count(True) == 1
    kept = [await store.sessions.get_session(attempt.id) for attempt in attempts]
    assert [session is not None for session in kept] == list(opened)


async def test_the_same_opening_asked_again_after_a_lost_answer_is_no_second_use(store: SqlStore) -> None:
    opened = session()
    assert await store.sessions.open_session(opened, "jti-1", SOON)

    assert await store.sessions.open_session(opened, "jti-1", SOON)
    assert not await store.sessions.open_session(session(), "jti-1", SOON)


async def test_a_token_stays_used_after_its_session_ended(store: SqlStore) -> None:
    opened = session()
    await store.sessions.open_session(opened, "jti-1", SOON)

    await store.sessions.end_session(opened.id)
    await store.sessions.end_session(opened.id)

    assert await store.sessions.get_session(opened.id) is None
    assert not await store.sessions.open_session(session(), "jti-1", SOON)


async def test_being_seen_only_moves_forward(store: SqlStore) -> None:
    opened = session()
    await store.sessions.open_session(opened, "jti-1", SOON)

    await store.sessions.touch_session(opened.id, NOW + HOUR)
    await store.sessions.touch_session(opened.id, NOW)

    assert await store.sessions.get_session(opened.id) == replace(opened, seen_at=NOW + HOUR)


async def test_what_expired_is_forgotten_and_nothing_else(store: SqlStore) -> None:
    fresh, idle, old = session(), session(seen_at=NOW - 13 * HOUR), session(created_at=NOW - 800 * HOUR)
    for number, opened in enumerate((fresh, idle, old)):
        await store.sessions.open_session(opened, f"jti-{number}", NOW + number * HOUR)

    await store.sessions.forget_expired(NOW - 12 * HOUR, NOW - 720 * HOUR, NOW + HOUR)

    assert await store.sessions.get_session(fresh.id) == fresh
    assert await store.sessions.get_session(idle.id) is None
    assert await store.sessions.get_session(old.id) is None
    assert await store.sessions.open_session(session(), "jti-0", SOON)
    assert not await store.sessions.open_session(session(), "jti-1", SOON)


async def test_of_a_key_kept_twice_the_first_stands(store: SqlStore, other: SqlStore) -> None:
    await asyncio.gather(
        *(s.keys.keep_key("kid-1", "receipts", value) for s, value in ((store, b"one"), (other, b"two")))
    )
    first = await store.keys.keys("receipts")
    await store.keys.keep_key("kid-1", "receipts", b"three")

    assert first in ({"kid-1": b"one"}, {"kid-1": b"two"})
    assert await other.keys.keys("receipts") == first


async def test_keys_are_listed_by_purpose_oldest_first(store: SqlStore) -> None:
    for kid in ("c", "a", "b"):
        await store.keys.keep_key(kid, "receipts", kid.encode())
        await asyncio.sleep(0.002)
    await store.keys.keep_key("z", "webhooks", b"z")

    assert list(await store.keys.keys("receipts")) == ["c", "a", "b"]
    assert await store.keys.keys("nothing") == {}
