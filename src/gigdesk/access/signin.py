"""Signing in: who the claims speak of, how long a session lives, and where a person may be sent next.

The rules are pure; ``SignIn`` at the end is the shell that keeps sessions.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gigdesk.access.model import Actor, Role
from gigdesk.access.ports import Accounts, Session, Sessions, TokenVerifier, Way
from gigdesk.access.queues import MAX_QUEUES, QUEUE_NAME
from gigdesk.clock import Clock
from gigdesk.errors import NotSignedIn, Unavailable
from gigdesk.records import maker

AUDIENCE = "gigdesk-sign-in"
HAND_OVER_AT_MOST = timedelta(minutes=5)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
LONGEST_OF_STAFF = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
# Marks of used tokens outlive the token by this, because the clocks of two processes differ.
MARK_MARGIN = timedelta(minutes=2)

COOKIE_BYTES = 32
MAX_JTI = 255
MAX_NAME = 200
MAX_EMAIL = 254
MAX_LOCALE = 35
MAX_NEXT = 2_000
_ROLES: Mapping[object, Role] = {role.value: role for role in Role}
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
_LOCALE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_new_actor = maker(Actor)


def actor_from(claims: Mapping[str, object], issuer: str = "") -> Actor:
    """The person that verified claims speak of. What is not understood is left out, never guessed.

    ``issuer`` is the installation's own setting, not the token's claim: a person is the same one whether
    they come with a token, a session or a cookie of the marketplace.
    """
    email = _text(claims.get("email"), MAX_EMAIL)
    locale = _text(claims.get("locale"), MAX_LOCALE)
    return _new_actor(
        sub=str(claims["sub"]),
        issuer=issuer,
        name=_text(claims.get("name"), MAX_NAME),
        email=email if email and _EMAIL.fullmatch(email) else "",
        email_verified=claims.get("email_verified") is True,
        locale=locale if locale and _LOCALE.fullmatch(locale) else "",
        roles=roles_from(claims.get("roles")),
        queues=queues_from(claims.get("queues")),
        claims=claims,
    )


def roles_from(claim: object) -> frozenset[Role]:
    """The roles that are known in a list of names; everything else in it is ignored."""
    if not isinstance(claim, list):
        return frozenset()
    return frozenset(_ROLES[name] for name in claim if isinstance(name, str) and name in _ROLES)


def queues_from(claim: object) -> frozenset[str]:
    """The names in a list of queues, the first fifty; what can be no name of a queue is ignored."""
    if not isinstance(claim, list):
        return frozenset()
    return frozenset(n for n in claim[:MAX_QUEUES] if isinstance(n, str) and QUEUE_NAME.fullmatch(n))


def _text(value: object, limit: int) -> str:
    """Printable text of at most ``limit`` characters, or nothing."""
    if not isinstance(value, str):
        return ""
    if value.isprintable() and len(value) <= limit:
        return value.strip()
    return "".join(c for c in value if c.isprintable())[:limit].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A hand-over token that may be used once: under which id its use is marked, and until when."""

    token_id: str
    expires: datetime


def judge_hand_over(claims: Mapping[str, object]) -> HandOver:
    """Hold verified claims against what a hand-over must be. Raises NotSignedIn."""
    issued, expires, jti = claims.get("iat"), claims.get("exp"), claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= MAX_JTI:
        raise NotSignedIn(
            "sign_in.no_id",
            "The sign-in token has no jti. Give each one its own, of 1 to %(limit)s characters.",
            limit=MAX_JTI,
        )
    if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
        raise NotSignedIn("sign_in.no_times", "The sign-in token needs both iat and exp.")
    if expires - issued > HAND_OVER_AT_MOST.total_seconds():
        raise NotSignedIn(
            "sign_in.too_long",
            "The sign-in token lives too long. Let exp be at most %(seconds)s seconds after iat.",
            seconds=int(HAND_OVER_AT_MOST.total_seconds()),
        )
    name = f"{claims.get('iss', '')}\n{jti}".encode()
    return HandOver(
        token_id=hashlib.sha256(name).hexdigest(), expires=datetime.fromtimestamp(expires, UTC) + MARK_MARGIN
    )


def is_alive(session: Session, now: datetime) -> bool:
    """Whether a session still holds: 12 hours after its last use, 30 days in all, 8 hours for staff."""
    longest = LONGEST_OF_STAFF if session.actor.is_staff else LONGEST
    return now - session.seen_at < IDLE and now - session.created_at < longest


def session_id(cookie: str) -> bytes:
    """Under which id the session of this cookie is kept: the store never holds what opens it."""
    return hashlib.sha256(cookie.encode()).digest()


def safe_next(path: str | None) -> str:
    """The path if it leads to a place of this site, else ``/``.

    No scheme, no host, also not by ``//``, a backslash or a character that a browser drops or decodes first.
    """
    if not path or len(path) > MAX_NEXT or not path.startswith("/") or path.startswith("//"):
        return "/"
    if "\\" in path or not path.isascii() or not path.isprintable() or " " in path:
        return "/"
    segments = re.split(r"[?#]", path, maxsplit=1)[0].split("/")
    climbs = any(s.lower().replace("%2e", ".") in {".", ".."} for s in segments)
    return "/" if climbs or "" in segments[1:-1] else path


class SignIn:
    """Opens, recognises and ends sessions. ``verifier`` accepts only hand-over tokens."""

    def __init__(
        self,
        sessions: Sessions,
        verifier: TokenVerifier,
        clock: Clock,
        issuer: str = "",
        accounts: Accounts | None = None,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._verifier = verifier
        self._clock = clock
        self._issuer = issuer

    async def look(self, token: str) -> Actor:
        """Whom the hand-over token would sign in; uses nothing up. Raises NotSignedIn, Unavailable."""
        claims = await self._verifier.verify(token)
        judge_hand_over(claims)
        return self._person(claims)

    async def hand_over(self, token: str, browser: str = "") -> tuple[str, Actor]:
        """Open a session: the cookie's value (256 random bits) and the person.

        Raises NotSignedIn where the token does not hold or was used before, and Unavailable.
        """
        claims = await self._verifier.verify(token)
        token_use, actor = judge_hand_over(claims), self._person(claims)
        cookie = await self.open(actor, token_use, Way.HAND_OVER, browser)
        if cookie is None:
            raise NotSignedIn(
                "sign_in.used", "This way in was used before. Go back to the marketplace and come from there."
            )
        return cookie, actor

    async def open(self, actor: Actor, once: HandOver, way: Way, browser: str = "") -> str | None:
        """Open a session for somebody who was recognised by what works once; None where it was used before."""
        cookie, now = secrets.token_urlsafe(COOKIE_BYTES), self._clock.now()
        session = Session(
            id=session_id(cookie), actor=actor, created_at=now, seen_at=now, way=way, browser=browser
        )
        is_first = await self._sessions.open_session(session, once.token_id, once.expires)
        return cookie if is_first else None

    async def actor_of(self, cookie: str) -> Actor | None:
        """Who is signed in by this cookie, or None. Notes the visit at most once a minute."""
        session = await self.session_of(cookie)
        return session.actor if session else None

    async def session_of(self, cookie: str) -> Session | None:
        """The session of this cookie while it holds, or None; of an account with the roles of now."""
        if not _COOKIE.fullmatch(cookie):
            return None
        session = await self._sessions.get_session(session_id(cookie))
        now = self._clock.now()
        if session is None or not is_alive(session, now):
            return None
        if session.way is Way.PASSWORD and (session := await self._as_of_now(session)) is None:
            return None
        if now - session.seen_at >= TOUCH_EVERY:
            with suppress(
                Unavailable
            ):  # a store that can only be read is enough to read; noted the next time
                await self._sessions.touch_session(session.id, now)
        return session

    async def sessions_of(self, actor: Actor) -> Sequence[Session]:
        """Every session of this person that holds, the newest first."""
        now = self._clock.now()
        return [s for s in await self._sessions.sessions_of(actor.sub) if is_alive(s, now)]

    async def end(self, session: Session) -> None:
        """End a session on the server."""
        await self._sessions.end_session(session.id)

    async def end_others(self, actor: Actor, cookie: str) -> None:
        """End every session of this person but that of this cookie."""
        await self._sessions.end_sessions_of(actor.sub, session_id(cookie))

    async def sign_out(self, cookie: str) -> None:
        """End the session on the server; an unknown cookie is no error."""
        if _COOKIE.fullmatch(cookie):
            await self._sessions.end_session(session_id(cookie))

    async def forget_expired(self) -> None:
        """Drop what has ended: sessions, and the marks of tokens that could not be used again anyway."""
        now = self._clock.now()
        await self._sessions.forget_expired(now - IDLE, now - LONGEST, now)

    async def _as_of_now(self, session: Session) -> Session | None:
        """The session with what its account says now; None where the account lets nobody in."""
        account = await self._accounts.get(session.actor.sub) if self._accounts else None
        return replace(session, actor=account.actor) if account and account.is_enabled else None

    def _person(self, claims: Mapping[str, object]) -> Actor:
        """The actor, without the token's claims: a session keeps what a person is, not what a token said."""
        actor = actor_from(claims, self._issuer)
        return Actor(
            sub=actor.sub,
            issuer=actor.issuer,
            name=actor.name,
            email=actor.email,
            email_verified=actor.email_verified,
            locale=actor.locale,
            roles=actor.roles,
            queues=actor.queues,
        )
