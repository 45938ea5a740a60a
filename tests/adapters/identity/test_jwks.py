"""Tokens by an issuer's keys, fetched from a real server that rotates, stalls, lies and dies."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from access.stage import SECRET, TurnedClock, claims, token
from gigdesk.adapters.identity.jwks import JwksVerifier, keys_in
from gigdesk.adapters.identity.secret import SecretVerifier
from gigdesk.adapters.identity.several import SeveralVerifiers
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.errors import NotSignedIn, Unavailable
from servers.issuer import Issuer, ec, okp, public, rsa, running, sign
from servers.market import http

EXPECTED = Expected(issuer="https://id.example", audience="gigdesk")
RSA, OTHER_RSA, EC, OKP = rsa(), rsa("rsa-2"), ec(), okp()
GIVEN = claims(iss="https://id.example", aud="gigdesk")


class Seconds:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with running() as issuer:
        issuer.keys = [public(key) for key in (RSA, EC, OKP)]
        yield issuer


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def verifier(issuer: Issuer, seconds: Seconds) -> JwksVerifier:
    return JwksVerifier(f"{issuer.url}/jwks.json", TurnedClock(), EXPECTED, now=seconds)


async def refusal(verifier: JwksVerifier, given: str) -> str:
    with pytest.raises(NotSignedIn) as refused:
        await verifier.verify(given)
    return refused.value.code


@pytest.mark.parametrize("key", [RSA, EC, OKP], ids=["RS256", "ES256", "EdDSA"])
async def test_each_kind_of_key_proves_its_tokens(verifier: JwksVerifier, key: object) -> None:
    assert await verifier.verify(sign(key, GIVEN)) == GIVEN
    assert await verifier.verify(sign(key, GIVEN, kid=None)) == GIVEN


async def test_keys_are_fetched_once_for_many_who_come_together(
    verifier: JwksVerifier, issuer: Issuer
) -> None:
    issuer.delay = 0.05
    await asyncio.gather(*(verifier.verify(sign(RSA, GIVEN)) for _ in range(20)))
    assert issuer.asked == 1


def confused(signed_with: bytes) -> str:
    """A token that says HS256 and is signed with what everybody knows: the public key."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "kid": "rsa-1"}, GIVEN)
    ]
    signature = base64.urlsafe_b64encode(hmac.digest(signed_with, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join([*parts, signature]).decode()


PEM = RSA.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
UNSIGNED = sign(RSA, GIVEN).rpartition(".")[0] + "."
FORGED = {
    "public key as secret, PEM": confused(PEM),
    "public key as secret, PEM stripped": confused(PEM.strip()),
    "public key as secret, DER": confused(
        RSA.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ),
    "public key as secret, JWK": confused(json.dumps(public(RSA)).encode()),
    "no signature": UNSIGNED,
    "alg none": "eyJhbGciOiJub25lIiwia2lkIjoicnNhLTEifQ." + UNSIGNED.split(".")[1] + ".",
    "a key of another issuer under a known kid": sign(rsa("rsa-1"), GIVEN),
    "an EC key under the kid of an RSA key": sign(ec("rsa-1"), GIVEN),
    "an Ed25519 key under the kid of an EC key": sign(okp("ec-1"), GIVEN),
    "RS384 by the right key": sign(RSA, GIVEN, alg="RS384"),
    "RS512 by the right key": sign(RSA, GIVEN, alg="RS512"),
    "PS256 by the right key": sign(RSA, GIVEN, alg="PS256"),
    "a key that came in the token": sign(OTHER_RSA, GIVEN, kid=None, jwk=public(OTHER_RSA)),
    "an unknown kid": sign(OTHER_RSA, GIVEN),
    "a shared secret": token(GIVEN),
}


@pytest.mark.abuse(34)
@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused(verifier: JwksVerifier, name: str) -> None:
    assert await refusal(verifier, FORGED[name]) in {"token.forged", "token.malformed"}


@pytest.mark.abuse(35)
async def test_no_address_of_a_token_is_ever_fetched(verifier: JwksVerifier, issuer: Issuer) -> None:
    for name in ("jku", "x5u"):
        given = sign(OTHER_RSA, GIVEN, **{name: f"{issuer.url}/evil.json"})
        assert await refusal(verifier, given) == "token.forged"
        assert await verifier.verify(sign(RSA, GIVEN, **{name: f"{issuer.url}/evil.json"}))
    assert issuer.others == []


@pytest.mark.abuse(35)
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"iss": None}, "token.issuer"),
        ({"iss": "https://evil.example"}, "token.issuer"),
        ({"aud": None}, "token.audience"),
        ({"aud": "another"}, "token.audience"),
        ({"exp": None}, "token.no_expiry"),
        ({"exp": 1}, "token.expired"),
        ({"sub": None}, "token.subject"),
    ],
)
async def test_claims_that_do_not_hold_are_refused(
    verifier: JwksVerifier, wrong: dict[str, object], code: str
) -> None:
    given = {name: value for name, value in {**GIVEN, **wrong}.items() if value is not None}
    assert await refusal(verifier, sign(RSA, given)) == code


@pytest.mark.abuse(35)
async def test_what_must_be_understood_and_is_not_is_refused(verifier: JwksVerifier) -> None:
    given = sign(RSA, GIVEN).split(".")
    header = {"alg": "RS256", "kid": "rsa-1", "crit": ["unheard-of"], "unheard-of": 1}
    given[0] = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    assert await refusal(verifier, ".".join(given)) == "token.malformed"


@pytest.mark.abuse(36)
async def test_ten_thousand_unknown_key_ids_make_one_fetch_in_thirty_seconds(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds
) -> None:
    await verifier.verify(sign(EC, GIVEN))
    _, payload, signature = sign(EC, GIVEN).split(".")
    for number in range(10_000):
        header = base64.urlsafe_b64encode(b'{"alg":"ES256","kid":"%d"}' % number).rstrip(b"=").decode()
        with pytest.raises(NotSignedIn):
            await verifier.verify(f"{header}.{payload}.{signature}")
        seconds.at += 0.006  # a minute in all
    assert issuer.asked <= 3
    assert await verifier.verify(sign(EC, GIVEN))


async def test_a_new_key_is_found_when_thirty_seconds_have_passed(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds
) -> None:
    await verifier.verify(sign(RSA, GIVEN))
    issuer.keys.append(public(OTHER_RSA))
    seconds.at += 29
    assert await refusal(verifier, sign(OTHER_RSA, GIVEN)) == "token.forged"
    seconds.at += 1
    assert await verifier.verify(sign(OTHER_RSA, GIVEN))
    assert issuer.asked == 2


async def test_a_withdrawn_key_stops_working_after_ten_minutes(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds
) -> None:
    await verifier.verify(sign(RSA, GIVEN))
    issuer.keys = [public(EC)]
    seconds.at += 599
    assert await verifier.verify(sign(RSA, GIVEN))
    seconds.at += 1
    await verifier.verify(sign(RSA, GIVEN))  # starts the fetch beside it
    await until(lambda: issuer.asked == 2)
    assert await refusal(verifier, sign(RSA, GIVEN)) == "token.forged"
    assert await verifier.verify(sign(EC, GIVEN))


async def test_very_old_keys_are_read_anew_before_they_count(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds
) -> None:
    await verifier.verify(sign(RSA, GIVEN))
    issuer.keys = [public(EC)]
    seconds.at += 3600
    assert await refusal(verifier, sign(RSA, GIVEN)) == "token.forged"


@pytest.mark.parametrize("hours", [0.2, 2, 48])
async def test_known_keys_go_on_working_while_the_issuer_is_away(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds, hours: float
) -> None:
    await verifier.verify(sign(RSA, GIVEN))
    await issuer.die()
    seconds.at += hours * 3600
    assert await verifier.verify(sign(RSA, GIVEN))
    with pytest.raises(Unavailable):  # whether that key exists, nobody can say
        await verifier.verify(sign(OTHER_RSA, GIVEN))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        http(500),
        http(404),
        http(302, location="/jwks.json"),
        http(200, b""),
        http(200, b"[]"),
        http(200, b'{"keys": {}}'),
        http(200, b'{"keys": []}'),
        http(200, b'{"keys": [7, null, {"kty": "RSA"}]}'),
        http(200, b'{"keys": [' + b" " * (256 << 10) + b"]}"),
    ],
)
async def test_without_keys_nobody_is_called_a_forger(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds, answer: bytes | None
) -> None:
    issuer.answer = lambda: answer
    with pytest.raises(Unavailable) as away:
        await verifier.verify(sign(RSA, GIVEN))
    assert away.value.retry_after
    with pytest.raises(Unavailable):
        await verifier.verify(sign(RSA, GIVEN))
    assert issuer.asked == 1
    issuer.answer = None
    seconds.at += 5
    assert await verifier.verify(sign(RSA, GIVEN))


async def test_an_empty_answer_does_not_take_known_keys_away(
    verifier: JwksVerifier, issuer: Issuer, seconds: Seconds
) -> None:
    await verifier.verify(sign(RSA, GIVEN))
    issuer.keys = []
    seconds.at += 4000
    assert await verifier.verify(sign(RSA, GIVEN))


async def test_who_gives_up_leaves_the_answer_to_the_others(verifier: JwksVerifier, issuer: Issuer) -> None:
    issuer.delay = 0.1
    first = asyncio.create_task(verifier.verify(sign(RSA, GIVEN)))
    await until(lambda: issuer.asked == 1)
    second = asyncio.create_task(verifier.verify(sign(RSA, GIVEN)))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == GIVEN
    assert issuer.asked == 1


async def test_a_probe_says_what_is_wrong(verifier: JwksVerifier, issuer: Issuer) -> None:
    await verifier.probe()
    issuer.answer = lambda: http(403)
    with pytest.raises(Unavailable) as refused:
        await verifier.probe()
    assert "it answers 403" in str(refused.value)


WEAK = rsa("weak", 1024)


@pytest.mark.parametrize(
    "jwk",
    [
        public(RSA, use="enc"),
        public(RSA, alg="RS512"),
        public(RSA, alg="HS256"),
        public(RSA, key_ops=["sign"]),
        public(RSA, kid=7),
        public(RSA, kid="x" * 300),
        public(RSA, n=None),
        public(RSA, n="!"),
        public(WEAK),
        {**public(ec("p384", "P-384")), "alg": "ES384"},
        public(EC, crv="P-384"),
        public(EC, x=None),
        public(OKP, crv="X25519"),
        {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "rsa-1"},
        {"kty": ["RSA"]},
    ],
)
def test_a_key_that_is_not_for_this_is_passed_over(jwk: dict[str, object]) -> None:
    found = keys_in(json.dumps({"keys": [jwk, public(OKP, kid="good")]}).encode())
    assert [key.kid for key in found] == ["good"]


def test_keys_without_use_and_alg_are_for_signatures() -> None:
    bare = [public(key, use=None, alg=None) for key in (RSA, EC, OKP)]
    found = keys_in(json.dumps({"keys": bare}).encode())
    assert [key.algorithm for key in found] == ["RS256", "ES256", "EdDSA"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///etc/keys.json", EXPECTED),
        ("id.example/jwks", EXPECTED),
        ("https://id.example/jwks", Expected(audience="gigdesk")),
        ("https://id.example/jwks", Expected(issuer="https://id.example")),
    ],
)
def test_an_address_an_issuer_and_an_audience_are_needed(url: str, expected: Expected) -> None:
    with pytest.raises(ValueError, match="GIGDESK_JWKS_URL"):
        JwksVerifier(url, TurnedClock(), expected)


async def test_of_several_verifiers_the_one_whose_keys_fit_judges(
    verifier: JwksVerifier, issuer: Issuer
) -> None:
    several = SeveralVerifiers([SecretVerifier(SECRET, TurnedClock(), EXPECTED), verifier])
    assert await several.verify(token(GIVEN)) == GIVEN
    assert issuer.asked == 0
    assert await several.verify(sign(RSA, GIVEN)) == GIVEN
    await several.probe()
    for name in ("public key as secret, PEM", "alg none", "PS256 by the right key", "an unknown kid"):
        with pytest.raises(NotSignedIn):
            await several.verify(FORGED[name])


async def until(holds: object) -> None:
    """Wait for what happens beside us."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
