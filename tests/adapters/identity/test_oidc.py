"""The provider of work accounts while it comes and goes: what is kept, and how often it is asked."""

import asyncio
from collections.abc import Iterator

import pytest

from gigdesk.adapters.identity.asking import Asking
from gigdesk.adapters.identity.oidc import OpenIdProvider, Registration
from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.clock import SystemClock
from gigdesk.errors import Unavailable
from servers import provider as servers

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def serving() -> Iterator[servers.Provider]:
    with servers.running() as provider:
        yield provider


class Ours:
    """Our side of it, at a time that a test turns."""

    def __init__(self, serving: servers.Provider, *allowed: str) -> None:
        self.at = 0.0
        registration = Registration(
            issuer=serving.url,
            client_id=servers.CLIENT_ID,
            client_secret=servers.CLIENT_SECRET,
            redirect_uri="https://desk.example/desk/sign-in/work/back",
        )
        asking = Asking(GuardedBackend(allowed or ("127.0.0.1",)), seconds=2.0)
        self.provider = OpenIdProvider(registration, asking, SystemClock(), now=lambda: self.at)

    async def way_in(self) -> str:
        return await self.provider.way_in("state", "nonce", "challenge")


async def test_many_at_once_ask_the_provider_once(serving: servers.Provider) -> None:
    ours = Ours(serving)
    found = await asyncio.gather(*(ours.way_in() for _ in range(20)))
    assert len(set(found)) == 1
    assert found[0].startswith(f"{serving.url}/authorize?tenant=1&response_type=code&")
    assert serving.asked == [DISCOVERY]


async def test_what_is_known_is_read_anew_after_an_hour_and_kept_while_the_provider_is_away(
    serving: servers.Provider,
) -> None:
    ours = Ours(serving)
    before = await ours.way_in()
    ours.at = 3599
    await ours.way_in()
    assert serving.asked == [DISCOVERY]
    serving.says = {"authorization_endpoint": f"{serving.url}/elsewhere"}
    ours.at = 3600
    changed = await ours.way_in()
    assert changed != before
    serving.die()
    ours.at = 9000
    assert await ours.way_in() == changed


async def test_a_provider_that_is_away_is_asked_again_after_some_seconds_only(
    serving: servers.Provider,
) -> None:
    ours = Ours(serving)
    serving.says = {"issuer": "https://evil.example"}
    for _ in range(5):
        with pytest.raises(Unavailable):
            await ours.way_in()
    assert serving.asked == [DISCOVERY]
    serving.behave()
    ours.at = 5
    assert await ours.way_in()


async def test_the_connection_is_judged_where_it_is_made(serving: servers.Provider) -> None:
    with pytest.raises(Unavailable) as refused:
        await Ours(serving, "login.example").provider.probe()
    assert "which is not public" in str(refused.value.values["why"])
    assert serving.asked == []


async def test_a_secret_goes_by_the_form_where_the_provider_takes_it_so_alone(
    serving: servers.Provider,
) -> None:
    serving.says = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    ours = Ours(serving)
    with pytest.raises(Exception, match="did not confirm"):
        await ours.provider.redeem("made-up", "verifier", serving.url)
    assert serving.forms[-1]["client_secret"] == servers.CLIENT_SECRET
