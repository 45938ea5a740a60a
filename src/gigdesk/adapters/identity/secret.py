"""Tokens signed with a secret that gigdesk shares with the marketplace: HS256 and nothing else."""

import hmac
from collections.abc import Mapping
from datetime import timedelta

from joserfc import jwt
from joserfc.jwk import OctKey

from gigdesk.adapters.identity.tokens import Expected, Head, Pinned, claims_of, forged, head_of, judge
from gigdesk.clock import Clock

ALGORITHM = "HS256"
MIN_SECRET_BYTES = 32


class SecretVerifier:
    """Verifies HS256 tokens; the key is imported once.

    For Bearer tokens give the configured issuer and audience; for hand-over tokens the audience
    ``gigdesk-sign-in``. ValueError where the secret is shorter than 32 bytes (RFC 7518 §3.2).
    """

    def __init__(self, secret: bytes, clock: Clock, expected: Expected | None = None) -> None:
        _key(secret)  # refuses what is too short
        self._secret = secret
        self._pinned = Pinned(ALGORITHM)
        self._clock = clock
        self._expected = expected or Expected()

    def fits(self, head: Head) -> bool:
        """Whether this key could have signed a token with that header."""
        return head.algorithm == ALGORITHM

    async def verify(self, token: str) -> Mapping[str, object]:
        """The claims of a token that holds. Raises NotSignedIn for everything else."""
        if not self.fits(head_of(token)):
            raise forged()
        claims = claims_of(token, self._proves, self._pinned)
        judge(claims, self._expected, self._clock.now().timestamp())
        return claims

    async def probe(self) -> None:
        """A secret is always there."""

    def _proves(self, signed: bytes, signature: bytes) -> bool:
        """HS256 (RFC 7518 §3.2), by the standard library in one call, and in a time that tells nothing."""
        return hmac.compare_digest(hmac.digest(self._secret, signed, "sha256"), signature)


def mint(secret: bytes, claims: Mapping[str, object], ttl: timedelta, clock: Clock) -> str:
    """A token with these claims, from now for ``ttl``. ValueError where the secret is too short."""
    now = int(clock.now().timestamp())
    times = {"iat": now, "exp": now + int(ttl.total_seconds())}
    return jwt.encode({"alg": ALGORITHM}, {**claims, **times}, _key(secret), algorithms=[ALGORITHM])


def _key(secret: bytes) -> OctKey:
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes; it needs at least {MIN_SECRET_BYTES}")
    return OctKey.import_key(secret)
