"""Sealing what must not be read where it lies: AES-256-GCM (NIST SP 800-38D) under a key for one purpose."""

import os

NONCE_BYTES = 12


class Sealing:
    """Seals and opens. ``about`` is bound to what is sealed: under anything else it does not open."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """A nonce and what it sealed; no two are equal. Good for 2³² of them under one key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes | None:
        """What was sealed, or None for what was not sealed so, about this."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._key).decrypt(nonce, rest, about)
        except (InvalidTag, ValueError):
            return None
