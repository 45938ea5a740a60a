"""Passwords by Argon2id: what they cost, that no two are alike, and that a crowd is bounded."""

import asyncio

import pytest

from gigdesk.adapters.identity.argon2 import Argon2Passwords
from gigdesk.errors import Unavailable


def cheap(**more: int) -> Argon2Passwords:
    return Argon2Passwords(**({"memory_kib": 64, "passes": 1} | more))


async def test_a_hash_holds_its_password_and_no_other() -> None:
    passwords = cheap()
    hashed, again = await passwords.hash("bicycle lamp"), await passwords.hash("bicycle lamp")
    assert hashed != again
    assert await passwords.verify("bicycle lamp", hashed)
    assert not await passwords.verify("bicycle lump", hashed)
    assert not await passwords.verify("bicycle lamp", "no hash at all")


async def test_the_usual_costs_are_at_least_what_is_recommended() -> None:
    passwords = Argon2Passwords()
    hashed = await passwords.hash("bicycle lamp")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert not passwords.is_outdated(hashed)
    assert not passwords.is_outdated(passwords.decoy())
    assert passwords.is_outdated(await cheap().hash("bicycle lamp"))


async def test_the_decoy_is_a_whole_hash_that_nothing_opens() -> None:
    passwords = cheap()
    hashed = await passwords.hash("bicycle lamp")
    assert [len(part) for part in passwords.decoy().split("$")] == [len(part) for part in hashed.split("$")]
    for guess in ("", "bicycle lamp", passwords.decoy()):
        assert not await passwords.verify(guess, passwords.decoy())
    assert cheap().decoy() != passwords.decoy()


async def test_a_crowd_is_told_to_come_again_and_nobody_waits_for_ever() -> None:
    passwords = cheap(memory_kib=8192, most_waiting=3)

    done = await asyncio.gather(*(passwords.hash("bicycle lamp") for _ in range(20)), return_exceptions=True)

    refused = [one for one in done if isinstance(one, Unavailable)]
    assert len(refused) == 15
    assert refused[0].retry_after == 5
    assert await passwords.hash("bicycle lamp")


async def test_who_gives_up_waiting_takes_no_place() -> None:
    passwords = cheap(memory_kib=8192, most_waiting=1)
    waiting = [asyncio.create_task(passwords.hash("bicycle lamp")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await passwords.hash("bicycle lamp")
    waiting[2].cancel()
    await asyncio.wait(waiting)
    assert await asyncio.gather(*(passwords.hash("bicycle lamp") for _ in range(3)))
