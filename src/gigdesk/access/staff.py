"""The accounts of staff at the door: used to sign in, and given their first password. The shell around ``accounts``."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from gigdesk.access.accounts import Account, invitation_digest, login_of, password_of, typed_password
from gigdesk.access.model import Actor
from gigdesk.access.ports import Accounts, Passwords, Session, Way
from gigdesk.access.signin import COOKIE_BYTES, session_id
from gigdesk.clock import Clock
from gigdesk.errors import Invalid, NotFound, NotSignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfWay:
    """Somebody whose password was right, and whom a code is asked for next."""

    account: Account


class StaffAccounts:
    """What the owner of an account does with it. Who keeps accounts of others: see ``administration.staff``."""

    def __init__(self, accounts: Accounts, passwords: Passwords, clock: Clock) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._clock = clock

    async def sign_in(self, login: str, password: str, browser: str = "") -> tuple[str, Actor] | HalfWay:
        """Open a session: the cookie's value (256 random bits) and the person; none where a code is asked for too.

        Raises NotSignedIn, the same after the same work whatever was wrong, and Unavailable.
        """
        account = await self._typed(login)
        typed = typed_password(password)
        hashed = account.password if account and account.password else self._passwords.decoy()
        holds = await self._passwords.verify(typed or "", hashed)
        if account is None or typed is None or not (holds and account.is_enabled and account.password):
            raise _wrong()
        if self._passwords.is_outdated(account.password):
            account = await self._rehashed(account, typed)
        if account.second_step:
            return HalfWay(account=account)
        opened = await open_session(self._accounts, account, self._clock.now(), browser)
        if opened is None:
            raise _wrong()  # changed while its password was checked
        return opened

    async def invited(self, secret: str) -> Account:
        """Whom the link was made for; uses nothing up. Raises NotFound for a link that does not hold."""
        account = await self._accounts.invited_by(invitation_digest(secret))
        if account is None or not account.is_invited(self._clock.now()):
            raise _no_link()
        return account

    async def accept(self, secret: str, password: str) -> Account:
        """Choose the password by a link, which ends with it. Raises NotFound, Invalid."""
        account = await self.invited(secret)
        chosen = password_of(password, account.login)
        hashed = await self._passwords.hash(chosen)
        changed = replace(account, password=hashed, invitation=b"", invited_until=None)
        if not await self._accounts.replace(changed, ends_sessions=True):
            raise _no_link()
        return changed

    async def _typed(self, login: str) -> Account | None:
        try:
            return await self._accounts.find(login_of(login))
        except Invalid:
            return None

    async def _rehashed(self, account: Account, password: str) -> Account:
        changed = replace(account, password=await self._passwords.hash(password))
        if not await self._accounts.replace(changed, ends_sessions=False):
            raise _wrong()
        return replace(changed, version=account.version + 1)


async def open_session(
    accounts: Accounts, account: Account, now: datetime, browser: str
) -> tuple[str, Actor] | None:
    """Open a session for who showed all that is asked for; None where the account has changed meanwhile."""
    cookie = secrets.token_urlsafe(COOKIE_BYTES)
    session = Session(
        id=session_id(cookie),
        actor=account.actor,
        created_at=now,
        seen_at=now,
        way=Way.PASSWORD,
        browser=browser,
    )
    return (cookie, account.actor) if await accounts.open_session(account, session) else None


def _wrong() -> NotSignedIn:
    return NotSignedIn("sign_in.wrong", "E-mail or password is wrong.")


def _no_link() -> NotFound:
    return NotFound(
        "staff.link",
        "This link chooses no password: it was used, replaced by a newer one, or is older than a day."
        " Ask for a new one.",
    )
