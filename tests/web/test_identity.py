"""Who a request comes from, and whether a cookie may change anything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from access.stage import SECRET, TurnedClock, claims, hand_over_claims, opened_store, token
from gigdesk.access.model import Actor, Role
from gigdesk.access.signin import SignIn
from gigdesk.adapters.identity.secret import SecretVerifier
from gigdesk.adapters.identity.several import SeveralVerifiers
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.errors import Malformed, NotAllowed, NotSignedIn
from gigdesk.web.identity import Identity, Site, origin_of

SITE = Site.of("https://market.example/help", ["https://app.market.example"])


class Stage:
    """An identity over a real store, with somebody signed in."""

    def __init__(self, identity: Identity, sign_in: SignIn, cookie: str) -> None:
        self.identity = identity
        self.sign_in = sign_in
        self.cookie = f"{identity.site.cookie}={cookie}"

    async def ask(self, method: str = "GET", **headers: str):
        return await self.identity.ask(scope(method, **headers))


def scope(method: str = "GET", *more: tuple[str, str], **headers: str) -> dict[str, object]:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()] + list(more)
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in named]
    return {"type": "http", "method": method, "path": "/", "headers": raw}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = TurnedClock()
    async with opened_store(tmp_path) as store:
        hand_over = SecretVerifier(SECRET, clock, Expected(audience="gigdesk-sign-in"))
        sign_in = SignIn(store.sessions, hand_over, clock)
        cookie, _ = await sign_in.hand_over(token(hand_over_claims(name="Amara")))
        verifier = SeveralVerifiers([SecretVerifier(SECRET, clock)])
        yield Stage(Identity(SITE, verifier, sign_in, b"k" * 32), sign_in, cookie)


async def test_a_bearer_token_says_who_asks(stage: Stage) -> None:
    asked = await stage.ask("POST", authorization=f"bearer {token(claims(roles=['agent']))}")
    assert (asked.actor.sub, asked.actor.roles) == ("amara", {Role.AGENT})
    assert asked.check_csrf is None
    assert stage.identity.csrf(asked) == ""


async def test_a_session_cookie_says_who_asks(stage: Stage) -> None:
    asked = await stage.ask(cookie=f"theme=dark; {stage.cookie}; other=1")
    assert asked.actor == Actor(sub="amara", name="Amara")


async def test_cookies_in_several_headers_are_one_list(stage: Stage) -> None:
    found = await stage.identity.ask(scope("GET", ("cookie", "a=b"), ("cookie", stage.cookie)))
    assert found.actor.sub == "amara"


async def test_with_a_bearer_token_no_cookie_counts(stage: Stage) -> None:
    other = token(claims(sub="jonas"))
    assert (await stage.ask(authorization=f"Bearer {other}", cookie=stage.cookie)).actor.sub == "jonas"
    with pytest.raises(NotSignedIn):
        await stage.ask(authorization="Bearer forged.token.here", cookie=stage.cookie)
    with pytest.raises(NotSignedIn):
        await stage.ask(authorization="Bearer", cookie=stage.cookie)


async def test_a_password_for_a_proxy_in_front_is_no_token(stage: Stage) -> None:
    assert (await stage.ask(authorization="Basic eDp5", cookie=stage.cookie)).actor.sub == "amara"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic eDp5"},
        {"cookie": "theme=dark"},
        {"cookie": ";;;=;=="},
        {"cookie": f"{SITE.cookie}=" + "x" * 43},
        {"cookie": "gigdesk=" + "x" * 43},
    ],
)
async def test_nobody_is_not_signed_in(stage: Stage, headers: dict[str, str]) -> None:
    with pytest.raises(NotSignedIn) as refused:
        await stage.ask(**headers)
    assert refused.value.code == "token.missing"


async def test_a_cookie_of_another_name_does_not_count(stage: Stage) -> None:
    with pytest.raises(NotSignedIn):
        await stage.ask(cookie=stage.cookie.replace("__Secure-", ""))


async def test_a_hand_over_is_no_bearer_token(stage: Stage) -> None:
    with pytest.raises(NotSignedIn) as refused:
        await stage.ask(authorization=f"Bearer {token(hand_over_claims(jti='fresh'))}")
    assert refused.value.code == "token.hand_over"


async def test_two_authorization_headers_are_a_trick(stage: Stage) -> None:
    given = f"Bearer {token(claims())}"
    with pytest.raises(Malformed):
        await stage.identity.ask(scope("GET", ("authorization", given), ("authorization", given)))


@pytest.mark.abuse(38)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "same-origin", "origin": "https://market.example"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": "https://market.example"},
        {"origin": "https://app.market.example"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_our_own_pages_may_change_things(stage: Stage, method: str, headers: dict[str, str]) -> None:
    asked = await stage.ask(method, cookie=stage.cookie, **headers)
    assert asked.check_csrf is None


@pytest.mark.abuse(38)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "cross-site", "origin": "https://market.example"},
        {"origin": "https://evil.example"},
        {"origin": "https://market.example.evil.example"},
        {"origin": "http://market.example"},
        {"origin": "https://market.example:8443"},
        {"origin": "https://market.example/help"},
        {"origin": "null"},
        {"origin": ""},
    ],
)
async def test_pages_of_other_sites_may_not(stage: Stage, headers: dict[str, str]) -> None:
    with pytest.raises(NotAllowed) as refused:
        await stage.ask("POST", cookie=stage.cookie, **headers)
    assert refused.value.code == "origin.foreign"


@pytest.mark.abuse(38)
@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
async def test_a_header_that_is_sent_twice_proves_nothing(stage: Stage, name: str) -> None:
    twice = [(name, "same-origin"), (name, "cross-site")]
    with pytest.raises(Malformed):
        await stage.identity.ask(scope("POST", ("cookie", stage.cookie), *twice))


async def test_reading_needs_no_origin(stage: Stage) -> None:
    asked = await stage.ask("GET", cookie=stage.cookie, sec_fetch_site="cross-site")
    assert asked.check_csrf is None


async def test_a_token_in_a_header_stands_in_for_both_headers(stage: Stage) -> None:
    csrf = stage.identity.csrf(await stage.ask(cookie=stage.cookie))
    asked = await stage.ask("POST", cookie=stage.cookie, x_csrf_token=csrf)
    assert asked.check_csrf is None


async def test_a_token_does_not_help_a_page_of_another_site(stage: Stage) -> None:
    csrf = stage.identity.csrf(await stage.ask(cookie=stage.cookie))
    with pytest.raises(NotAllowed):
        await stage.ask("POST", cookie=stage.cookie, x_csrf_token=csrf, sec_fetch_site="cross-site")


@pytest.mark.parametrize("wrong", ["", "x" * 64, "é"])
async def test_a_wrong_token_in_a_header_is_refused(stage: Stage, wrong: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        await stage.ask("POST", cookie=stage.cookie, x_csrf_token=wrong)
    assert refused.value.code == "csrf.wrong"


async def test_without_any_header_the_first_field_must_show_it(stage: Stage) -> None:
    asked = await stage.ask("POST", cookie=stage.cookie)
    csrf = stage.identity.csrf(asked)
    assert asked.check_csrf
    assert asked.check_csrf(csrf)
    assert not asked.check_csrf("")
    assert not asked.check_csrf(csrf[:-1])
    assert not asked.check_csrf("\ud800")


async def test_a_csrf_token_belongs_to_one_session(stage: Stage) -> None:
    other, _ = await stage.sign_in.hand_over(token(hand_over_claims(jti="once-2")))
    mine = stage.identity.csrf(await stage.ask(cookie=stage.cookie))
    theirs = stage.identity.csrf(await stage.ask(cookie=f"{SITE.cookie}={other}"))
    assert mine != theirs
    assert stage.cookie.partition("=")[2] not in mine


@pytest.mark.parametrize(
    ("base", "name", "field"),
    [
        (
            "https://market.example",
            "__Host-gigdesk",
            "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            "https://market.example/help/",
            "__Secure-gigdesk",
            "Path=/help; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure",
        ),
        ("http://127.0.0.1:8000", "gigdesk", "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
    ],
)
def test_the_cookie_fits_where_the_site_lives(base: str, name: str, field: str) -> None:
    site = Site.of(base)
    assert site.set_cookie("value", Actor(sub="amara")) == f"{name}=value; {field}"
    assert "Max-Age=28800" in site.set_cookie("value", Actor(sub="mira", roles=frozenset({Role.AGENT})))
    assert site.clear_cookie() == f"{name}=; {field}".replace("2592000", "0")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Market.Example/help", "https://market.example"),
        ("https://market.example:443", "https://market.example"),
        ("http://market.example:80/x", "http://market.example"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin
