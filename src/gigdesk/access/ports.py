"""What signing in needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gigdesk.access.accounts import Account
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


class Way(StrEnum):
    """How somebody came in."""

    HAND_OVER = "hand_over"
    PASSWORD = "password"  # noqa: S105 - the word, not one
    WORK_ACCOUNT = "work_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in by cookie. ``id`` is the SHA-256 of the cookie's secret.

    ``browser`` is a short label like "Firefox, Linux"; nothing else is kept of where somebody signs in from.
    """

    id: bytes
    actor: Actor
    created_at: datetime
    seen_at: datetime
    way: Way = Way.HAND_OVER
    browser: str = ""


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

    async def sessions_of(self, sub: str) -> Sequence[Session]:
        """The sessions of this person, whichever way they came in, the newest first; 200 at most."""
        ...

    async def seen(self, subs: Sequence[str]) -> Mapping[str, datetime]:
        """When each of these people was last seen in a session that is still kept; who has none is missing."""
        ...

    async def end_sessions_of(self, sub: str, but: bytes) -> int:
        """Forget every session of this person but the one with that id; how many there were."""
        ...


class Accounts(Protocol):
    """The accounts of staff, in the store."""

    async def add(self, account: Account) -> bool:
        """Keep a new account; False where the login is taken."""
        ...

    async def find(self, login: str) -> Account | None:
        """The account of this login, or None."""
        ...

    async def get(self, account_id: str) -> Account | None:
        """The account, or None."""
        ...

    async def invited_by(self, invitation: bytes) -> Account | None:
        """The account that a link of this digest was made for, or None."""
        ...

    async def everyone(self) -> Sequence[Account]:
        """Every account, by login."""
        ...

    async def replace(self, account: Account, *, ends_sessions: bool) -> bool:
        """Put the account in the place of what it was read as, one version on; False where that has changed.

        The step of the last code never goes back.
        ``ends_sessions`` forgets in the same step every session that was opened with its password.
        """
        ...

    async def use_code(self, account: Account, step: int) -> bool:
        """Note that a code of this time step was used, if the account still stands as it was read and no code of that
        step or a later one was; else False. Of two at once one is True.
        """
        ...

    async def open_session(self, account: Account, session: Session) -> bool:
        """Keep the session if the account still stands as it was read, and note the visit; else False."""
        ...


class Passwords(Protocol):
    """Turns passwords into hashes that are slow to guess."""

    async def hash(self, password: str) -> str:
        """A new hash. Raises Unavailable where too many wait already."""
        ...

    async def verify(self, password: str, hashed: str) -> bool:
        """Whether that is the password of this hash. Raises Unavailable where too many wait already."""
        ...

    def is_outdated(self, hashed: str) -> bool:
        """Whether a hash was made with other costs than those of now."""
        ...

    def decoy(self) -> str:
        """A hash that no password has, and that costs as much to verify as one of now."""
        ...


class IdentityProvider(Protocol):
    """The OpenID Connect provider with whose accounts staff sign in."""

    async def way_in(self, state: str, nonce: str, challenge: str) -> str:
        """The provider's page for signing in, which leads back to us. Raises Unavailable."""
        ...

    async def redeem(self, code: str, verifier: str, issuer: str | None) -> Mapping[str, object]:
        """The claims of the id token for this code, whose signature, iss, aud and times hold.

        ``issuer`` is what the way back named as its issuer (RFC 9207). Raises NotSignedIn for a code or a token that
        does not hold, and Unavailable where the provider does not answer as it should.
        """
        ...

    async def probe(self) -> str:
        """Read what the provider says of itself, and its keys; what was found. Raises Unavailable with the reason."""
        ...


class KeyRing(Protocol):
    """Keys that all processes of an installation share, kept sealed in the store."""

    async def keep_key(self, kid: str, purpose: str, sealed: bytes) -> None:
        """Insert the key if that ``kid`` is absent; never replaces."""
        ...

    async def keys(self, purpose: str) -> Mapping[str, bytes]:
        """Every key of this purpose: kid → sealed bytes, oldest first."""
        ...
