"""The session cookie of Auth.js 5 and NextAuth 4, and what is made to look like one."""

import base64
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

from access.stage import TurnedClock, claims
from gigdesk.adapters.identity.authjs import AuthJsVerifier
from gigdesk.errors import NotSignedIn

SECRET = "the AUTH_SECRET of the marketplace"
V5, V5_PLAIN = "__Secure-authjs.session-token", "authjs.session-token"
V4, V4_PLAIN = "__Secure-next-auth.session-token", "next-auth.session-token"
CLAIMS = claims(name="Amara", email="a@mail.example", picture=None, jti="x")


def key(name: str, secret: str = SECRET) -> bytes:
    """The key that the library derives for the cookie of this name."""
    if "next-auth" in name:
        length, salt, info = 32, b"", b"NextAuth.js Generated Encryption Key"
    else:
        length, salt, info = 64, name.encode(), f"Auth.js Generated Encryption Key ({name})".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret.encode())


def cipher(name: str) -> str:
    return "A256GCM" if "next-auth" in name else "A256CBC-HS512"


def cookie(name: str, given: object = CLAIMS, secret: str = SECRET, **header: object) -> str:
    """A cookie as the library makes it."""
    head = {"alg": "dir", "enc": cipher(name), **header}
    plain = given if isinstance(given, bytes) else json.dumps(given).encode()
    registry = jwe.JWERegistry(algorithms=["dir", "A256GCM", "A256CBC-HS512", "DEF"])
    return jwe.encrypt_compact(head, plain, OctKey.import_key(key(name, secret)), registry=registry)


def verify(cookies: dict[str, str]) -> dict[str, object] | None:
    found = AuthJsVerifier(SECRET, TurnedClock()).verify(cookies)
    return None if found is None else dict(found)


def refusal(cookies: dict[str, str]) -> str:
    with pytest.raises(NotSignedIn) as refused:
        verify(cookies)
    return refused.value.code


@pytest.mark.parametrize("name", [V5, V5_PLAIN, V4, V4_PLAIN])
def test_each_librarys_cookie_says_who_is_signed_in(name: str) -> None:
    assert verify({"theme": "dark", name: cookie(name)}) == CLAIMS


@pytest.mark.parametrize("name", [V5, V5_PLAIN, V4])
def test_a_cookie_that_the_library_itself_made_is_read(name: str) -> None:
    """Made by ``encode`` of @auth/core 0.41.3 and next-auth 4 under this secret, to last a century."""
    made = json.loads((Path(__file__).parent / "authjs_cookies.json").read_text())
    clock = TurnedClock(datetime(2027, 1, 1, tzinfo=UTC))
    found = AuthJsVerifier(SECRET, clock).verify({name: made[name]})
    assert found
    assert (found["sub"], found["name"], found["email"]) == ("amara", "Amara", "a@mail.example")


@pytest.mark.parametrize("name", [V5, V4_PLAIN])
def test_a_long_cookie_comes_in_chunks(name: str) -> None:
    given = {**CLAIMS, "note": "x" * 9000}
    whole = cookie(name, given)
    chunks = [whole[at : at + 3900] for at in range(0, len(whole), 3900)]
    named = {f"{name}.{number}": chunk for number, chunk in reversed(list(enumerate(chunks)))}
    assert len(named) > 2
    assert verify(named) == given
    del named[f"{name}.1"]
    assert refusal(named) == "cookie.forged"


@pytest.mark.parametrize(
    "cookies", [{}, {"theme": "dark"}, {f"{V5}.1": "x"}, {V5: ""}, {"authjs.csrf-token": "x"}]
)
def test_without_such_a_cookie_nobody_is_signed_in(cookies: dict[str, str]) -> None:
    assert verify(cookies) is None


@pytest.mark.abuse(37)
def test_compressed_content_is_refused_before_it_is_opened() -> None:
    bomb = {**CLAIMS, "note": "0" * 1_000_000}
    packed = cookie(V5, bomb, zip="DEF")
    assert len(packed) < 16 << 10
    assert refusal({V5: packed}) == "cookie.forged"
    assert refusal({V5: cookie(V5, CLAIMS, zip="DEF")}) == "cookie.forged"


@pytest.mark.abuse(37)
def test_more_than_16_kib_are_refused_unread() -> None:
    assert refusal({V5: "x" * 16_385}) == "cookie.too_large"
    assert refusal({f"{V5}.{number}": "x" * 4000 for number in range(5)}) == "cookie.too_large"
    assert refusal({f"{V5}.{number}": "x" for number in range(1000)}) == "cookie.forged"


WHOLE = cookie(V5)


def with_header(header: object) -> str:
    segment = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([segment, *WHOLE.split(".")[1:]])


@pytest.mark.abuse(37)
@pytest.mark.parametrize(
    "value",
    [
        "x",
        "....",
        "é.é.é.é.é",
        WHOLE[:-1],
        WHOLE[:-8],
        WHOLE.rpartition(".")[0] + ".",
        WHOLE + ".x",
        cookie(V5, secret="another secret"),
        cookie(V5_PLAIN),
        cookie(V4),
        cookie(V5, b"not json"),
        cookie(V5, [1]),
        cookie(V5, crit=["kid"], kid="x"),
        cookie(V5, jku="https://evil.example/keys"),
        cookie(V5, zlib.compress(json.dumps(CLAIMS).encode())),
        with_header({"alg": "dir", "enc": "A256GCM"}),
        with_header({"alg": "none"}),
        with_header({"alg": "PBES2-HS256+A128KW", "enc": "A256CBC-HS512", "p2c": 2_000_000_000, "p2s": "x"}),
        with_header({"alg": "RSA1_5", "enc": "A256CBC-HS512"}),
        with_header([]),
        "eyJhbGciOiJIUzI1NiJ9.e30.x",
        "0d8f6c1e-2f6a-4d7e-9a51-5d9f0c2f9c11",
    ],
)
def test_what_is_not_the_marketplaces_is_refused(value: str) -> None:
    assert refusal({V5: value}) == "cookie.forged"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"exp": None}, "token.no_expiry"),
        ({"exp": 1}, "token.expired"),
        ({"sub": None}, "token.subject"),
        ({"sub": 7}, "token.subject"),
        ({"aud": "gigdesk-sign-in"}, "token.hand_over"),
    ],
)
def test_a_session_that_does_not_hold_is_refused(wrong: dict[str, object], code: str) -> None:
    given = {name: value for name, value in {**CLAIMS, **wrong}.items() if value is not None}
    assert refusal({V5: cookie(V5, given)}) == code


def test_the_cookie_that_only_https_can_set_counts_first() -> None:
    other = cookie(V5_PLAIN, {**CLAIMS, "sub": "mallory"})
    found = verify({V5_PLAIN: other, V5: cookie(V5)})
    assert found
    assert found["sub"] == "amara"


def test_without_a_secret_nothing_is_opened() -> None:
    with pytest.raises(ValueError, match="GIGDESK_AUTHJS_SECRET"):
        AuthJsVerifier("", TurnedClock())
