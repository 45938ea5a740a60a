"""Keys of the installation: what is derived from its secret, and the signing keys that all processes share.

Purposes keep uses apart: what is derived for one says nothing about another (HKDF, RFC 5869).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gigdesk.access.ports import KeyRing
from gigdesk.access.sealing import Sealing
from gigdesk.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MIN_SECRET_BYTES = 32
SIGNING = "signing"
_SALT = b"gigdesk"


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for this purpose alone. ValueError where the secret is shorter than 32 bytes."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"the installation's secret has {len(secret)} bytes; it needs {MIN_SECRET_BYTES}")
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=purpose.encode()).derive(secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    private: "Ed25519PrivateKey"
    public: "Ed25519PublicKey"


class SigningKeys:
    """Ed25519 keys (RFC 8032) in the store, sealed under the installation's secret, made once.

    Every process that has loaded them signs with the newest; older ones go on verifying. Call ``load``
    before anything else.
    """

    def __init__(self, ring: KeyRing, secret: bytes) -> None:
        self._ring = ring
        self._key = derive(secret, "signing-keys")
        self._sealing = Sealing(self._key)
        self._pairs: dict[str, _Pair] = {}
        self._current = ""

    async def load(self) -> None:
        """Read the keys; make the first where there is none. All who race for it end up with the same.

        Raises Unavailable when the store is away, or holds keys that another secret sealed.
        """
        kept = await self._ring.keys(SIGNING)
        if not kept:
            await self._add(1)
            kept = await self._ring.keys(SIGNING)
        self._take(kept)

    async def rotate(self) -> str:
        """Add a key that signs from now on; the old ones stay. Other processes follow when they load."""
        await self._add(len(await self._ring.keys(SIGNING)) + 1)
        self._take(await self._ring.keys(SIGNING))
        return self._current

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """The id of the key that signed, and the 64 bytes of its signature."""
        return self._current, self._pairs[self._current].private.sign(message)

    def verify(self, kid: str, message: bytes, signature: bytes) -> bool:
        """Whether that key of this installation made the signature."""
        from cryptography.exceptions import InvalidSignature

        pair = self._pairs.get(kid)
        if pair is None:
            return False
        try:
            pair.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def public(self, kid: str) -> bytes | None:
        """The 32 bytes of a public key, or None for an unknown id."""
        pair = self._pairs.get(kid)
        return pair.public.public_bytes_raw() if pair else None

    def jwks(self) -> dict[str, object]:
        """The public keys as a JWK set (RFC 7517, RFC 8037), oldest first."""
        keys = [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": _base64url(pair)}
            for kid, pair in self._pairs.items()
        ]
        return {"keys": keys}

    def _take(self, kept: Mapping[str, bytes]) -> None:
        self._pairs = {kid: self._opened(kid, sealed) for kid, sealed in kept.items()}
        self._current = list(self._pairs)[-1]

    async def _add(self, number: int) -> None:
        """Make the key of this number unless it is there: its id follows from the number, so one wins."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        kid = hmac.digest(self._key, f"kid {number}".encode(), "sha256")[:8].hex()
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        await self._ring.keep_key(kid, SIGNING, self._sealing.seal(raw, kid.encode()))

    def _opened(self, kid: str, sealed: bytes) -> _Pair:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        raw = self._sealing.open(sealed, kid.encode())
        if raw is None:
            raise Unavailable(
                "keys.sealed",
                "The signing keys in the store were sealed with another GIGDESK_SECRET. Set the one that"
                " belongs to this database.",
            )
        private = Ed25519PrivateKey.from_private_bytes(raw)
        return _Pair(private=private, public=private.public_key())


def _base64url(pair: _Pair) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(pair.public.public_bytes_raw()).rstrip(b"=").decode()
