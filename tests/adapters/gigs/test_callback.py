"""The signed gig call-back, asked of a real server that checks us, stalls, lies and dies."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import pytest

from gigdesk.adapters.gigs.callback import CallbackDirectory, sign_call
from gigdesk.clock import SystemClock
from gigdesk.errors import Unavailable
from gigdesk.gigs.cached import CachedDirectory
from gigdesk.gigs.model import Party, Side
from servers import free_port
from servers.market import GIG, SECRET, Market, gig, http, running

PATIENCE = 0.4


@pytest.fixture
async def market() -> AsyncIterator[Market]:
    async with running() as market:
        yield market


@pytest.fixture
async def directory(market: Market) -> AsyncIterator[CallbackDirectory]:
    found = CallbackDirectory(f"{market.url}/internal/gigs/{{gigId}}", SECRET, SystemClock(), PATIENCE)
    yield found
    await found.close()


async def refusal(directory: CallbackDirectory, gig_id: str = "g1") -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        await directory.find(gig_id, {})
    assert refused.value.code == "gigs.away"
    assert refused.value.retry_after
    return refused.value


async def test_a_gig_is_read_as_the_marketplace_tells_it(directory: CallbackDirectory) -> None:
    found = await directory.find("g1", {})
    assert found
    assert (found.id, found.title) == ("g1", "Re-tile a shower wall")
    assert found.parties == (
        Party(user_id="jonas", side=Side.WORKER, name="Jonas", email="jonas@mail.example"),
        Party(user_id="amara", side=Side.CLIENT, locale="en"),
    )


@pytest.mark.parametrize("gig_id", ["g1", "g:1~a.b-c_d", "g" * 128, "g.."])
async def test_the_marketplace_can_check_the_signature(
    directory: CallbackDirectory, market: Market, gig_id: str
) -> None:
    assert await directory.find(gig_id, {})
    assert (market.asked, market.refused) == ([gig_id], [])


@pytest.mark.parametrize("gig_id", [".", "..", "../secret", "g/1", "g%2F", ""])
async def test_an_id_that_would_be_another_address_is_not_asked_for(
    directory: CallbackDirectory, market: Market, gig_id: str
) -> None:
    assert await directory.find(gig_id, {}) is None
    assert market.asked == []


async def test_the_query_of_the_address_is_signed_too(market: Market) -> None:
    directory = CallbackDirectory(f"{market.url}/gigs/{{gigId}}?for=desk&x=a%20b", SECRET, SystemClock())
    assert await directory.find("g1", {})
    assert market.refused == []
    await directory.close()


async def test_with_another_secret_nothing_is_told(market: Market) -> None:
    directory = CallbackDirectory(f"{market.url}/{{gigId}}", b"another secret", SystemClock())
    await refusal(directory)
    with pytest.raises(Unavailable) as refused:
        await directory.probe()
    assert refused.value.code == "gigs.probe"
    assert "401" in str(refused.value)
    await directory.close()


def test_the_signature_is_the_documented_one() -> None:
    assert sign_call(b"secret", "1777896000", "GET", "/internal/gigs/g1?x=1") == (
        "eb0c6889de222da55f049f07868a3ddec7cfb76a5142e48d17b3318272d10c82"
    )


@pytest.mark.parametrize("status", [404, 410])
async def test_a_gig_that_is_gone_does_not_exist(
    directory: CallbackDirectory, market: Market, status: int
) -> None:
    market.answer = lambda gig_id: http(status, b"whatever")
    assert await directory.find("g1", {}) is None


@pytest.mark.parametrize("status", [201, 204, 206, 400, 401, 403, 429, 500, 502, 503])
async def test_every_other_status_is_an_outage(
    directory: CallbackDirectory, market: Market, status: int
) -> None:
    market.answer = lambda gig_id: http(status, json.dumps(GIG).encode() if status != 204 else b"")
    await refusal(directory)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(directory: CallbackDirectory, market: Market, status: int) -> None:
    market.answer = lambda gig_id: http(status, location=f"{market.url}/internal/gigs/g2")
    await refusal(directory)
    assert market.asked == ["g1"]


LIES = {
    "nothing": b"",
    "html": b"<!doctype html>",
    "list": b"[]",
    "null": b"null",
    "truncated": json.dumps(GIG).encode()[:-5],
    "no title": json.dumps({**GIG, "title": None}).encode(),
    "title no text": json.dumps({**GIG, "title": 7}).encode(),
    "no parties": json.dumps({**GIG, "parties": []}).encode(),
    "parties no list": json.dumps({**GIG, "parties": {}}).encode(),
    "no side": json.dumps({**GIG, "parties": [{"userId": "amara"}]}).encode(),
    "party twice": json.dumps({**GIG, "parties": GIG["parties"] * 2}).encode(),
    "another gig": json.dumps({**GIG, "id": "g2"}).encode(),
    "time": json.dumps({**GIG, "startsAt": "tomorrow"}).encode(),
    "newline in an address": json.dumps(
        {**GIG, "parties": [{"userId": "a", "side": "client", "email": "a@b\nBcc: c@d"}]}
    ).encode(),
    "latin-1": '{"title": "é"}'.encode("latin-1"),
    "deep": b"[" * 5000 + b"]" * 5000,
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_an_outage(directory: CallbackDirectory, market: Market, lie: str) -> None:
    market.answer = lambda gig_id: http(200, LIES[lie])
    await refusal(directory)


async def test_what_the_marketplace_tells_besides_is_passed_over(
    directory: CallbackDirectory, market: Market
) -> None:
    market.answer = lambda gig_id: http(200, json.dumps({**GIG, "id": gig_id, "price": 120}).encode())
    assert await directory.find("g1", {})


async def test_more_than_256_kib_is_not_read(directory: CallbackDirectory, market: Market) -> None:
    market.answer = lambda gig_id: http(200, json.dumps({**GIG, "x": "y" * (256 << 10)}).encode())
    await refusal(directory)


async def test_a_packed_answer_is_not_unpacked(directory: CallbackDirectory, market: Market) -> None:
    import gzip

    market.answer = lambda gig_id: http(200, gzip.compress(json.dumps(GIG).encode()), content_encoding="gzip")
    await refusal(directory)


def stall(market: Market) -> None:
    market.delay = 30


def drip(market: Market) -> None:
    market.drip = PATIENCE / 10


@pytest.mark.parametrize("slowly", [stall, drip])
async def test_who_is_slow_is_given_up(
    directory: CallbackDirectory, market: Market, slowly: Callable[[Market], None]
) -> None:
    slowly(market)
    began = time.monotonic()
    await refusal(directory)
    assert time.monotonic() - began < 10 * PATIENCE
    market.delay = market.drip = 0
    assert await directory.find("g1", {})


async def test_a_connection_that_breaks_is_an_outage_and_the_next_call_works(
    directory: CallbackDirectory, market: Market
) -> None:
    assert await directory.find("g1", {})
    market.answer = lambda gig_id: None
    await refusal(directory)
    market.answer = gig
    assert await directory.find("g1", {})


async def test_a_dead_marketplace_is_an_outage(directory: CallbackDirectory, market: Market) -> None:
    assert await directory.find("g1", {})
    await market.die()
    await refusal(directory)
    with pytest.raises(Unavailable):
        await directory.probe()


async def test_nobody_there_is_an_outage() -> None:
    directory = CallbackDirectory(f"http://127.0.0.1:{free_port()}/{{gigId}}", SECRET, SystemClock())
    await refusal(directory)
    await directory.close()


async def test_connections_are_kept_and_used_again(directory: CallbackDirectory, market: Market) -> None:
    for number in range(20):
        assert await directory.find(f"g{number}", {})
    assert market.connections == 1


async def test_a_probe_asks_for_a_gig_that_does_not_exist(
    directory: CallbackDirectory, market: Market
) -> None:
    market.answer = lambda gig_id: http(404)
    await directory.probe()
    market.answer = lambda gig_id: http(200, json.dumps(GIG).encode())
    with pytest.raises(Unavailable):
        await directory.probe()


async def test_a_cache_before_it_asks_once_for_a_busy_gig(
    directory: CallbackDirectory, market: Market
) -> None:
    market.delay = 0.05
    cached = CachedDirectory(directory)
    found = await asyncio.gather(*(cached.find("g1", {}) for _ in range(50)))
    assert len({id(one) for one in found}) == 1
    assert market.asked == ["g1"]


@pytest.mark.parametrize(
    "url",
    [
        "https://market.example/gigs",
        "https://{gigId}.market.example/",
        "ftp://market.example/{gigId}",
        "/{gigId}",
    ],
)
def test_an_address_that_names_no_place_for_the_id_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="it "):
        CallbackDirectory(url, SECRET, SystemClock())


def test_without_a_secret_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="GIGDESK_GIGS_SECRET"):
        CallbackDirectory("https://market.example/{gigId}", b"", SystemClock())
