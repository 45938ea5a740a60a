"""The cache before a gig directory, over the real gigs table."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from access.stage import opened_store
from gigdesk.adapters.gigs.claims import ClaimsDirectory
from gigdesk.adapters.gigs.table import TableDirectory
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import Unavailable
from gigdesk.gigs.cached import CachedDirectory
from gigdesk.gigs.model import Gig, Party, Side

PARTIES = (Party(user_id="amara", side=Side.CLIENT), Party(user_id="jonas", side=Side.WORKER))


AMARA = {"sub": "amara"}
MALLORY = {"sub": "mallory"}


def gig(gig_id: str = "g1", title: str = "A ride") -> Gig:
    return Gig(id=gig_id, title=title, parties=PARTIES)


class Seconds:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Slow(TableDirectory):
    """The table, asked through a door that a test holds shut; it counts who came to it."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store.gigs)
        self.open = asyncio.Event()
        self.open.set()
        self.asked: list[str] = []
        self.is_away = False

    async def find(self, gig_id, claims):
        self.asked.append(gig_id)
        found = await super().find(gig_id, claims)
        await self.open.wait()
        if self.is_away:
            raise Unavailable("gigs.away", "Away.")
        return found


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with opened_store(tmp_path) as store:
        yield store


@pytest.fixture
def inner(store: SqlStore) -> Slow:
    return Slow(store)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def cached(inner: Slow, seconds: Seconds) -> CachedDirectory:
    return CachedDirectory(inner, limit=3, now=seconds)


async def test_a_gig_is_kept_for_thirty_seconds(
    cached: CachedDirectory, inner: Slow, store: SqlStore, seconds: Seconds
) -> None:
    await store.gigs.put_gigs([gig()])
    assert await cached.find("g1", AMARA) == gig()
    await store.gigs.put_gigs([gig(title="Another")])
    seconds.at += 29.9
    assert await cached.find("g1", AMARA) == gig()
    seconds.at += 0.1
    assert await cached.find("g1", AMARA) == gig(title="Another")
    assert inner.asked == ["g1", "g1"]


async def test_a_refusal_is_kept_for_five(
    cached: CachedDirectory, inner: Slow, store: SqlStore, seconds: Seconds
) -> None:
    assert await cached.find("g1", AMARA) is None
    await store.gigs.put_gigs([gig()])
    seconds.at += 4.9
    assert await cached.find("g1", AMARA) is None
    seconds.at += 0.1
    assert await cached.find("g1", AMARA) == gig()
    assert len(inner.asked) == 2


async def test_a_failure_is_not_kept(cached: CachedDirectory, inner: Slow, store: SqlStore) -> None:
    await store.gigs.put_gigs([gig()])
    inner.is_away = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await cached.find("g1", AMARA)
    inner.is_away = False
    assert await cached.find("g1", AMARA) == gig()


async def test_what_was_put_is_seen_at_once(cached: CachedDirectory, store: SqlStore) -> None:
    assert await cached.find("g1", AMARA) is None
    await store.gigs.put_gigs([gig()])
    cached.forget("g1")
    assert await cached.find("g1", AMARA) == gig()
    await store.gigs.put_gigs([gig(title="Another")])
    cached.forget("g1")
    assert await cached.find("g1", AMARA) == gig(title="Another")


async def test_an_answer_that_was_on_its_way_while_the_gig_changed_is_not_kept(
    cached: CachedDirectory, inner: Slow, store: SqlStore
) -> None:
    await store.gigs.put_gigs([gig()])
    inner.open.clear()
    early = asyncio.create_task(cached.find("g1", AMARA))
    await asyncio.sleep(0.05)
    await store.gigs.put_gigs([gig(title="Another")])
    cached.forget("g1")
    inner.open.set()
    assert await early == gig()
    assert await cached.find("g1", AMARA) == gig(title="Another")


async def test_many_who_ask_together_ask_once(cached: CachedDirectory, inner: Slow, store: SqlStore) -> None:
    await store.gigs.put_gigs([gig()])
    found = await asyncio.gather(*(cached.find("g1", AMARA) for _ in range(50)))
    assert found == [gig()] * 50
    assert inner.asked == ["g1"]


async def test_many_who_ask_together_fail_together(cached: CachedDirectory, inner: Slow) -> None:
    inner.is_away = True
    found = await asyncio.gather(*(cached.find("g1", AMARA) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(one, Unavailable) for one in found)
    assert inner.asked == ["g1"]


async def test_who_gives_up_leaves_the_answer_to_the_others(
    cached: CachedDirectory, inner: Slow, store: SqlStore
) -> None:
    await store.gigs.put_gigs([gig()])
    inner.open.clear()
    first = asyncio.create_task(cached.find("g1", AMARA))
    second = asyncio.create_task(cached.find("g1", AMARA))
    await asyncio.sleep(0)
    first.cancel()
    inner.open.set()
    assert await second == gig()
    assert inner.asked == ["g1"]


async def test_the_longest_unused_is_forgotten_first(
    cached: CachedDirectory, inner: Slow, store: SqlStore
) -> None:
    await store.gigs.put_gigs([gig(f"g{n}") for n in range(4)])
    for gig_id in ("g0", "g1", "g2", "g0", "g3"):
        await cached.find(gig_id, AMARA)
    inner.asked.clear()
    for gig_id in ("g0", "g2", "g3", "g1"):
        await cached.find(gig_id, AMARA)
    assert inner.asked == ["g1"]


async def test_probing_for_gigs_pushes_no_gig_out(
    cached: CachedDirectory, inner: Slow, store: SqlStore
) -> None:
    await store.gigs.put_gigs([gig()])
    await cached.find("g1", AMARA)
    for number in range(50):
        assert await cached.find(f"x{number}", AMARA) is None
    inner.asked.clear()
    assert await cached.find("g1", AMARA) == gig()
    assert inner.asked == []


async def waits(cached: CachedDirectory, inner: Slow, gig_id: str, claims: dict[str, str]) -> bool:
    """Whether this answer takes as long as the marketplace does."""
    inner.asked.clear()
    await cached.find(gig_id, claims)
    return inner.asked == [gig_id]


async def test_who_is_no_party_waits_alike_for_a_foreign_gig_and_an_unknown_one(
    cached: CachedDirectory, inner: Slow, store: SqlStore, seconds: Seconds
) -> None:
    await store.gigs.put_gigs([gig()])
    await cached.find("g1", AMARA)  # in use by its parties
    patterns = []
    for gig_id in ("g1", "nothing"):
        seconds.at = 1000.0
        pattern = []
        for pause in (0, 0, 4.9, 0.2, 0, 10, 30):
            seconds.at += pause
            pattern.append(await waits(cached, inner, gig_id, MALLORY))
        patterns.append(pattern)
    assert patterns[0] == patterns[1] == [True, False, False, True, False, True, True]
    assert not await waits(cached, inner, "g1", AMARA)


async def test_who_is_no_party_fails_alike_while_the_marketplace_is_away(
    cached: CachedDirectory, inner: Slow, store: SqlStore
) -> None:
    await store.gigs.put_gigs([gig()])
    await cached.find("g1", AMARA)
    inner.is_away = True
    for gig_id in ("g1", "nothing"):
        with pytest.raises(Unavailable):
            await cached.find(gig_id, MALLORY)
    assert await cached.find("g1", AMARA) == gig()


async def test_a_gig_that_is_gone_is_gone_for_its_parties_as_soon_as_that_is_known(
    inner: Slow, store: SqlStore, cached: CachedDirectory
) -> None:
    known = {"g1": gig()}

    class Few(Slow):
        async def find(self, gig_id, claims):
            return known.get(gig_id)

    cached = CachedDirectory(Few(store))
    assert await cached.find("g1", AMARA) == gig()
    known.clear()
    assert await cached.find("g1", MALLORY) is None
    assert await cached.find("g1", AMARA) is None


async def test_closing_gives_up_what_is_on_its_way(cached: CachedDirectory, inner: Slow) -> None:
    inner.open.clear()
    waiting = asyncio.create_task(cached.find("g1", AMARA))
    await asyncio.sleep(0.05)
    await cached.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


CLAIMS = {
    "sub": "amara",
    "name": "Amara",
    "email": "a@mail.example",
    "email_verified": True,
    "gigs": [
        {"id": "g0", "title": "Another", "side": "worker"},
        {"id": "g1", "title": "A ride", "side": "client", "other": {"userId": "jonas", "name": "Jonas"}},
    ],
}


async def test_a_token_may_say_which_gigs_its_holder_has() -> None:
    found = await ClaimsDirectory().find("g1", CLAIMS)
    assert found == Gig(
        id="g1",
        title="A ride",
        parties=(
            Party(user_id="amara", side=Side.CLIENT, name="Amara", email="a@mail.example"),
            Party(user_id="jonas", side=Side.WORKER, name="Jonas"),
        ),
    )
    assert await ClaimsDirectory().find("g2", CLAIMS) is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": "amara", "gigs": None},
        {"sub": "amara", "gigs": "g1"},
        {"sub": "amara", "gigs": ["g1", 7, None]},
        {"sub": "amara", "gigs": [{"id": "g1"}]},
        {"sub": "amara", "gigs": [{"id": "g1", "title": "A ride", "side": "admin"}]},
        {"sub": "amara", "gigs": [{"id": "g1", "title": "A ride", "side": ["client"]}]},
        {"sub": "amara", "gigs": [{"id": "g1", "title": "A ride", "side": "client", "other": {}}]},
        {
            "sub": "amara",
            "gigs": [{"id": "g1", "title": "A ride", "side": "client", "other": {"userId": "amara"}}],
        },
        {"gigs": [{"id": "g1", "title": "A ride", "side": "client"}]},
    ],
)
async def test_a_token_that_describes_no_gig_gives_none(claims: dict[str, object]) -> None:
    assert await ClaimsDirectory().find("g1", claims) is None


async def test_what_one_token_says_is_told_to_nobody_else() -> None:
    cached = CachedDirectory(ClaimsDirectory(), per_caller=True)
    stranger = {"sub": "mallory", "gigs": []}
    holder, other = await asyncio.gather(cached.find("g1", CLAIMS), cached.find("g1", stranger))
    assert holder
    assert other is None
    assert await cached.find("g1", stranger) is None
    assert await cached.find("g1", CLAIMS) == holder


async def test_an_address_that_is_not_verified_is_no_party_address() -> None:
    found = await ClaimsDirectory().find("g1", {**CLAIMS, "email_verified": False})
    assert found
    assert found.parties[0].email == ""
