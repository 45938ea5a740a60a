"""What every store promises of the accounts of staff and of sessions by person."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from gigdesk.access.accounts import Account
from gigdesk.access.model import Actor, Role
from gigdesk.access.ports import Session, Way
from gigdesk.adapters.stores.sql.store import SqlStore

NOW = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
MIRA = Account(
    id="desk:1",
    login="mira@desk.example",
    name="Mira Ñ.",
    roles=frozenset({Role.AGENT, Role.LEAD}),
    queues=frozenset({"safety", "trust"}),
    password="$argon2id$…",
    invitation=b"i" * 32,
    invited_until=NOW + timedelta(hours=24),
    second_step=b"sealed",
    recovery=frozenset({"d1", "d2"}),
    code_step=7,
    created_at=NOW,
)


def session(way: Way = Way.PASSWORD, actor: Actor = MIRA.actor, minutes: int = 0) -> Session:
    at = NOW + timedelta(minutes=minutes)
    return Session(
        id=token_bytes(32), actor=actor, created_at=at, seen_at=at, way=way, browser="Firefox, Linux"
    )


async def test_an_account_reads_back_as_it_was_kept(store: SqlStore) -> None:
    assert await store.accounts.add(MIRA)

    assert await store.accounts.find(MIRA.login) == MIRA
    assert await store.accounts.get(MIRA.id) == MIRA
    assert await store.accounts.invited_by(b"i" * 32) == MIRA
    assert await store.accounts.everyone() == (MIRA,)


async def test_what_is_not_there_is_not_found(store: SqlStore) -> None:
    await store.accounts.add(replace(MIRA, invitation=b""))

    assert await store.accounts.find("nobody@desk.example") is None
    assert await store.accounts.get("desk:2") is None
    assert await store.accounts.invited_by(b"") is None
    assert await store.accounts.invited_by(b"i" * 32) is None


async def test_a_login_is_taken_once(store: SqlStore, other: SqlStore) -> None:
    twins = [replace(MIRA, id=f"desk:{n}") for n in range(6)]

    added = await asyncio.gather(
        *(s.accounts.add(twin) for s, twin in zip((store, other) * 3, twins, strict=True))
    )

    assert added.count(True) == 1
    assert len(await store.accounts.everyone()) == 1


async def test_everyone_is_listed_by_login(store: SqlStore) -> None:
    for login in ("c@x.example", "a@x.example", "b@x.example"):
        await store.accounts.add(replace(MIRA, id=login, login=login))
    assert [one.login[0] for one in await store.accounts.everyone()] == ["a", "b", "c"]


async def test_of_two_changes_at_once_one_is_refused(store: SqlStore, other: SqlStore) -> None:
    await store.accounts.add(MIRA)
    changes = [replace(MIRA, name=f"Mira {n}") for n in range(4)]

    replaced = await asyncio.gather(
        *(
            s.accounts.replace(change, ends_sessions=False)
            for s, change in zip((store, other) * 2, changes, strict=True)
        )
    )

    assert replaced.count(True) == 1
    stands = await store.accounts.get(MIRA.id)
    assert stands == replace(changes[replaced.index(True)], version=2)


async def test_a_change_ends_the_sessions_of_the_account_and_no_others(store: SqlStore) -> None:
    await store.accounts.add(MIRA)
    own, handed_over = session(), session(Way.HAND_OVER)
    other_person = session(Way.HAND_OVER, replace(MIRA.actor, sub="amara"))
    await store.accounts.open_session(MIRA, own)
    await store.sessions.open_session(handed_over, "jti-1", NOW)
    await store.sessions.open_session(other_person, "jti-2", NOW)

    assert await store.accounts.replace(replace(MIRA, is_enabled=False), ends_sessions=True)

    kept = [await store.sessions.get_session(one.id) for one in (own, handed_over, other_person)]
    assert kept == [None, handed_over, other_person]


async def test_a_change_that_is_refused_ends_nothing(store: SqlStore) -> None:
    await store.accounts.add(MIRA)
    own = session()
    await store.accounts.open_session(MIRA, own)

    assert not await store.accounts.replace(replace(MIRA, version=7), ends_sessions=True)

    assert await store.sessions.get_session(own.id) == own


async def test_a_session_is_kept_only_for_the_account_as_it_was_read(store: SqlStore) -> None:
    await store.accounts.add(MIRA)
    assert await store.accounts.open_session(MIRA, own := session())
    await store.accounts.replace(replace(MIRA, password="$other"), ends_sessions=True)

    late = session()
    assert not await store.accounts.open_session(MIRA, late)

    assert await store.sessions.get_session(late.id) is None
    assert await store.sessions.get_session(own.id) is None
    account = await store.accounts.get(MIRA.id)
    assert account
    assert account.signed_in_at == NOW


async def test_no_session_outlives_a_change_that_was_made_at_the_same_time(
    store: SqlStore, other: SqlStore
) -> None:
    for turn in range(12):
        account = replace(MIRA, id=f"desk:{turn}", login=f"{turn}@desk.example", invitation=b"")
        await store.accounts.add(account)
        opened = session(actor=account.actor)

        kept, _ = await asyncio.gather(
            store.accounts.open_session(account, opened),
            other.accounts.replace(replace(account, is_enabled=False), ends_sessions=True),
        )

        assert await store.sessions.get_session(opened.id) is None, (turn, kept)


async def test_a_code_is_used_once_and_none_before_it_afterwards(store: SqlStore, other: SqlStore) -> None:
    await store.accounts.add(MIRA)

    used = await asyncio.gather(*(s.accounts.use_code(MIRA, 8) for s in (store, other) * 2))

    assert used.count(True) == 1
    assert not await store.accounts.use_code(MIRA, 7)
    assert not await store.accounts.use_code(replace(MIRA, version=2), 9)
    assert await store.accounts.replace(replace(MIRA, name="Mira"), ends_sessions=False)
    assert await store.accounts.get(MIRA.id) == replace(MIRA, name="Mira", code_step=8, version=2)


async def test_sessions_are_listed_by_person_the_newest_first(store: SqlStore) -> None:
    await store.accounts.add(MIRA)
    first, second = session(), session(Way.HAND_OVER, minutes=5)
    await store.accounts.open_session(MIRA, first)
    await store.sessions.open_session(second, "jti-1", NOW)
    await store.sessions.open_session(session(Way.HAND_OVER, Actor(sub="amara")), "jti-2", NOW)

    assert await store.sessions.sessions_of(MIRA.id) == (second, first)
    assert await store.sessions.seen([MIRA.id, "nobody"]) == {MIRA.id: second.seen_at}
    assert await store.sessions.seen([]) == {}
    assert await store.sessions.end_sessions_of(MIRA.id, second.id) == 1
    assert await store.sessions.sessions_of(MIRA.id) == (second,)
    assert len(await store.sessions.sessions_of("amara")) == 1
