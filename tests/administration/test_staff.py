"""Who may change accounts of staff, what the log says of it, and that an admin is always left."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from access.stage import opened_store
from access.test_staff import MIRA, PASSWORD, Desk
from gigdesk.access.model import Actor, Role
from gigdesk.administration.events import (
    AccountChanged,
    AccountDisabled,
    AccountMade,
    AdminEvent,
    LinkRenewed,
    SessionsEnded,
)
from gigdesk.administration.model import Wanted
from gigdesk.administration.staff import COMMAND_LINE
from gigdesk.errors import Conflict, NotAllowed, NotFound

ROSA = replace(MIRA, login="rosa@desk.example", roles=["admin"], queues=[], name="Rosa Lund")
OTHER = Actor(sub="market-7", name="Olga", roles=frozenset({Role.ADMIN}))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_store(tmp_path) as store:
        yield Desk(store)


async def said(desk: Desk) -> list[AdminEvent]:
    page = await desk.log.page(COMMAND_LINE, Wanted(), 50)
    return [event for _, event in reversed(page.entries)]


async def test_each_change_is_an_entry_of_who_made_it_and_names_nobody(desk: Desk) -> None:
    secret, mira = await desk.kept.invite(OTHER, MIRA)
    link = await desk.kept.renew_link(OTHER, mira)
    mira = await desk.account(MIRA.login)
    mira = await desk.kept.change(OTHER, mira, roles=["lead"], queues=[], name="Mira S.")
    assert await desk.kept.change(OTHER, mira, roles=["lead"], name="Mira S.") == mira
    await desk.kept.end_sessions(OTHER, mira)
    await desk.kept.disable(OTHER, mira)
    await desk.kept.disable(OTHER, await desk.account(MIRA.login))

    own = {"account": mira.id}
    assert await said(desk) == [
        AccountMade(**own, roles=("agent",), queues=("safety",), is_invited=True),
        LinkRenewed(**own),
        AccountChanged(
            **own,
            roles_before=("agent",),
            roles=("lead",),
            queues_before=("safety",),
            queues=(),
            is_renamed=True,
        ),
        SessionsEnded(**own),
        AccountDisabled(**own),
    ]
    entries = (await desk.log.page(COMMAND_LINE, Wanted(), 50)).entries
    assert {entry.name for entry, _ in entries} == {"Olga"}
    written = b"".join(entry.content for entry, _ in entries)
    assert not any(
        word.encode() in written for word in (secret, link, MIRA.login, "Mira", "Sandoval", "Olga")
    )


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.AUDITOR, None])
async def test_nobody_but_an_admin_changes_accounts(desk: Desk, role: Role | None) -> None:
    account = await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    before = await said(desk)
    actor = Actor(sub="x", roles=frozenset({role} if role else ()))
    for deed in (
        lambda: desk.kept.invite(actor, ROSA),
        lambda: desk.kept.add(actor, ROSA, PASSWORD),
        lambda: desk.kept.change(actor, account, roles=["lead"]),
        lambda: desk.kept.change(actor, account),
        lambda: desk.kept.disable(actor, account),
        lambda: desk.kept.enable(actor, account),
        lambda: desk.kept.renew_link(actor, account),
        lambda: desk.kept.choose_password(actor, account, PASSWORD),
        lambda: desk.kept.end_sessions(actor, account),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            await deed()
    assert await said(desk) == before
    assert await desk.account(MIRA.login) == account


async def test_an_admin_neither_shuts_themselves_out_nor_stops_being_one(desk: Desk) -> None:
    rosa = await desk.kept.add(COMMAND_LINE, ROSA, PASSWORD)
    await desk.kept.add(COMMAND_LINE, replace(ROSA, login="second@desk.example"), PASSWORD)

    for deed in (
        desk.kept.disable(rosa.actor, rosa),
        desk.kept.change(rosa.actor, rosa, roles=["lead"]),
        desk.kept.change(rosa.actor, rosa, roles=["admin", "auditor"]),
    ):
        with pytest.raises(Conflict, match="your own account"):
            await deed
    changed = await desk.kept.change(rosa.actor, rosa, roles=["admin", "lead"], name="Rosa")
    assert changed.roles == {Role.ADMIN, Role.LEAD}


async def test_the_last_admin_stays_but_for_who_says_so(desk: Desk) -> None:
    rosa = await desk.kept.add(COMMAND_LINE, ROSA, PASSWORD)
    await desk.kept.invite(COMMAND_LINE, replace(ROSA, login="invited@desk.example"))
    closed = await desk.kept.add(COMMAND_LINE, replace(ROSA, login="closed@desk.example"), PASSWORD)
    await desk.kept.disable(OTHER, closed)
    await desk.kept.add(
        COMMAND_LINE, replace(ROSA, login="reads@desk.example", roles=["admin", "auditor"]), PASSWORD
    )

    with pytest.raises(Conflict, match="is the last admin with an account"):
        await desk.kept.disable(OTHER, rosa)
    with pytest.raises(Conflict, match="the last admin"):
        await desk.kept.change(COMMAND_LINE, rosa, roles=["agent"])

    await desk.kept.disable(COMMAND_LINE, rosa, even_the_last=True)
    assert not (await desk.account(ROSA.login)).is_enabled


async def test_of_two_admins_who_disable_each_other_at_once_one_is_left(desk: Desk) -> None:
    for turn in range(5):
        logins = [f"{turn}{n}@desk.example" for n in range(2)]
        one, two = [
            await desk.kept.add(COMMAND_LINE, replace(ROSA, login=login), PASSWORD) for login in logins
        ]

        done = await asyncio.gather(
            desk.kept.disable(one.actor, two), desk.kept.disable(two.actor, one), return_exceptions=True
        )

        stand = [(await desk.account(login)).is_enabled for login in logins]
        assert sorted(stand) == [False, True], done
        await desk.kept.disable(
            COMMAND_LINE, await desk.account(logins[stand.index(True)]), even_the_last=True
        )


async def test_who_read_an_account_that_changed_since_changes_nothing(desk: Desk) -> None:
    mira = await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    changed = await desk.kept.change(OTHER, mira, roles=["lead"])
    before = await said(desk)

    for deed in (desk.kept.change(OTHER, mira, roles=["admin"]), desk.kept.disable(OTHER, mira)):
        with pytest.raises(Conflict, match="has changed meanwhile"):
            await deed

    assert await desk.account(MIRA.login) == changed
    assert await said(desk) == before


async def test_a_disabled_account_is_given_no_link(desk: Desk) -> None:
    mira = await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    await desk.kept.disable(OTHER, mira)
    with pytest.raises(Conflict, match="is disabled"):
        await desk.kept.renew_link(OTHER, await desk.account(MIRA.login))


async def test_ended_sessions_are_out_and_their_owner_signs_in_again(desk: Desk) -> None:
    mira = await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    cookie, _ = await desk.staff.sign_in(MIRA.login, PASSWORD)

    await desk.kept.end_sessions(OTHER, mira)

    assert await desk.door.actor_of(cookie) is None
    assert await desk.staff.sign_in(MIRA.login, PASSWORD)
