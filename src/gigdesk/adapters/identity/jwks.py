"""Tokens signed by an issuer whose public keys are fetched from one configured address (RFC 7517).

A key has one algorithm, by its type, and is used with no other. What a token says of where keys are found
is never followed; how often its unknown key ids make us ask the issuer has a limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gigdesk.adapters.identity.tokens import Expected, Head, Pinned, Proves, claims_of, forged, head_of, judge
from gigdesk.clock import Clock
from gigdesk.errors import NotSignedIn, Unavailable

REFRESH_SECONDS = 600.0
STALE_SECONDS = 3600.0
FLOOR_SECONDS = 30.0
RETRY_SECONDS = 5.0
TIMEOUT_SECONDS = 3.0
MAX_ANSWER_BYTES = 256 << 10
MAX_KEYS = 100
MAX_KID = 255
# 2048 to 8192 bits, as characters of base64url.
RSA_MODULUS_CHARACTERS = range(342, 1367)

# (kty, crv) → the algorithm, the class, and the public members that make the key. Nothing else is read.
_KINDS: dict[tuple[object, object], tuple[str, type[Key], tuple[str, ...]]] = {
    ("RSA", None): ("RS256", RSAKey, ("kty", "n", "e")),
    ("EC", "P-256"): ("ES256", ECKey, ("kty", "crv", "x", "y")),
    ("OKP", "Ed25519"): ("EdDSA", OKPKey, ("kty", "crv", "x")),
}
_PINNED = {algorithm: Pinned(algorithm) for algorithm, _, _ in _KINDS.values()}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key of the issuer, the one algorithm that it may be used with, and how it proves a signature."""

    kid: str
    algorithm: str
    proves: Proves


class JwksVerifier:
    """Verifies RS256, ES256 and EdDSA. ValueError without an http address, an issuer and an audience.

    Keys are read anew every 10 minutes, one fetch at a time; while the issuer is away the known ones go on
    working. A key id that is not known makes at most one fetch in 30 s. ``now`` counts seconds.
    """

    def __init__(
        self, url: str, clock: Clock, expected: Expected, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError("GIGDESK_JWKS_URL is no http or https address")
        if not expected.issuer or not expected.audience:
            raise ValueError("GIGDESK_JWKS_URL needs GIGDESK_JWT_ISSUER and GIGDESK_JWT_AUDIENCE")
        self._keys = IssuerKeys(url, now)
        self._clock = clock
        self._expected = expected

    def fits(self, head: Head) -> bool:
        """Whether a key of an issuer could have signed a token with that header."""
        return head.algorithm in _PINNED

    async def verify(self, token: str) -> Mapping[str, object]:
        """The claims of a token that holds. Raises NotSignedIn, or Unavailable where there are no keys yet."""
        head = head_of(token)
        if not self.fits(head):
            raise forged()
        claims = proven(token, await self._keys.find(head))
        judge(claims, self._expected, self._clock.now().timestamp())
        return claims

    async def probe(self) -> None:
        """Fetch in earnest; raises Unavailable with the reason."""
        try:
            await self._keys.fetch()
        except Unavailable as away:
            why = away.values["why"]
            raise Unavailable("issuer.probe", "The issuer's keys were not read: %(why)s.", why=why) from None


def proven(token: str, keys: tuple[PublicKey, ...]) -> Mapping[str, object]:
    """The claims that the first fitting key proves; a token without ``kid`` may fit several."""
    for public in keys:
        try:
            return claims_of(token, public.proves, _PINNED[public.algorithm])
        except NotSignedIn as refused:
            if refused.code != "token.forged":
                raise
    raise forged()


class IssuerKeys:
    """The issuer's keys, as they were at most some minutes ago."""

    def __init__(
        self, url: str, now: Callable[[], float], read: Callable[[str], Awaitable[bytes]] | None = None
    ) -> None:
        self._url = url
        self._now = now
        self._reads = read or fetched
        self._keys: tuple[PublicKey, ...] = ()
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._failed = False
        self._flight: asyncio.Task[None] | None = None

    async def find(self, head: Head) -> tuple[PublicKey, ...]:
        """The keys that could have signed it; none where the issuer does not know such a key.

        Raises Unavailable where that cannot be said, because the issuer does not answer.
        """
        await self._freshen()
        found = self._fitting(head)
        if not found and self._may_try(FLOOR_SECONDS):
            await self._try()
            found = self._fitting(head)
        if not found and self._failed:
            raise _away()
        return found

    async def fetch(self) -> None:
        """Read the keys now. Raises Unavailable with the reason, and then leaves the known ones alone."""
        self._tried_at, self._failed = self._now(), True
        self._keys = keys_in(await self._reads(self._url))
        self._read_at, self._failed = self._now(), False

    def _fitting(self, head: Head) -> tuple[PublicKey, ...]:
        return tuple(
            key for key in self._keys if key.algorithm == head.algorithm and head.kid in {"", key.kid}
        )

    async def _freshen(self) -> None:
        """Old keys are read anew beside the request; very old ones, and none, before it."""
        age = float("inf") if self._read_at is None else self._now() - self._read_at
        if age < REFRESH_SECONDS or not self._may_try(
            RETRY_SECONDS if self._read_at is None else FLOOR_SECONDS
        ):
            return
        if age < STALE_SECONDS:
            self._started()
        else:
            await self._try()

    def _may_try(self, floor: float) -> bool:
        if self._flight is not None:
            return True  # it is on its way: waiting for it costs no fetch
        return self._tried_at is None or self._now() - self._tried_at >= floor

    async def _try(self) -> None:
        """Wait for the one fetch that is on its way; whoever gives up leaves it to the others."""
        await asyncio.shield(self._started())

    def _started(self) -> "asyncio.Task[None]":
        if self._flight is None:
            self._flight = asyncio.create_task(self._attempt())
        return self._flight

    async def _attempt(self) -> None:
        try:
            await self.fetch()
        except Unavailable as away:
            _log.warning("issuer_keys_not_read", reason=away.values.get("why"), known=len(self._keys))
        finally:
            self._flight = None


async def fetched(url: str) -> bytes:
    """What an address answers with 200. Raises Unavailable with the reason."""
    from httpx2 import AsyncClient, HTTPError, InvalidURL

    headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "gigdesk"}
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, headers=headers) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != 200:
                raise _away(f"it answers {answer.status_code}")
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise _away("it answers more than 256 KiB")
            return bytes(body)
    except TimeoutError:
        raise _away("it does not answer in 3 s") from None
    except (HTTPError, InvalidURL, OSError) as error:
        raise _away(f"it cannot be reached ({type(error).__name__})") from None


def keys_in(body: bytes) -> tuple[PublicKey, ...]:
    """The keys of a JWK set that verify signatures. Raises Unavailable where there is none."""
    try:
        document = orjson.loads(body)
        listed = document["keys"][:MAX_KEYS]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise _away("it answers no JWK set") from None
    found: dict[tuple[str, str], PublicKey] = {}
    for jwk in listed if isinstance(listed, list) else ():
        if isinstance(jwk, dict) and (key := _read(jwk)):
            found.setdefault((key.kid, key.algorithm), key)
    if not found:
        raise _away("it has no key for RS256, ES256 or EdDSA")
    return tuple(found.values())


def _read(jwk: Mapping[str, object]) -> PublicKey | None:
    """The key, or None for one that is of another kind, for another use, or too weak."""
    crv = jwk.get("crv") if jwk.get("kty") != "RSA" else None
    kty, kid = jwk.get("kty"), jwk.get("kid", "")
    kind = _KINDS.get((kty, crv)) if isinstance(kty, str) and isinstance(crv, str | None) else None
    if kind is None or not isinstance(kid, str) or len(kid) > MAX_KID or not _is_for_signatures(jwk, kind[0]):
        return None
    algorithm, own_class, members = kind
    if own_class is RSAKey and len(str(jwk.get("n"))) not in RSA_MODULUS_CHARACTERS:
        return None
    try:
        key = own_class.import_key({name: str(jwk[name]) for name in members})
        proves = _PINNED[algorithm].by_key(key)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return PublicKey(kid=kid, algorithm=algorithm, proves=proves)


def _is_for_signatures(jwk: Mapping[str, object], algorithm: str) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    is_of_use = jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return is_of_use and jwk.get("alg", algorithm) == algorithm


def _away(why: str = "") -> Unavailable:
    return Unavailable(
        "issuer.away",
        "The keys that sign people in cannot be had right now. Try again in a moment.",
        retry_after=int(RETRY_SECONDS),
        why=why,
    )
