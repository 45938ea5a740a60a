"""Accounts of staff that live in gigdesk itself: the rules of logins, passwords and invitations. Pure.

Passwords are judged by NIST SP 800-63B: long enough, not among the most common, compared after NFKC, and
nothing about which characters they are made of.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from unicodedata import normalize

from gigdesk.access.common_passwords import COMMON
from gigdesk.access.model import STAFF, Actor, Role
from gigdesk.access.queues import MAX_QUEUES, QUEUE_NAME
from gigdesk.errors import Invalid
from gigdesk.records import record

ID_PREFIX = "desk:"
MIN_PASSWORD = 12
MAX_PASSWORD = 200
MAX_LOGIN = 254
MAX_NAME = 200
INVITATION_LASTS = timedelta(hours=24)
_LOGIN = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
_INVITATION = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# "abcabcabcabc" is one guess, whatever stands in the list.
_LONGEST_REPEATED = 4


@record(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who works at the desk. ``login`` is their e-mail address as ``login_of`` writes it.

    ``password`` is a hash, empty until one was chosen. ``invitation`` is the digest of a link that chooses one
    until ``invited_until``. ``second_step`` is a sealed secret, empty where the password is enough; ``recovery`` are
    the digests of codes that serve once in its place, ``code_step`` the time step of the last code that was used.
    ``version`` grows with each change but the use of a code, so that of two at once one is refused.
    """

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    queues: frozenset[str] = frozenset()
    is_enabled: bool = True
    password: str = ""
    invitation: bytes = b""
    invited_until: datetime | None = None
    created_at: datetime
    signed_in_at: datetime | None = None
    second_step: bytes = b""
    recovery: frozenset[str] = frozenset()
    code_step: int = 0
    version: int = 1

    @property
    def actor(self) -> Actor:
        """Who asks, signed in by this account. Whoever made the account vouches for its address."""
        return Actor(
            sub=self.id,
            name=self.name,
            email=self.login,
            email_verified=True,
            roles=self.roles,
            queues=self.queues,
        )

    def is_invited(self, now: datetime) -> bool:
        """Whether its link still chooses a password."""
        return self.is_enabled and self.invited_until is not None and now < self.invited_until


def login_of(text: str) -> str:
    """The login that somebody typed, written as accounts are found by. Raises Invalid."""
    login = normalize("NFKC", text.strip()).lower()
    if len(login) > MAX_LOGIN or not login.isprintable() or not _LOGIN.fullmatch(login):
        raise Invalid("staff.login", "A login is an e-mail address, like mira@market.example.")
    return login


def name_of(text: str, login: str) -> str:
    """The name that others see; made of the login where none is given. Raises Invalid."""
    name = normalize("NFC", text.strip()) or login.partition("@")[0]
    if len(name) > MAX_NAME or not name.isprintable():
        raise Invalid("staff.name", "A name has at most %(limit)s characters that print.", limit=MAX_NAME)
    return name


def staff_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles of these names, of staff alone and at least one. Raises Invalid."""
    known = {role.value: role for role in Role if role in STAFF}
    given = list(names)
    if not given or any(name not in known for name in given):
        raise Invalid("staff.role", "Give one of these roles, or several: %(known)s.", known=", ".join(known))
    return frozenset(known[name] for name in given)


def staff_queues(names: Iterable[str]) -> frozenset[str]:
    """The names of queues, each such as a queue may have. Raises Invalid."""
    given = frozenset(names)
    if wrong := next((name for name in sorted(given) if not QUEUE_NAME.fullmatch(name)), None):
        raise Invalid("staff.queue", "“%(given)s” can be no name of a queue.", given=wrong)
    if len(given) > MAX_QUEUES:
        raise Invalid("staff.queues", "Name at most %(limit)s queues.", limit=MAX_QUEUES)
    return given


def password_of(text: str, login: str = "") -> str:
    """The password as it is hashed (NFKC). Raises Invalid for one that may not be chosen."""
    password = typed_password(text)
    if password is None or len(password) > MAX_PASSWORD:
        raise Invalid("password.long", "Take a password of at most %(limit)s characters.", limit=MAX_PASSWORD)
    if len(password) < MIN_PASSWORD:
        raise Invalid(
            "password.short",
            "Take at least %(limit)s characters. A few words that do not belong together are easy to keep.",
            limit=MIN_PASSWORD,
        )
    if _is_common(password, login):
        raise Invalid(
            "password.common", "That password is among the first that others would try. Take another."
        )
    return password


def typed_password(text: str) -> str | None:
    """What was typed at the door as it was hashed; None for what can be no password here, and costs nothing."""
    if len(text) > MAX_PASSWORD:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        return None
    return normalize("NFKC", text)


def invitation_digest(secret: str) -> bytes:
    """Under which digest a link's secret is kept: the store never holds what opens it. Empty for none."""
    return hashlib.sha256(secret.encode()).digest() if _INVITATION.fullmatch(secret) else b""


def _is_common(password: str, login: str) -> bool:
    plain = password.casefold()
    if plain in COMMON or plain == login:
        return True
    return any(
        plain == (plain[:length] * len(plain))[: len(plain)] for length in range(1, _LONGEST_REPEATED + 1)
    )
