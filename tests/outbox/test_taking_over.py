"""A server that takes over an embedded store goes on at once with what the one before it was at."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.openings import effect, opening
from gigdesk import wiring
from gigdesk.cases.owed import UNDER_WAY
from gigdesk.settings import Settings

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        secret="s" * 40,  # type: ignore[arg-type]
        jwt_secret="j" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path}/gigdesk.db",
        storage_url=f"file:{tmp_path}/objects",
    )


async def test_leases_of_a_server_that_was_killed_end_with_the_next_start(settings: Settings) -> None:
    claimed, renewed, held, failed, parked, waiting = (effect("notify") for _ in range(6))
    async with wiring.opened(settings, serving=True) as killed:
        for owed in (claimed, renewed, held, failed, parked):
            await killed.log.append(replace(opening(), effects=(owed,)))
        await killed.outbox.claim(10, MINUTE)
        await killed.outbox.postpone(renewed.id, MINUTE, UNDER_WAY)
        await killed.outbox.postpone(failed.id, MINUTE, "mail.server")
        await killed.outbox.hold([held.id], [], MINUTE, "mail")
        await killed.outbox.park(parked.id, "mail.server")
        later = replace(waiting, due=waiting.due + timedelta(days=9000))
        await killed.log.append(replace(opening(), effects=(later,)))

    async with wiring.opened(settings) as onlooker:
        assert await onlooker.outbox.claim(10, MINUTE) == []
    async with wiring.opened(settings, serving=True) as following:
        found = await following.outbox.claim(10, MINUTE)

    assert {each.effect.id for each in found} == {claimed.id, renewed.id, held.id}
    assert {each.effect.id: each.attempts for each in found} == {claimed.id: 2, renewed.id: 2, held.id: 1}


async def test_what_failed_before_and_was_under_way_again_does_not_wait_either(settings: Settings) -> None:
    async with wiring.opened(settings, serving=True) as killed:
        await killed.log.append(replace(opening(), effects=(owed := effect("notify"),)))
        await killed.outbox.claim(1, MINUTE)
        await killed.outbox.postpone(owed.id, timedelta(0), "mail.server")
        assert await killed.outbox.claim(1, MINUTE)
    async with wiring.opened(settings, serving=True) as following:
        [found] = await following.outbox.claim(10, MINUTE)
    assert (found.effect.id, found.attempts) == (owed.id, 3)
