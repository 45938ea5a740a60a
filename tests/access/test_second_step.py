"""The second step: codes as RFC 6238 has them, used once, kept so that the store opens nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from access.stage import opened_store
from access.test_staff import LOGIN, MIRA, PASSWORD, Desk
from gigdesk.access.accounts import Account
from gigdesk.access.second_step import new_recovery_codes, read_code, step_of
from gigdesk.access.second_steps import SecondSteps
from gigdesk.access.staff import HalfWay
from gigdesk.administration.staff import COMMAND_LINE
from gigdesk.errors import Conflict, Invalid, NotSignedIn, Unavailable

SECRET = b"the secret of this installation."
# RFC 6238, appendix B, SHA-1: the last six of eight digits.
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
}
OF_VECTORS = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("second", "code"), VECTORS.items())
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert step_of(OF_VECTORS, code, at) == second // 30
    assert step_of(OF_VECTORS, code, at + timedelta(seconds=30)) == second // 30
    assert step_of(OF_VECTORS, code, at + timedelta(seconds=60)) is None
    if second > 90:
        assert step_of(OF_VECTORS, code, at - timedelta(seconds=30)) == second // 30
        assert step_of(OF_VECTORS, code, at - timedelta(seconds=60)) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123 456", "123456"),
        (" 123456\t", "123456"),
        ("OOOI-lili-abcd-EFGH", "0001" + "1111" + "abcdefgh"),
        ("12345", ""),
        ("1234567", ""),
        ("١٢٣٤٥٦", ""),
        ("12345\n6", ""),
        ("u" * 16, ""),
        ("-" * 5000 + "123456", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert read_code(typed) == read


def test_recovery_codes_are_ten_and_read_back() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(read_code(code.upper()) == code.replace("-", "") for code in codes)


class Steps(Desk):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.steps = SecondSteps(self.store.accounts, SECRET, self.clock)
        self.codes: list[str] = []

    async def set_up(self) -> str:
        """Mira has a second step; its secret."""
        await self.kept.add(COMMAND_LINE, MIRA, PASSWORD)
        mira = await self.account(LOGIN)
        offer = self.steps.offer(mira, "Nearhand")
        self.codes = await self.steps.switch_on(mira, offer.sealed, self.code(offer.secret))
        self.clock.turn(seconds=90)
        return offer.secret

    def code(self, secret: str, steps: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.clock.now(), counter_offset=steps)

    async def half_way(self) -> Account:
        arrived = await self.staff.sign_in(LOGIN, PASSWORD)
        assert isinstance(arrived, HalfWay)
        return await self.steps.whose(self.steps.half_way(arrived))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Steps]:
    async with opened_store(tmp_path) as store:
        yield Steps(store)


async def test_a_password_is_half_the_way_and_a_code_the_rest(desk: Steps) -> None:
    secret = await desk.set_up()
    mira = await desk.half_way()
    assert await desk.door.sessions_of(mira.actor) == []

    cookie, actor = await desk.steps.finish(mira, desk.code(secret), "Firefox, Linux")

    assert await desk.door.actor_of(cookie) == actor
    assert actor == mira.actor


async def test_the_store_holds_nothing_that_makes_a_code(desk: Steps) -> None:
    secret = await desk.set_up()
    held = repr(await desk.store.database.read("SELECT * FROM staff_accounts"))
    assert secret not in held
    assert not any(read_code(code) in held or code in held for code in desk.codes)
    elsewhere = SecondSteps(desk.store.accounts, b"another installation's own secret", desk.clock)
    with pytest.raises(Unavailable):
        await elsewhere.finish(await desk.account(LOGIN), desk.code(secret))


async def test_a_sealed_secret_moved_to_another_account_does_not_open(desk: Steps) -> None:
    await desk.set_up()
    mira = await desk.account(LOGIN)
    other = await desk.kept.add(COMMAND_LINE, replace(MIRA, login="eve@desk.example"), PASSWORD)
    with pytest.raises(Unavailable):
        await desk.steps.finish(replace(other, second_step=mira.second_step), "123456")
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(replace(other, recovery=mira.recovery, second_step=b"x"), desk.codes[0])


async def test_a_code_is_used_once_also_by_two_at_once(desk: Steps) -> None:
    secret = await desk.set_up()
    mira, code = await desk.half_way(), desk.code(secret)

    tried = await asyncio.gather(*(desk.steps.finish(mira, code) for _ in range(4)), return_exceptions=True)

    assert sum(not isinstance(one, NotSignedIn) for one in tried) == 1
    for steps in (0, -1):
        with pytest.raises(NotSignedIn, match="used already"):
            await desk.steps.finish(mira, desk.code(secret, steps))
    await desk.steps.finish(mira, desk.code(secret, 1))
    desk.clock.turn(seconds=60)
    assert await desk.steps.finish(mira, desk.code(secret))


async def test_the_code_that_set_it_up_is_used(desk: Steps) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    mira = await desk.account(LOGIN)
    offer = desk.steps.offer(mira, "Nearhand")
    code = desk.code(offer.secret)
    await desk.steps.switch_on(mira, offer.sealed, code)
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(await desk.half_way(), code)


async def test_a_recovery_code_serves_once(desk: Steps) -> None:
    await desk.set_up()
    mira = await desk.half_way()

    tried = await asyncio.gather(
        *(desk.steps.finish(mira, desk.codes[0].upper()) for _ in range(3)), return_exceptions=True
    )

    assert sum(not isinstance(one, NotSignedIn) for one in tried) == 1
    mira = await desk.half_way()
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(mira, desk.codes[0])
    assert len(mira.recovery) == 9
    assert await desk.steps.finish(mira, desk.codes[1])


@pytest.mark.parametrize("wrong", ["", "000000", "x" * 16, "0000-0000-0000-0000", "1" * 5000])
async def test_a_wrong_code_opens_nothing(desk: Steps, wrong: str) -> None:
    await desk.set_up()
    mira = await desk.half_way()
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(mira, wrong)
    assert await desk.door.sessions_of(mira.actor) == []


async def test_who_is_half_way_is_sent_back_when_the_account_changes_or_time_runs_out(desk: Steps) -> None:
    secret = await desk.set_up()
    arrived = await desk.staff.sign_in(LOGIN, PASSWORD)
    assert isinstance(arrived, HalfWay)
    note = desk.steps.half_way(arrived)
    for forged in ("", "x", note[:-2], note[::-1], "é" * 40):
        with pytest.raises(NotSignedIn):
            await desk.steps.whose(forged)
    offer = desk.steps.offer(arrived.account, "x").sealed
    with pytest.raises(NotSignedIn):
        await desk.steps.whose(offer)
    desk.clock.turn(minutes=10)
    with pytest.raises(NotSignedIn):
        await desk.steps.whose(note)
    mira = await desk.half_way()
    note = desk.steps.half_way(HalfWay(account=mira))
    await desk.kept.disable(COMMAND_LINE, mira)
    with pytest.raises(NotSignedIn):
        await desk.steps.whose(note)
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(mira, desk.code(secret))
    assert await desk.door.sessions_of(mira.actor) == []


async def test_it_is_set_up_by_a_right_code_of_an_offer_of_ones_own(desk: Steps) -> None:
    await desk.kept.add(COMMAND_LINE, MIRA, PASSWORD)
    other = await desk.kept.add(COMMAND_LINE, replace(MIRA, login="eve@desk.example"), PASSWORD)
    mira = await desk.account(LOGIN)
    offer, foreign = desk.steps.offer(mira, "Nearhand: desk"), desk.steps.offer(other, "Nearhand")
    assert offer.uri == (
        f"otpauth://totp/Nearhand%20%20desk:mira%40desk.example?secret={offer.secret}&issuer=Nearhand%20%20desk"
    )
    assert desk.steps.offered(mira, "Nearhand", offer.sealed).secret == offer.secret
    for sealed, code in (
        (offer.sealed, "000000"),
        (foreign.sealed, desk.code(foreign.secret)),
        ("", desk.code(offer.secret)),
    ):
        with pytest.raises(Invalid):
            await desk.steps.switch_on(mira, sealed, code)
    desk.clock.turn(minutes=15)
    with pytest.raises(Invalid, match="15 minutes"):
        await desk.steps.switch_on(mira, offer.sealed, desk.code(offer.secret))
    assert await desk.account(LOGIN) == mira
    assert desk.steps.offered(mira, "Nearhand", offer.sealed).secret != offer.secret


async def test_new_codes_end_those_of_before_and_off_is_off(desk: Steps) -> None:
    secret = await desk.set_up()
    mira = await desk.account(LOGIN)
    with pytest.raises(NotSignedIn):
        await desk.steps.renew_codes(mira, "000000")
    with pytest.raises(NotSignedIn):
        await desk.steps.switch_off(mira, "000000")
    with pytest.raises(Conflict):
        await desk.steps.switch_on(mira, "", "000000")
    fresh = await desk.steps.renew_codes(mira, desk.codes[0])
    mira = await desk.half_way()
    with pytest.raises(NotSignedIn):
        await desk.steps.finish(mira, desk.codes[1])
    await desk.steps.finish(mira, fresh[0])

    await desk.steps.switch_off(await desk.account(LOGIN), desk.code(secret))

    cookie, _ = await desk.staff.sign_in(LOGIN, PASSWORD)
    assert await desk.door.actor_of(cookie)
    mira = await desk.account(LOGIN)
    assert (mira.second_step, mira.recovery) == (b"", frozenset())


async def test_an_admin_removes_anothers_and_not_their_own(desk: Steps) -> None:
    await desk.set_up()
    mira = await desk.account(LOGIN)
    own = replace(mira.actor, roles=COMMAND_LINE.roles)
    with pytest.raises(Conflict, match="yourself"):
        await desk.kept.remove_second_step(own, mira)

    await desk.kept.remove_second_step(COMMAND_LINE, mira)
    await desk.kept.remove_second_step(COMMAND_LINE, await desk.account(LOGIN))

    _, actor = await desk.staff.sign_in(LOGIN, PASSWORD)
    assert actor == mira.actor
