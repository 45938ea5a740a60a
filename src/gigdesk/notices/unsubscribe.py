"""The value in a link that switches one kind of notice off for one person, without signing in.

It holds the person's pseudonymous key and the kind, signed; no address, and nothing that opens a case.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from gigdesk.notices.kinds import OPTIONAL, Kind

MAC_BYTES = 16
MAX_VALUE = 300


class Unsubscribing:
    """Makes such values and reads them; ``key`` is the installation's, for this purpose alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def value(self, person: str, kind: Kind) -> str:
        """The value for this person and kind: always the same."""
        said = f"{kind}.{person}".encode()
        return urlsafe_b64encode(self._mac(said) + said).rstrip(b"=").decode()

    def read(self, value: str) -> tuple[str, Kind] | None:
        """Person and kind, or None for what this installation never made, or can be switched off no longer."""
        if not value.isascii() or len(value) > MAX_VALUE:
            return None
        try:
            content = urlsafe_b64decode(value + "=" * (-len(value) % 4))
            said = content[MAC_BYTES:].decode()
        except ValueError:
            return None
        is_ours = hmac.compare_digest(content[:MAC_BYTES], self._mac(said.encode()))
        kind, _, person = said.partition(".")
        return (person, Kind(kind)) if is_ours and kind in OPTIONAL else None

    def _mac(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, sha256).digest()[:MAC_BYTES]
