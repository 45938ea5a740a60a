"""Accounts of staff over a real store: made, used, changed, and the work that each sign-in costs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from access.stage import NOON, SECRET, TurnedClock, hand_over_claims, opened_store, token
from gigdesk.access.accounts import Account
from gigdesk.access.model import Role
from gigdesk.access.signin import SignIn
from gigdesk.access.staff import StaffAccounts
from gigdesk.adapters.identity.argon2 import Argon2Passwords
from gigdesk.adapters.identity.secret import SecretVerifier
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.administration.log import Administration
from gigdesk.administration.staff import COMMAND_LINE, Newcomer, StaffAdministration
from gigdesk.errors import Conflict, Invalid, NotFound, NotSignedIn
from gigdesk.gigs.model import Person

LOGIN, PASSWORD = "mira@desk.example", "bicycle lamp seven"
MIRA = Newcomer(login=LOGIN, roles=["agent"], queues=["safety"], name="Mira Sandoval")


class CountedPasswords(Argon2Passwords):
    """The real thing at a low cost, which counts what it is asked to work on."""

    def __init__(self, passes: int = 1) -> None:
        super().__init__(memory_kib=64, passes=passes)
        self.work: list[str] = []

    async def hash(self, password: str) -> str:
        self.work.append("hash")
        return await super().hash(password)

    async def verify(self, password: str, hashed: str) -> bool:
        self.work.append("verify " + hashed.rpartition("$")[0].rpartition("$")[0])
        return await super().verify(password, hashed)


@dataclass
class Desk:
    store: SqlStore
    clock: TurnedClock = field(default_factory=TurnedClock)
    passwords: CountedPasswords = field(default_factory=CountedPasswords)

    def __post_init__(self) -> None:
        verifier = SecretVerifier(SECRET, self.clock, Expected(audience="gigdesk-sign-in"))
        self.door = SignIn(self.store.sessions, verifier, self.clock, "", self.store.accounts)
        self.staff = StaffAccounts(self.store.accounts, self.passwords, self.clock)
        self.log = Administration(self.store.administration, lambda user: user, self.clock)
        people = self.store.people
        self.kept = StaffAdministration(self.store.accounts, self.log, people, self.passwords, self.clock)

    async def invited(self) -> str:
        secret, _ = await self.kept.invite(COMMAND_LINE, MIRA)
        return secret

    async def account(self, login: str) -> Account:
        return await self.kept.known(COMMAND_LINE, login)

    async def work_of(self, login: str, password: str) -> list[str]:
        self.passwords.work.clear()
        with pytest.raises(NotSignedIn, match="E-mail or password is wrong"):
            await self.staff.sign_in(login, password)
        return list(self.passwords.work)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_store(tmp_path) as store:
        yield Desk(store)


async def test_who_has_an_account_comes_in_with_its_roles(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)

    cookie, actor = await desk.staff.sign_in("MIRA@desk.example ", PASSWORD, "Firefox, Linux")

    assert await desk.door.actor_of(cookie) == actor
    assert (actor.name, actor.roles, actor.queues) == ("Mira Sandoval", {Role.AGENT}, {"safety"})
    [session] = await desk.door.sessions_of(actor)
    assert session.browser == "Firefox, Linux"
    assert (await desk.kept.known(COMMAND_LINE, LOGIN)).signed_in_at == desk.clock.now()


async def test_each_sign_in_has_a_session_of_its_own(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    first, _ = await desk.staff.sign_in(LOGIN, PASSWORD)
    second, actor = await desk.staff.sign_in(LOGIN, PASSWORD)

    assert first != second
    await desk.door.end_others(actor, second)

    assert await desk.door.actor_of(first) is None
    assert await desk.door.actor_of(second) == actor


@pytest.mark.abuse(54)
async def test_a_wrong_login_costs_the_same_work_as_a_wrong_password(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    await desk.kept.add(COMMAND_LINE, replace(MIRA, login="closed@desk.example"), PASSWORD)
    await desk.kept.disable(COMMAND_LINE, await desk.account("closed@desk.example"))
    await desk.kept.invite(COMMAND_LINE, replace(MIRA, login="new@desk.example"))

    wrong = await desk.work_of(LOGIN, "another password")

    assert wrong == ["verify $argon2id$v=19$m=64,t=1,p=1"]
    assert await desk.work_of("nobody@desk.example", PASSWORD) == wrong
    assert await desk.work_of("no address", PASSWORD) == wrong
    assert await desk.work_of("closed@desk.example", PASSWORD) == wrong
    assert await desk.work_of("new@desk.example", "") == wrong
    assert await desk.work_of(LOGIN, "x" * 10_000) == wrong
    assert await desk.work_of(LOGIN, "\ud800") == wrong


async def test_a_hash_of_other_costs_is_made_anew_at_sign_in(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    dearer = StaffAccounts(desk.store.accounts, CountedPasswords(passes=2), desk.clock)

    cookie, _ = await dearer.sign_in(LOGIN, PASSWORD)

    assert "t=2" in (await desk.kept.known(COMMAND_LINE, LOGIN)).password
    assert await desk.door.actor_of(cookie)
    again, _ = await dearer.sign_in(LOGIN, PASSWORD)
    assert await desk.door.actor_of(again)


async def test_a_disabled_account_is_out_at_once_and_its_sessions_stay_ended(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, actor = await desk.staff.sign_in(LOGIN, PASSWORD)

    await desk.kept.disable(COMMAND_LINE, await desk.account(LOGIN))

    assert await desk.store.sessions.sessions_of(actor.sub) == ()
    with pytest.raises(NotSignedIn):
        await desk.staff.sign_in(LOGIN, PASSWORD)
    await desk.kept.enable(COMMAND_LINE, await desk.account(LOGIN))
    assert await desk.door.actor_of(cookie) is None
    assert (await desk.staff.sign_in(LOGIN, PASSWORD))[1] == actor


async def test_who_is_disabled_or_no_lead_any_more_gets_no_mail_as_one(desk: Desk) -> None:
    async def leads() -> list[str]:
        return [person.email for person in await desk.store.people.staff("lead", NOON - timedelta(days=1), 9)]

    account = await desk.kept.add(COMMAND_LINE, replace(MIRA, roles=["lead"]), PASSWORD)
    desk.clock.at = datetime.now(UTC)
    await desk.staff.sign_in(LOGIN, PASSWORD)
    met = Person(user_id=account.id, name="Mira", email=LOGIN, verified=True, role="lead")
    await desk.store.people.keep(met)
    assert await leads() == [LOGIN]

    await desk.kept.change(COMMAND_LINE, await desk.account(LOGIN), roles=["agent"])
    assert await leads() == []
    await desk.kept.change(COMMAND_LINE, await desk.account(LOGIN), roles=["lead"])
    assert await leads() == [LOGIN]
    await desk.kept.disable(COMMAND_LINE, await desk.account(LOGIN))
    assert await leads() == []


async def test_other_roles_hold_from_the_next_request_on(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, _ = await desk.staff.sign_in(LOGIN, PASSWORD)

    await desk.kept.change(COMMAND_LINE, await desk.account(LOGIN), roles=["lead"], queues=[])

    actor = await desk.door.actor_of(cookie)
    assert actor
    assert (actor.roles, actor.queues, actor.name) == ({Role.LEAD}, frozenset(), "Mira Sandoval")


async def test_a_new_password_ends_every_session(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, _ = await desk.staff.sign_in(LOGIN, PASSWORD)

    await desk.kept.choose_password(COMMAND_LINE, await desk.account(LOGIN), "another lamp eight")

    assert await desk.door.actor_of(cookie) is None
    with pytest.raises(NotSignedIn):
        await desk.staff.sign_in(LOGIN, PASSWORD)
    assert await desk.staff.sign_in(LOGIN, "another lamp eight")


async def test_a_session_of_staff_ends_after_eight_hours(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, _ = await desk.staff.sign_in(LOGIN, PASSWORD)
    desk.clock.turn(hours=7, minutes=59)
    assert await desk.door.actor_of(cookie)
    desk.clock.turn(minutes=1)
    assert await desk.door.actor_of(cookie) is None


async def test_a_link_chooses_the_password_once(desk: Desk) -> None:
    secret = await desk.invited()
    assert (await desk.staff.invited(secret)).login == LOGIN

    await desk.staff.accept(secret, PASSWORD)

    assert await desk.staff.sign_in(LOGIN, PASSWORD)
    with pytest.raises(NotFound):
        await desk.staff.accept(secret, "somebody else's word")
    assert secret not in str(await desk.store.database.read("SELECT * FROM staff_accounts"))


async def test_of_two_who_use_a_link_at_once_one_wins(desk: Desk) -> None:
    secret = await desk.invited()

    tried = await asyncio.gather(
        *(desk.staff.accept(secret, f"password number {n}") for n in range(4)), return_exceptions=True
    )

    assert sum(not isinstance(one, NotFound) for one in tried) == 1


async def test_a_refused_password_does_not_use_the_link_up(desk: Desk) -> None:
    secret = await desk.invited()
    with pytest.raises(Invalid):
        await desk.staff.accept(secret, "short")
    assert await desk.staff.accept(secret, PASSWORD)


async def test_a_link_ends_after_a_day_by_a_newer_one_and_with_the_account(desk: Desk) -> None:
    first = await desk.invited()
    second = await desk.kept.renew_link(COMMAND_LINE, await desk.account(LOGIN))
    with pytest.raises(NotFound):
        await desk.staff.invited(first)
    desk.clock.turn(hours=24)
    with pytest.raises(NotFound):
        await desk.staff.invited(second)
    third = await desk.kept.renew_link(COMMAND_LINE, await desk.account(LOGIN))
    await desk.kept.disable(COMMAND_LINE, await desk.account(LOGIN))
    with pytest.raises(NotFound):
        await desk.staff.accept(third, PASSWORD)


async def test_there_is_one_account_of_a_login(desk: Desk) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    with pytest.raises(Conflict):
        await desk.kept.add(COMMAND_LINE, replace(MIRA, login="mira@DESK.example"), PASSWORD)
    with pytest.raises(NotFound):
        await desk.kept.known(COMMAND_LINE, "nobody@desk.example")


async def test_a_marketplace_that_names_an_account_gets_none_of_its_roles(desk: Desk) -> None:
    account = await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, _ = await desk.door.hand_over(token(hand_over_claims(sub=account.id)))
    actor = await desk.door.actor_of(cookie)
    assert actor
    assert actor.roles == frozenset()
