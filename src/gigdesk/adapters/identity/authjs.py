"""The session cookie of a marketplace that uses Auth.js 5 or NextAuth 4: a JWE (RFC 7516) under its secret.

The cookie's name decides key and cipher, never the token's header. Compressed content (``zip``) is refused
before anything is decrypted.
"""

from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.util import urlsafe_b64decode

from gigdesk.adapters.identity.tokens import Expected, judge
from gigdesk.clock import Clock
from gigdesk.errors import NotSignedIn

MAX_COOKIE_BYTES = 16 << 10
MAX_CHUNKS = 16
MAX_HEADER_BYTES = 1024
_HEADER = frozenset({"alg", "enc", "kid", "typ", "cty"})

# Cookie → (cipher, bytes of its key, HKDF info); the first that is there counts. In Auth.js 5 the name is
# the salt too; in NextAuth 4 there is none.
_AUTHJS = "Auth.js Generated Encryption Key ({})"
_NEXTAUTH = "NextAuth.js Generated Encryption Key"
_COOKIES = {
    "__Secure-authjs.session-token": ("A256CBC-HS512", 64, _AUTHJS),
    "authjs.session-token": ("A256CBC-HS512", 64, _AUTHJS),
    "__Secure-next-auth.session-token": ("A256GCM", 32, _NEXTAUTH),
    "next-auth.session-token": ("A256GCM", 32, _NEXTAUTH),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opener:
    """What opens the cookie of one name."""

    name: str
    cipher: str
    key: OctKey
    registry: jwe.JWERegistry


class AuthJsVerifier:
    """CookieVerifier for Auth.js. ``secret`` is the marketplace's ``AUTH_SECRET`` or ``NEXTAUTH_SECRET``.

    ValueError where it is empty. Sessions that the marketplace keeps in a database carry nothing to read.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        if not secret:
            raise ValueError("GIGDESK_AUTHJS_SECRET is empty")
        self._openers = tuple(_opener(name, secret) for name in _COOKIES)
        self._clock = clock

    def verify(self, cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        """The claims of the marketplace's session, or None where no such cookie was sent.

        Raises NotSignedIn for a cookie that is expired, forged, or larger than 16 KiB.
        """
        for opener in self._openers:
            if token := _whole(opener.name, cookies):
                claims = _opened(token, opener)
                judge(claims, Expected(), self._clock.now().timestamp())
                return claims
        return None


def _opener(name: str, secret: str) -> _Opener:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    cipher, length, info = _COOKIES[name]
    salt = name if info == _AUTHJS else ""
    derived = HKDF(
        algorithm=SHA256(), length=length, salt=salt.encode(), info=info.format(name).encode()
    ).derive(secret.encode())
    return _Opener(
        name=name,
        cipher=cipher,
        key=OctKey.import_key(derived),
        registry=jwe.JWERegistry(algorithms=["dir", cipher]),
    )


def _whole(name: str, cookies: Mapping[str, str]) -> str:
    """The cookie, put together from its chunks ``.0``, ``.1``, … where it was too long for one."""
    if name in cookies:
        chunks = [cookies[name]]
    else:
        chunks = []
        while len(chunks) < MAX_CHUNKS and (chunk := cookies.get(f"{name}.{len(chunks)}")) is not None:
            chunks.append(chunk)
    if sum(map(len, chunks)) > MAX_COOKIE_BYTES:
        raise NotSignedIn(
            "cookie.too_large",
            "The session cookie of the marketplace is larger than %(limit)s bytes. Sign in there again.",
            limit=MAX_COOKIE_BYTES,
        )
    return "".join(chunks)


def _opened(token: str, opener: _Opener) -> Mapping[str, object]:
    try:
        _judge_header(token, opener)
        claims = orjson.loads(
            jwe.decrypt_compact(token, opener.key, registry=opener.registry).plaintext or b""
        )
    except (JoseError, ValueError, TypeError, NotBase64):
        raise _forged() from None
    if not isinstance(claims, dict):
        raise _forged()
    return claims


def _judge_header(token: str, opener: _Opener) -> None:
    """Hold the header against what this cookie is made with. ValueError for anything else."""
    segment, _, rest = token.encode("ascii").partition(b".")
    if len(segment) > MAX_HEADER_BYTES or rest.count(b".") != 3 or not rest.startswith(b"."):
        raise ValueError("no compact JWE of a direct key")
    header = orjson.loads(urlsafe_b64decode(segment))
    if not isinstance(header, dict) or not set(header) <= _HEADER:
        raise ValueError("zip, crit, or a header that is not understood")
    if (header.get("alg"), header.get("enc")) != ("dir", opener.cipher):
        raise ValueError("another algorithm")


def _forged() -> NotSignedIn:
    return NotSignedIn(
        "cookie.forged",
        "The session cookie of the marketplace cannot be opened here. Sign in there again.",
    )
