"""What signing in needs from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gigdesk.access.model import Actor


class TokenVerifier(Protocol):
    """Tells a token that the marketplace signed from one that it did not."""

    async def verify(self, token: str) -> Mapping[str, object]:
        """The claims of a token whose signature and ``exp`` (and ``iss``, ``aud`` where set) hold.

        The key decides the algorithm, never the token. Raises NotSignedIn for everything else, and
        Unavailable when the issuer's keys cannot be had.
        """
        ...

    async def probe(self) -> None:
        """Check that keys are there; raises Unavailable with the reason. For ``doctor``."""
        ...


class CookieVerifier(Protocol):
    """Reads the session cookie that the marketplace itself sets."""

    def verify(self, cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        """The claims of the marketplace's session, or None where no such cookie was sent.

        Raises NotSignedIn for a cookie that is expired, forged, or larger than 16 KiB.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in by cookie. ``id`` is the SHA-256 of the cookie's secret."""

    id: bytes
    actor: Actor
    created_at: datetime
    seen_at: datetime


class Sessions(Protocol):
    """Sessions and single-use tokens, in the store."""

    async def open_session(self, session: Session, token_id: str, token_expires: datetime) -> bool:
        """Keep the session and mark the hand-over token as used, in one step; False if it was used before."""
        ...

    async def get_session(self, session_id: bytes) -> Session | None:
        """The session, or None."""
        ...

    async def touch_session(self, session_id: bytes, seen_at: datetime) -> None:
        """Note that the person was here."""
        ...

    async def end_session(self, session_id: bytes) -> None:
        """Forget the session; asking twice is no error."""
        ...

    async def forget_expired(self, seen_before: datetime, created_before: datetime, now: datetime) -> None:
        """Drop sessions idle or old beyond these times, and used-token marks that expired before ``now``."""
        ...


class KeyRing(Protocol):
    """Keys that all processes of an installation share, kept sealed in the store."""

    async def keep_key(self, kid: str, purpose: str, sealed: bytes) -> None:
        """Insert the key if that ``kid`` is absent; never replaces."""
        ...

    async def keys(self, purpose: str) -> Mapping[str, bytes]:
        """Every key of this purpose: kid → sealed bytes, oldest first."""
        ...
