"""Tokens by a shared secret: what holds, and everything that does not."""

import base64
import hmac
import json
from datetime import timedelta

import pytest

from access.stage import NOON, SECRET, TurnedClock, claims, hand_over_claims, token
from gigdesk.adapters.identity.secret import SecretVerifier, mint
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.errors import NotSignedIn

NOW = int(NOON.timestamp())


def raw(header: object, payload: object, secret: bytes = SECRET, method: str = "sha256") -> str:
    """A token made by hand, so that nothing keeps it from being wrong."""
    parts = [
        base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode()).rstrip(b"=")
        for part in (header, payload)
    ]
    signed = b".".join(parts)
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed, method)).rstrip(b"=")
    return (signed + b"." + signature).decode()


async def verify(given: str, expected: Expected | None = None) -> dict[str, object]:
    return dict(await SecretVerifier(SECRET, TurnedClock(), expected).verify(given))


async def refusal(given: str, expected: Expected | None = None) -> str:
    with pytest.raises(NotSignedIn) as refused:
        await verify(given, expected)
    return refused.value.code


async def test_a_token_that_holds_gives_its_claims() -> None:
    assert await verify(token(claims(name="Amara"))) == claims(name="Amara")


async def test_a_minted_token_holds_until_its_time_is_over() -> None:
    clock = TurnedClock()
    given = mint(SECRET, {"sub": "amara"}, timedelta(minutes=10), clock)
    verifier = SecretVerifier(SECRET, clock)
    clock.turn(minutes=9, seconds=59)
    assert (await verifier.verify(given))["sub"] == "amara"
    clock.turn(seconds=1)
    with pytest.raises(NotSignedIn) as refused:
        await verifier.verify(given)
    assert refused.value.code == "token.expired"


def test_a_short_secret_verifies_and_mints_nothing() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        SecretVerifier(b"x" * 31, TurnedClock())
    with pytest.raises(ValueError, match="31 bytes"):
        mint(b"x" * 31, {}, timedelta(1), TurnedClock())


@pytest.mark.abuse(34)
@pytest.mark.parametrize(
    "given",
    [
        raw({"alg": "none"}, claims()),
        raw({"alg": "none"}, claims()).rpartition(".")[0] + ".",
        raw({"alg": "None", "typ": "JWT"}, claims()).rpartition(".")[0] + ".",
        raw({"alg": "HS384"}, claims(), method="sha384"),
        raw({"alg": "HS512"}, claims(), method="sha512"),
        raw({"alg": "RS256"}, claims()),
        raw({"alg": "ES256"}, claims()),
        raw({"alg": "EdDSA"}, claims()),
        raw({"alg": "hs256"}, claims()),
        raw({"alg": "HS256"}, claims(), secret=b"another secret that is long enough, too"),
        raw({"alg": "HS256"}, claims(), secret=b""),
        raw({"alg": "HS256"}, claims()).rpartition(".")[0] + ".",
        raw({"alg": "HS256"}, claims())[:-3] + "AAA",
        raw({"alg": "HS256", "jwk": {"kty": "oct", "k": "eA"}}, claims(), secret=b"x"),
        raw({"alg": "HS256", "kid": "../../../dev/null"}, claims(), secret=b""),
        raw({"alg": "HS256", "kid": "' UNION SELECT 'x"}, claims(), secret=b"x"),
    ],
)
async def test_a_forged_token_is_refused(given: str) -> None:
    assert await refusal(given) == "token.forged"


@pytest.mark.abuse(35)
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "HS256", "crit": ["exp"], "exp": 1},
        {"alg": "HS256", "crit": ["unheard-of"], "unheard-of": True},
        {"alg": "HS256", "crit": []},
        {"alg": "HS256", "crit": ["b64"], "b64": False},
        {"alg": "HS256", "b64": False},
        {"alg": ["HS256"]},
        {"alg": None},
        {"typ": "JWT"},
        {"alg": "HS256", "kid": 7},
        [],
        "HS256",
        b"\xff\xfe",
        b"{",
    ],
)
async def test_a_header_that_is_not_understood_is_refused(header: object) -> None:
    assert await refusal(raw(header, claims())) in {"token.malformed", "token.forged"}


@pytest.mark.parametrize(
    "given",
    ["", ".", "..", "a.b", "a.b.c.d", "a.b.c.d.e", "é.é.é", "\ud800.b.c", "x" * 20_000, "." * 20_000],
)
async def test_what_is_no_token_is_refused(given: str) -> None:
    assert await refusal(given) == "token.malformed"


async def test_a_token_over_16_kib_is_refused_unread() -> None:
    assert await refusal(token(claims(name="x" * (16 << 10)))) == "token.malformed"


@pytest.mark.parametrize("payload", [[], "x", 7, None, b"\xff", b"{", b'{"sub":"\\ud800"}', b'{"exp":NaN}'])
async def test_claims_that_are_no_object_are_refused(payload: object) -> None:
    assert await refusal(raw({"alg": "HS256"}, payload)) == "token.malformed"


@pytest.mark.abuse(35)
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"exp": None}, "token.no_expiry"),
        ({"exp": NOW}, "token.expired"),
        ({"exp": NOW - 1}, "token.expired"),
        ({"exp": str(NOW + 60)}, "token.time"),
        ({"exp": True}, "token.time"),
        ({"exp": [NOW + 60]}, "token.time"),
        ({"nbf": NOW + 61}, "token.early"),
        ({"iat": NOW + 61}, "token.early"),
        ({"iat": "now"}, "token.time"),
        ({"sub": None}, "token.subject"),
        ({"sub": ""}, "token.subject"),
        ({"sub": 7}, "token.subject"),
        ({"sub": ["amara"]}, "token.subject"),
        ({"sub": "x" * 256}, "token.subject"),
        ({"sub": "a\x00b"}, "token.subject"),
        ({"sub": "a\nb"}, "token.subject"),
        ({"aud": "gigdesk-sign-in"}, "token.hand_over"),
        ({"aud": ["gigdesk", "gigdesk-sign-in"]}, "token.hand_over"),
    ],
)
async def test_claims_that_do_not_hold_are_refused(wrong: dict[str, object], code: str) -> None:
    assert await refusal(token(claims(**wrong))) == code


async def test_clocks_may_differ_by_a_minute() -> None:
    assert await verify(token(claims(nbf=NOW + 60, iat=NOW + 60, exp=NOW + 0.5)))


EXPECTED = Expected(issuer="https://market.example", audience="gigdesk")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"iss": None}, "token.issuer"),
        ({"iss": "https://market.example/"}, "token.issuer"),
        ({"iss": ["https://market.example"]}, "token.issuer"),
        ({"aud": None}, "token.audience"),
        ({"aud": "gigdes"}, "token.audience"),
        ({"aud": ["a", "b"]}, "token.audience"),
        ({"aud": {"gigdesk": True}}, "token.audience"),
    ],
)
async def test_issuer_and_audience_count_where_they_are_configured(
    given: dict[str, object], code: str
) -> None:
    right = {"iss": "https://market.example", "aud": "gigdesk"}
    assert await refusal(token(claims(**{**right, **given})), EXPECTED) == code


@pytest.mark.parametrize("audience", ["gigdesk", ["other", "gigdesk"]])
async def test_the_audience_may_be_one_or_a_list(audience: object) -> None:
    assert await verify(token(claims(iss="https://market.example", aud=audience)), EXPECTED)


async def test_a_hand_over_holds_only_where_one_is_expected() -> None:
    given = token(hand_over_claims())
    assert await verify(given, Expected(audience="gigdesk-sign-in"))
    assert await refusal(given) == "token.hand_over"
    assert await refusal(token(claims()), Expected(audience="gigdesk-sign-in")) == "token.audience"


async def test_headers_that_issuers_add_for_themselves_do_no_harm() -> None:
    assert await verify(token(claims(), kid="k1", cat="something", jku="https://127.0.0.1:1/jwks"))
