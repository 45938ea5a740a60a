"""Signing in: what claims make of a person, how long a session lives, where a person is sent next."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from access.stage import SECRET, TurnedClock, claims, hand_over_claims, opened_store, token
from gigdesk.access.model import Actor, Role
from gigdesk.access.signin import SignIn, actor_from, safe_next, session_id
from gigdesk.adapters.identity.secret import SecretVerifier
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import NotSignedIn

STAFF = {"roles": ["agent"]}


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with opened_store(tmp_path) as store:
        yield store


@pytest.fixture
def sign_in(store: SqlStore, clock: TurnedClock) -> SignIn:
    verifier = SecretVerifier(SECRET, clock, Expected(audience="gigdesk-sign-in"))
    return SignIn(store.sessions, verifier, clock)


def test_a_person_has_what_the_claims_say() -> None:
    given = claims(name="Amara Okafor", email="a@mail.example", email_verified=True, locale="es-MX")

    actor = actor_from(given, "https://market.example")

    assert actor == Actor(
        sub="amara",
        issuer="https://market.example",
        name="Amara Okafor",
        email="a@mail.example",
        email_verified=True,
        locale="es-MX",
    )
    assert actor.claims is given


@pytest.mark.parametrize(
    ("roles", "known"),
    [
        (["agent", "lead"], {Role.AGENT, Role.LEAD}),
        (["owner", "agent", "AGENT", "agent "], {Role.AGENT}),
        ([None, 7, ["lead"], {"role": "admin"}, "integration"], {Role.INTEGRATION}),
        ("admin", set()),
        ({"admin": True}, set()),
        (None, set()),
    ],
)
def test_roles_come_from_the_list_of_known_names_alone(roles: object, known: set[Role]) -> None:
    assert actor_from(claims(roles=roles, role="admin", permissions=["admin"])).roles == known


@pytest.mark.parametrize(
    "junk",
    [
        {"name": 7, "email": ["a@mail.example"], "email_verified": "true", "locale": {"en": 1}},
        {"email": "a@mail.example\r\nBcc: all@mail.example"},
        {"email": "nobody", "locale": "../../en"},
    ],
)
def test_claims_that_are_junk_are_left_out(junk: dict[str, object]) -> None:
    actor = actor_from(claims(**junk))

    assert not actor.email_verified
    assert actor.locale == actor.name == ""
    assert "\r" not in actor.email
    assert "\n" not in actor.email


def test_a_name_loses_its_controls_and_what_is_too_long() -> None:
    assert actor_from(claims(name="Ama\r\nra \u202e" + "x" * 500)).name == ("Amara " + "x" * 500)[:200]


@pytest.mark.parametrize("path", ["/", "/reports", "/gigs/g-1/report-issue?from=mail&x=%2F#top", "/reports/"])
def test_a_place_of_this_site_is_gone_to(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "reports",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/reports/..//evil.example",
        "/.//evil.example",
        "/%2e%2e//evil.example",
        "/../elsewhere",
        "javascript:alert(1)",
        "/reports\r\nSet-Cookie: a=b",
        "/é",
        "/" + "x" * 3000,
    ],
)
def test_every_other_place_is_none_of_ours(path: str | None) -> None:
    assert safe_next(path) == "/"


async def test_a_hand_over_opens_a_session_that_its_cookie_finds(sign_in: SignIn, store: SqlStore) -> None:
    cookie, actor = await sign_in.hand_over(token(hand_over_claims(name="Amara", roles=["agent"])))

    assert actor == await sign_in.actor_of(cookie)
    assert (actor.sub, actor.name, actor.roles, actor.claims) == ("amara", "Amara", {Role.AGENT}, {})
    kept = await store.sessions.get_session(session_id(cookie))
    assert kept is not None
    assert cookie.encode() not in kept.id
    assert len(cookie) == 43


async def test_a_hand_over_works_once(sign_in: SignIn) -> None:
    given = token(hand_over_claims())
    await sign_in.hand_over(given)

    with pytest.raises(NotSignedIn) as refused:
        await sign_in.hand_over(given)

    assert refused.value.code == "sign_in.used"


async def test_of_many_who_use_a_hand_over_at_once_one_gets_in(sign_in: SignIn) -> None:
    import asyncio

    given = token(hand_over_claims())
    answers = await asyncio.gather(*(sign_in.hand_over(given) for _ in range(12)), return_exceptions=True)

    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert sum(isinstance(answer, NotSignedIn) for answer in answers) == 11


async def test_looking_at_a_hand_over_does_not_use_it_up(sign_in: SignIn) -> None:
    given = token(hand_over_claims())
    assert (await sign_in.look(given)).sub == "amara"
    assert (await sign_in.hand_over(given))[1].sub == "amara"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"jti": None}, "sign_in.no_id"),
        ({"jti": ""}, "sign_in.no_id"),
        ({"jti": 7}, "sign_in.no_id"),
        ({"jti": "x" * 300}, "sign_in.no_id"),
        ({"iat": None}, "sign_in.no_times"),
        ({"exp": claims()["exp"] + 1}, "sign_in.too_long"),  # type: ignore[operator]
        ({"aud": None}, "token.audience"),
        ({"aud": "gigdesk"}, "token.audience"),
    ],
)
async def test_what_is_no_hand_over_opens_nothing(
    sign_in: SignIn, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(NotSignedIn) as refused:
        await sign_in.hand_over(token(hand_over_claims(**wrong)))

    assert refused.value.code == code


async def test_a_session_ends_after_twelve_idle_hours(sign_in: SignIn, clock: TurnedClock) -> None:
    cookie, _ = await sign_in.hand_over(token(hand_over_claims()))
    clock.turn(hours=11, minutes=59)
    assert await sign_in.actor_of(cookie)
    clock.turn(hours=11, minutes=59)
    assert await sign_in.actor_of(cookie)
    clock.turn(hours=12)
    assert await sign_in.actor_of(cookie) is None


@pytest.mark.parametrize(("who", "hours"), [({}, 30 * 24), (STAFF, 8)])
async def test_a_session_ends_however_busy_it_is(
    sign_in: SignIn, clock: TurnedClock, who: dict[str, object], hours: int
) -> None:
    cookie, _ = await sign_in.hand_over(token(hand_over_claims(**who)))
    for _ in range(hours - 1):
        clock.turn(hours=1)
        assert await sign_in.actor_of(cookie)
    clock.turn(hours=1)
    assert await sign_in.actor_of(cookie) is None


async def test_a_visit_is_noted_once_a_minute(sign_in: SignIn, store: SqlStore, clock: TurnedClock) -> None:
    cookie, _ = await sign_in.hand_over(token(hand_over_claims()))
    opened = clock.now()
    clock.turn(seconds=59)
    await sign_in.actor_of(cookie)
    first = await store.sessions.get_session(session_id(cookie))
    clock.turn(seconds=1)
    await sign_in.actor_of(cookie)
    second = await store.sessions.get_session(session_id(cookie))

    assert first
    assert second
    assert (first.seen_at, second.seen_at) == (opened, opened + timedelta(minutes=1))


async def test_who_is_signed_in_is_known_while_the_store_can_only_be_read(
    sign_in: SignIn, store: SqlStore, clock: TurnedClock
) -> None:
    cookie, amara = await sign_in.hand_over(token(hand_over_claims()))
    await store.database.write(("PRAGMA query_only = ON", ()))
    clock.turn(minutes=2)

    assert await sign_in.actor_of(cookie) == amara


async def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn) -> None:
    cookie, _ = await sign_in.hand_over(token(hand_over_claims()))
    await sign_in.sign_out(cookie)
    await sign_in.sign_out(cookie)
    assert await sign_in.actor_of(cookie) is None


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "é" * 43, "../" * 15, "x" * 100_000])
async def test_a_cookie_that_is_none_finds_nobody(sign_in: SignIn, cookie: str) -> None:
    assert await sign_in.actor_of(cookie) is None
    await sign_in.sign_out(cookie)


async def test_a_used_hand_over_stays_used_while_it_could_still_hold(
    sign_in: SignIn, clock: TurnedClock
) -> None:
    given = token(hand_over_claims())
    await sign_in.hand_over(given)
    clock.turn(seconds=299)
    await sign_in.forget_expired()

    with pytest.raises(NotSignedIn) as refused:
        await sign_in.hand_over(given)
    assert refused.value.code == "sign_in.used"
