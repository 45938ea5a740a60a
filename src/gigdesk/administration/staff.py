"""The shell of staff's accounts for who keeps them: each change stands with its entry in the log, or not at all."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from gigdesk.access.accounts import (
    ID_PREFIX,
    INVITATION_LASTS,
    Account,
    invitation_digest,
    login_of,
    name_of,
    password_of,
    staff_queues,
    staff_roles,
)
from gigdesk.access.acquaintance import role_of
from gigdesk.access.admins import judge_last, judge_own
from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.access.ports import Accounts, Passwords
from gigdesk.access.second_step import without_second_step
from gigdesk.access.signin import COOKIE_BYTES
from gigdesk.administration.events import (
    AccountChanged,
    AccountDisabled,
    AccountEnabled,
    AccountMade,
    LinkRenewed,
    OfAccount,
    PasswordSet,
    SecondStepRemoved,
    SessionsEnded,
)
from gigdesk.administration.log import ATTEMPTS, Administration, busy
from gigdesk.administration.model import AddAccount, EndSessions, ReplaceAccount
from gigdesk.clock import Clock
from gigdesk.errors import Conflict, NotFound
from gigdesk.gigs.model import Person
from gigdesk.gigs.ports import People

COMMAND_LINE = Actor(sub="desk:command-line", name="gigdesk staff", roles=frozenset({Role.ADMIN}))
"""Whoever runs the verbs has the database in their hands already; the log names the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What an account is made of, as somebody typed it; each part is judged when the account is made."""

    login: str
    roles: Sequence[str]
    queues: Sequence[str] = ()
    name: str = ""


class StaffAdministration:
    """What an admin does with accounts. All of it raises NotFound and NotAllowed for who may not, and Unavailable.

    What changes an account takes it as it was read, and raises Conflict where it has changed since.
    """

    def __init__(
        self,
        accounts: Accounts,
        administration: Administration,
        people: People,
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._administration = administration
        self._people = people
        self._passwords = passwords
        self._clock = clock

    async def everyone(self, actor: Actor) -> Sequence[Account]:
        """Every account, by login; for those who may see settings."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        return await self._accounts.everyone()

    async def find(self, actor: Actor, account: str) -> Account:
        """The account of this id, for those who may see settings. Raises NotFound."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        found = await self._accounts.get(account)
        if found is None:
            raise NotFound("staff.no_account", "There is no such account.")
        return found

    async def known(self, actor: Actor, login: str) -> Account:
        """The account of this login. Raises NotFound, Invalid."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        found = await self._accounts.find(login_of(login))
        if found is None:
            raise NotFound("staff.unknown", "There is no account of %(login)s.", login=login_of(login))
        return found

    async def add(self, actor: Actor, newcomer: Newcomer, password: str) -> Account:
        """Make an account with this password. Raises Invalid, Conflict where there is one."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        account = self._made(newcomer)
        await self._must_be_new(account.login)
        chosen = password_of(password, account.login)
        return await self._add(actor, replace(account, password=await self._passwords.hash(chosen)))

    async def invite(self, actor: Actor, newcomer: Newcomer) -> tuple[str, Account]:
        """Make an account without a password, and the secret of the link that chooses it. Raises as ``add``."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        secret, account = self._invited(self._made(newcomer))
        return secret, await self._add(actor, account)

    async def renew_link(self, actor: Actor, account: Account) -> str:
        """The secret of a new link that chooses a password; older links end. The password of now stays until then.

        Raises Conflict also for an account that is disabled.
        """
        if not account.is_enabled:
            raise Conflict("staff.disabled", "This account is disabled. Enable it first.")
        secret, changed = self._invited(account)
        await self._replace(actor, account, changed, LinkRenewed(account=account.id))
        return secret

    async def choose_password(self, actor: Actor, account: Account, password: str) -> None:
        """Set the password, which ends links and sessions. Raises Invalid."""
        hashed = await self._passwords.hash(password_of(password, account.login))
        changed = replace(account, password=hashed, invitation=b"", invited_until=None)
        await self._replace(actor, account, changed, PasswordSet(account=account.id), ends_sessions=True)

    async def change(
        self,
        actor: Actor,
        account: Account,
        *,
        roles: Iterable[str] | None = None,
        queues: Iterable[str] | None = None,
        name: str = "",
        even_the_last: bool = False,
    ) -> Account:
        """Give other roles, queues or another name; what is left out stays. It holds from the next request on.

        Raises Invalid; Conflict where somebody would stop being an admin themselves, or the last one would
        unless ``even_the_last``.
        """
        changed = replace(
            account,
            roles=account.roles if roles is None else staff_roles(roles),
            queues=account.queues if queues is None else staff_queues(queues),
            name=name_of(name, account.login) if name else account.name,
        )
        if changed == account:
            permit(actor, Action.ADMINISTER_STAFF, Facts())
            return account
        event = _changed(account, changed)
        changed = await self._replace(actor, account, changed, event, even_the_last=even_the_last)
        if account.signed_in_at is not None and account.is_enabled:
            await self._people.keep(
                Person(user_id=account.id, name=changed.name, role=role_of(changed.actor))
            )
        return changed

    async def disable(self, actor: Actor, account: Account, *, even_the_last: bool = False) -> None:
        """Let nobody in by this account any more, and end its sessions and links at once; they get no mail of staff.

        Raises Conflict for one's own, and for the last admin unless ``even_the_last``.
        """
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        if not account.is_enabled:
            return
        closed = replace(account, is_enabled=False, invitation=b"", invited_until=None)
        event = AccountDisabled(account=account.id)
        await self._replace(actor, account, closed, event, ends_sessions=True, even_the_last=even_the_last)
        await self._people.keep(Person(user_id=account.id, role=""))

    async def enable(self, actor: Actor, account: Account) -> None:
        """Let the account in again, with the password that it had."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        if not account.is_enabled:
            event = AccountEnabled(account=account.id)
            await self._replace(actor, account, replace(account, is_enabled=True), event)

    async def end_sessions(self, actor: Actor, account: Account) -> None:
        """End every session of the account; its owner may sign in again at once."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        event = SessionsEnded(account=account.id)
        await self._administration.record(actor, event, EndSessions(account=account.id))

    async def remove_second_step(self, actor: Actor, account: Account) -> None:
        """Let the password be enough again, for who lost phone and codes. Raises Conflict for one's own."""
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        if actor.sub == account.id:
            raise Conflict(
                "staff.own_second_step", "You switch off your own second step yourself, with a code of it."
            )
        if account.second_step:
            event = SecondStepRemoved(account=account.id)
            await self._replace(actor, account, without_second_step(account), event)

    async def _add(self, actor: Actor, account: Account) -> Account:
        event = AccountMade(
            account=account.id,
            roles=_sorted(account.roles),
            queues=_sorted(account.queues),
            is_invited=not account.password,
        )
        for _ in range(ATTEMPTS):
            head = await self._administration.head()
            await self._must_be_new(account.login)
            if await self._administration.follow(head, actor, event, AddAccount(account=account)):
                return account
        raise busy()

    async def _replace(
        self,
        actor: Actor,
        before: Account,
        after: Account,
        event: OfAccount,
        *,
        ends_sessions: bool = False,
        even_the_last: bool = False,
    ) -> Account:
        permit(actor, Action.ADMINISTER_STAFF, Facts())
        judge_own(before, after, actor.sub)
        change = ReplaceAccount(account=after, ends_sessions=ends_sessions)
        for _ in range(ATTEMPTS):
            # Nobody else changes an account in the log between this and the entry, so that the last admin stays one.
            head = await self._administration.head()
            accounts = await self._accounts.everyone()
            if not any(one.id == before.id and one.version == before.version for one in accounts):
                raise Conflict(
                    "staff.changed", "The account has changed meanwhile. Look at it and try again."
                )
            if not even_the_last:
                judge_last(before, after, accounts)
            if await self._administration.follow(head, actor, event, change):
                return replace(after, version=before.version + 1)
        raise busy()

    async def _must_be_new(self, login: str) -> None:
        if await self._accounts.find(login) is not None:
            raise Conflict("staff.taken", "There is an account of %(login)s already.", login=login)

    def _made(self, newcomer: Newcomer) -> Account:
        login = login_of(newcomer.login)
        return Account(
            id=f"{ID_PREFIX}{uuid4().hex}",
            login=login,
            name=name_of(newcomer.name, login),
            roles=staff_roles(newcomer.roles),
            queues=staff_queues(newcomer.queues),
            created_at=self._clock.now(),
        )

    def _invited(self, account: Account) -> tuple[str, Account]:
        secret, until = secrets.token_urlsafe(COOKIE_BYTES), self._clock.now() + INVITATION_LASTS
        return secret, replace(account, invitation=invitation_digest(secret), invited_until=until)


def _changed(before: Account, after: Account) -> AccountChanged:
    return AccountChanged(
        account=before.id,
        roles_before=_sorted(before.roles),
        roles=_sorted(after.roles),
        queues_before=_sorted(before.queues),
        queues=_sorted(after.queues),
        is_renamed=before.name != after.name,
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in names))
