"""What every signed token must satisfy, whoever signed it: JWS (RFC 7515) that carry claims (RFC 7519).

No address or key that stands in a token is ever used: ``jku``, ``x5u``, ``jwk`` and ``x5c`` are passed over.
"""

from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import orjson
from joserfc import jws
from joserfc.errors import BadSignatureError, ExceededSizeError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import Key
from joserfc.util import urlsafe_b64decode

from gigdesk.access.signin import AUDIENCE as HAND_OVER
from gigdesk.errors import NotSignedIn

MAX_TOKEN_BYTES = 16 << 10
MAX_HEADER_BYTES = 4 << 10
MAX_SUB = 255
LEEWAY_SECONDS = 60
_TO_BASE64 = bytes.maketrans(b"-_+/", b"+/  ")
_PADDING = (b"", b"", b"==", b"=")

Proves = Callable[[bytes, bytes], bool]
"""Whether the second, a signature, is one of the first by the key that is meant."""


class Pinned(jws.JWSRegistry):
    """The one algorithm that a key may be used with. Headers that issuers add for themselves are no harm."""

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = MAX_TOKEN_BYTES

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm], strict_check_header=False)
        self._algorithm = algorithm
        # An issuer writes the same header again and again; only what was found in order is remembered.
        self._in_order = lru_cache(maxsize=64)(self._judge)

    def get_alg(self, name: str) -> JWSAlgModel:
        """The one algorithm, whatever other names the library knows."""
        if name != self._algorithm:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]

    def payload_of(self, token: bytes, proves: Proves) -> bytes:
        """What was signed, once that is proven (RFC 7515 §5.2). Raises JoseError, ValueError, TypeError."""
        signed, _, signature = token.rpartition(b".")
        header, _, payload = signed.partition(b".")
        self._in_order(header)
        self.validate_signature_size(signature)
        if not proves(signed, _decoded(signature)):
            raise BadSignatureError
        return _decoded(payload)

    def by_key(self, key: Key) -> Proves:
        """How this key proves a signature. Raises JoseError for a key of another algorithm."""
        algorithm = self.get_alg(self._algorithm)
        algorithm.check_key(key)
        return lambda signed, signature: algorithm.verify(signed, signature, key)

    def _judge(self, header: bytes) -> None:
        head = jws.extract_compact(header + b"..", registry=self).headers()
        self.check_header(head)
        self.get_alg(head["alg"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say of where it comes from and whom it is for; empty means no condition."""

    issuer: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a token's header says before anything is proven: good for choosing a key, for nothing else."""

    algorithm: str
    kid: str


def _decoded(segment: bytes) -> bytes:
    """The bytes of a segment: base64url without padding (RFC 7515 §2), nothing else in it. Raises ValueError."""
    return a2b_base64(segment.translate(_TO_BASE64) + _PADDING[len(segment) % 4], strict_mode=True)


def malformed() -> NotSignedIn:
    """The refusal of what is no readable token."""
    return NotSignedIn(
        "token.malformed",
        "This is not a signed token (JWT) that can be read. Send it whole, at most %(limit)s bytes.",
        limit=MAX_TOKEN_BYTES,
    )


def forged() -> NotSignedIn:
    """The refusal of a signature that none of our keys made in the key's own way."""
    return NotSignedIn(
        "token.forged",
        "The token is not signed by a key that is trusted here. Sign it with the configured secret.",
    )


def head_of(token: str) -> Head:
    """The algorithm and key id that the token names. Raises NotSignedIn for what cannot be a token."""
    if len(token) > MAX_TOKEN_BYTES or token.count(".") != 2:
        raise malformed()
    head = _head(token[: token.index(".")])
    if head is None:
        raise malformed()
    return head


@lru_cache(maxsize=512)
def _head(segment: str) -> Head | None:
    """An issuer writes the same header again and again, so that it is parsed once."""
    try:
        header = orjson.loads(urlsafe_b64decode(segment.encode("ascii")))
    except (ValueError, NotBase64):
        return None
    if len(segment) > MAX_HEADER_BYTES or not isinstance(header, dict) or "crit" in header:
        return None
    algorithm, kid = header.get("alg"), header.get("kid", "")
    if not isinstance(algorithm, str) or not isinstance(kid, str):
        return None
    return Head(algorithm=algorithm, kid=kid)


def claims_of(token: str, proves: Proves, pinned: Pinned) -> Mapping[str, object]:
    """The claims, once the key in its own way has proven the signature. Raises NotSignedIn."""
    try:
        claims = orjson.loads(pinned.payload_of(token.encode(), proves))
    except (ExceededSizeError, UnicodeError, orjson.JSONDecodeError):
        raise malformed() from None
    except (JoseError, ValueError, TypeError):
        raise forged() from None
    if not isinstance(claims, dict):
        raise malformed()
    return claims


def judge(claims: Mapping[str, object], expected: Expected, now: float) -> None:
    """Hold verified claims against the time (Unix seconds) and what is expected. Raises NotSignedIn."""
    _judge_times(claims, now)
    _judge_names(claims, expected)


def _judge_times(claims: Mapping[str, object], now: float) -> None:
    expires = _seconds("exp", claims.get("exp"))
    if expires is None:
        raise NotSignedIn("token.no_expiry", "The token has no exp. Give it a time at which it ends.")
    if expires <= now:
        raise NotSignedIn("token.expired", "The token has expired. Sign in again, or ask for a new one.")
    for name in ("nbf", "iat"):
        begins = _seconds(name, claims.get(name))
        if begins is not None and begins > now + LEEWAY_SECONDS:
            raise NotSignedIn(
                "token.early",
                "The token begins in the future (%(name)s). Set the issuer's clock right.",
                name=name,
            )


def _judge_names(claims: Mapping[str, object], expected: Expected) -> None:
    if expected.issuer and claims.get("iss") != expected.issuer:
        raise NotSignedIn(
            "token.issuer", "The token does not come from the issuer that is trusted here (iss)."
        )
    audiences = _audiences(claims)
    if expected.audience and expected.audience not in audiences:
        raise NotSignedIn("token.audience", "The token is meant for someone else (aud).")
    if HAND_OVER in audiences and expected.audience != HAND_OVER:
        raise NotSignedIn(
            "token.hand_over",
            "This token only opens a session at /sign-in. Use a token without aud %(audience)s here.",
            audience=HAND_OVER,
        )
    sub = claims.get("sub")
    if not isinstance(sub, str) or not 1 <= len(sub) <= MAX_SUB or not sub.isprintable():
        raise NotSignedIn(
            "token.subject",
            "The token's sub is not a user id. It must be text of 1 to %(limit)s characters.",
            limit=MAX_SUB,
        )


def _seconds(name: str, value: object) -> float | None:
    """A time as Unix seconds, or None where the claim is absent. Raises NotSignedIn for anything else."""
    if value is None:
        return None
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise NotSignedIn(
            "token.time", "The token's %(name)s is not a time. Write it as Unix seconds.", name=name
        )
    return float(value)


def _audiences(claims: Mapping[str, object]) -> tuple[object, ...]:
    """Whom the token is for, whether written as one or as a list (RFC 7519 §4.1.3)."""
    value = claims.get("aud")
    return tuple(value) if isinstance(value, list) else (value,)
