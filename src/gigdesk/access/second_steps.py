"""The shell of second steps: set up by the owner of an account, asked for at the door after the password."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gigdesk.access.accounts import Account
from gigdesk.access.keys import derive
from gigdesk.access.model import Actor
from gigdesk.access.ports import Accounts
from gigdesk.access.sealing import Sealing
from gigdesk.access.second_step import (
    HALF_WAY_LASTS,
    OFFER_LASTS,
    digests,
    is_of_time,
    key_uri,
    new_recovery_codes,
    new_secret,
    read_code,
    step_of,
    without_second_step,
)
from gigdesk.access.staff import HalfWay, open_session
from gigdesk.clock import Clock
from gigdesk.errors import Conflict, Invalid, NotFound, NotSignedIn, Unavailable

_HALF_WAY, _OFFER, _SECRET = b"half way\n", b"offer\n", b"secret\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A secret that an app may take. Nothing of it is kept: ``sealed`` comes back with the first code."""

    secret: str
    uri: str
    sealed: str


class SecondSteps:
    """Asks for codes and keeps their secrets sealed. ``secret`` is the installation's own."""

    def __init__(self, accounts: Accounts, secret: bytes, clock: Clock) -> None:
        self._accounts = accounts
        self._sealing = Sealing(derive(secret, "second-step"))
        self._key = derive(secret, "recovery-codes")
        self._clock = clock

    def half_way(self, arrived: HalfWay) -> str:
        """The value of a cookie for who showed a right password; it opens nothing without a code."""
        account = arrived.account
        return self._noted(_HALF_WAY, account=account.id, version=account.version)

    async def whose(self, cookie: str) -> Account:
        """Who is half way, as long as their account has not changed. Raises NotSignedIn."""
        note = self._read(cookie, _HALF_WAY, HALF_WAY_LASTS)
        account = await self._accounts.get(str(note["account"])) if note else None
        if note is None or account is None or account.version != note["version"]:
            raise _begin_again()
        if not (account.is_enabled and account.second_step):
            raise _begin_again()
        return account

    async def finish(self, account: Account, typed: str, browser: str = "") -> tuple[str, Actor]:
        """Open a session by a code: the cookie's value and the person. A code serves once.

        Raises NotSignedIn, Unavailable.
        """
        now = self._clock.now()
        opened = await open_session(self._accounts, await self._shown(account, typed), now, browser)
        if opened is None:
            raise _begin_again()
        return opened

    async def owner(self, actor: Actor) -> Account:
        """The account of who asks. Raises NotFound for who has none."""
        account = await self._accounts.get(actor.sub)
        if account is None:
            raise NotFound("address.unknown", "There is nothing at this address.")
        return account

    def offer(self, account: Account, issuer: str) -> Offer:
        """A new secret to set up with; ``issuer`` is what the app calls the desk."""
        return self._offered(account, issuer, new_secret())

    def offered(self, account: Account, issuer: str, sealed: str) -> Offer:
        """The offer that was made; another one where it has run out."""
        note = self._read(sealed, _OFFER + account.id.encode(), OFFER_LASTS)
        return self._offered(account, issuer, str(note["secret"]) if note else new_secret())

    async def switch_on(self, account: Account, sealed: str, typed: str) -> list[str]:
        """Ask for codes from now on, shown a code of the offer; the codes that serve once, told only now.

        Raises Invalid for a wrong code or an offer that has run out, Conflict.
        """
        if account.second_step:
            raise Conflict("second_step.on", "Your second step is on already.")
        note = self._read(sealed, _OFFER + account.id.encode(), OFFER_LASTS)
        if note is None:
            raise Invalid("second_step.late", "This took longer than 15 minutes. Scan the new code.")
        now, secret = self._clock.now(), str(note["secret"])
        code = read_code(typed)
        step = step_of(secret, code, now) if code and is_of_time(code) else None
        if step is None:
            raise Invalid(
                "second_step.wrong", "That is not the code of now. Type the one that the app shows."
            )
        sealed_secret = self._sealing.seal(secret.encode(), _SECRET + account.id.encode())
        return await self._with_new_codes(replace(account, second_step=sealed_secret, code_step=step))

    async def renew_codes(self, account: Account, typed: str) -> list[str]:
        """Other codes that serve once, shown a code; those of before end. Raises NotSignedIn, Conflict."""
        return await self._with_new_codes(await self._shown(account, typed))

    async def switch_off(self, account: Account, typed: str) -> None:
        """Let the password be enough, shown a code. Raises NotSignedIn, Conflict."""
        await self._replace(without_second_step(await self._shown(account, typed)))

    async def _shown(self, account: Account, typed: str) -> Account:
        """The account as it stands once this code of it was used. Raises NotSignedIn."""
        code = read_code(typed)
        if not code or not account.second_step:
            raise _wrong()
        if is_of_time(code):
            step = step_of(self._secret(account), code, self._clock.now())
            if step is None or not await self._accounts.use_code(account, step):
                raise _wrong()
            return account
        used = digests(self._key, account, [code])
        left = replace(account, recovery=account.recovery - used)
        if not used <= account.recovery or not await self._accounts.replace(left, ends_sessions=False):
            raise _wrong()
        return replace(left, version=account.version + 1)

    async def _with_new_codes(self, account: Account) -> list[str]:
        codes = new_recovery_codes()
        await self._replace(replace(account, recovery=digests(self._key, account, codes)))
        return codes

    async def _replace(self, account: Account) -> None:
        if not await self._accounts.replace(account, ends_sessions=False):
            raise Conflict("staff.changed", "The account has changed meanwhile. Look at it and try again.")

    def _offered(self, account: Account, issuer: str, secret: str) -> Offer:
        return Offer(
            secret=secret,
            uri=key_uri(secret, account.login, issuer),
            sealed=self._noted(_OFFER + account.id.encode(), secret=secret),
        )

    def _secret(self, account: Account) -> str:
        secret = self._sealing.open(account.second_step, _SECRET + account.id.encode())
        if secret is None:
            raise Unavailable(
                "second_step.sealed",
                "The second step of this account was sealed with another GIGDESK_SECRET. Set the one that belongs to"
                " this database, or have an admin remove the second step.",
            )
        return secret.decode()

    def _noted(self, about: bytes, **note: str | int) -> str:
        """A note that only we can write and read."""
        at = int(self._clock.now().timestamp())
        sealed = self._sealing.seal(json.dumps({**note, "at": at}).encode(), about)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def _read(self, text: str, about: bytes, lasts: timedelta) -> dict[str, str | int] | None:
        """A note of ours that is not older than this, or None."""
        try:
            plain = self._sealing.open(urlsafe_b64decode(text[:1000].encode("ascii") + b"=="), about)
        except ValueError:
            plain = None
        if plain is None:
            return None
        note: dict[str, str | int] = json.loads(plain)
        written = datetime.fromtimestamp(int(note["at"]), UTC)
        return note if self._clock.now() < written + lasts else None


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        "sign_in.code",
        "That code is wrong, or was used already. Wait for the next one, or take a recovery code.",
    )


def _begin_again() -> NotSignedIn:
    return NotSignedIn("sign_in.again", "That took too long, or your account has changed. Begin again.")
