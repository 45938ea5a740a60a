"""What nobody needs any more goes away by itself, and nothing else; a chore that fails harms no other."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from contracts.openings import opening
from gigdesk import wiring
from gigdesk.access.model import Actor
from gigdesk.access.ports import Session
from gigdesk.app import Gigdesk
from gigdesk.cases.ports import ObjectRow
from gigdesk.ids import object_key, uuid7
from gigdesk.outbox.perform import Performer
from gigdesk.outbox.upkeep import Turns, Upkeep
from gigdesk.settings import Settings

OLD = 50 * 3600
OLD_ENOUGH = 48 * 3600
SOON = Turns(first=0.05, every=0.2)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Gigdesk]:
    settings = Settings(
        secret="s" * 40,  # type: ignore[arg-type]
        jwt_secret="j" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path}/gigdesk.db",
        storage_url=f"file:{tmp_path}/objects",
        mail_url=f"maildir:{tmp_path}/mail",
    )
    async with wiring.opened(settings, serving=True) as desk:
        yield desk


@pytest.fixture
def performer(desk: Gigdesk, tmp_path: Path) -> Performer:
    return Performer(
        desk, sender="a@market.example", support="b@market.example", scratch=tmp_path / "scratch"
    )


async def stored(desk: Gigdesk, tmp_path: Path, *, age: float = OLD, known: bool = False) -> str:
    """An object of this age in seconds, with a row of a case or without."""
    key = object_key()
    await desk.storage.create(key).finish([b"bytes"])
    moment = time.time() - age
    os.utime(tmp_path / "objects" / key, (moment, moment))
    if known:
        row = ObjectRow(key=key, evidence=uuid7(), size=5)
        await desk.log.append(replace(opening(), objects=(row,), sealed=()))
    return key


async def signed_in(desk: Gigdesk, name: bytes, ago: timedelta) -> None:
    at = datetime.now(UTC) - ago
    session = Session(id=name * 8, actor=Actor(sub="amara"), created_at=at, seen_at=at)
    assert await desk.sessions.open_session(session, name.hex(), datetime.now(UTC))


async def while_running(upkeep: Upkeep, seconds: float) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(upkeep.run(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_old_objects_without_a_row_go_and_all_others_stay(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    orphan = await stored(desk, tmp_path)
    known = await stored(desk, tmp_path, known=True)
    young = await stored(desk, tmp_path, age=3600)

    await Upkeep(desk, performer.tidy).turn()

    assert [await desk.storage.size(key) for key in (orphan, known, young)] == [None, 5, 5]


async def test_under_a_database_that_knows_no_object_all_stay(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    theirs = [await stored(desk, tmp_path) for _ in range(3)]

    await Upkeep(desk, performer.tidy).turn()

    assert [await desk.storage.size(key) for key in theirs] == [5, 5, 5]


async def test_two_installations_that_were_given_one_storage_spare_each_other(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    mine = await stored(desk, tmp_path, age=0, known=True)
    settings = Settings(
        secret="t" * 40,  # type: ignore[arg-type]
        jwt_secret="j" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path}/other.db",
        storage_url=f"file:{tmp_path}/objects",
    )
    async with wiring.opened(settings, serving=True) as other:
        theirs = await stored(other, tmp_path, age=0, known=True)
        for ago in (0, OLD):
            for key in (mine, theirs):
                os.utime(tmp_path / "objects" / key, (time.time() - ago, time.time() - ago))
            for each in (desk, other):
                await Upkeep(each, performer.tidy).turn()

    assert [await desk.storage.size(key) for key in (mine, theirs)] == [5, 5]


async def test_what_was_left_for_being_too_much_is_judged_anew_at_the_next_turn(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    upkeep = Upkeep(desk, performer.tidy)
    await stored(desk, tmp_path, known=True)
    theirs = [await stored(desk, tmp_path) for _ in range(25)]
    await upkeep.turn()
    assert [await desk.storage.size(key) for key in theirs] == [5] * 25

    for key in theirs[3:]:
        await desk.storage.delete(key)
    await upkeep.turn()

    assert [await desk.storage.size(key) for key in theirs[:3]] == [None] * 3


async def test_sessions_that_have_ended_are_forgotten(desk: Gigdesk, performer: Performer) -> None:
    await signed_in(desk, b"left", timedelta(hours=13))
    await signed_in(desk, b"here", timedelta(hours=1))

    await Upkeep(desk, performer.tidy).turn()

    assert await desk.sessions.get_session(b"left" * 8) is None
    assert await desk.sessions.get_session(b"here" * 8) is not None


async def test_what_a_crash_left_on_the_machine_goes_at_the_start(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    leftover, fresh = tmp_path / "scratch" / "inspect-1", tmp_path / "scratch" / "inspect-2"
    for folder in (leftover, fresh):
        folder.mkdir(parents=True)
    os.utime(leftover, (time.time() - 7200, time.time() - 7200))

    await while_running(Upkeep(desk, performer.tidy, Turns(first=60)), 0.3)

    assert (leftover.exists(), fresh.exists()) == (False, True)


async def test_turns_come_by_themselves_and_end_at_once_when_told(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    await stored(desk, tmp_path, known=True)
    upkeep, stop = Upkeep(desk, performer.tidy, SOON), asyncio.Event()
    running = asyncio.create_task(upkeep.run(stop))
    for _ in range(2):
        orphan = await stored(desk, tmp_path, age=OLD_ENOUGH - 0.1)
        for _ in range(100):
            if await desk.storage.size(orphan) is None:
                break
            await asyncio.sleep(0.03)
        assert await desk.storage.size(orphan) is None
    stop.set()
    await asyncio.wait_for(running, 1)


async def test_a_later_turn_asks_only_about_what_has_become_old(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    upkeep = Upkeep(desk, performer.tidy)
    for _ in range(20):
        await stored(desk, tmp_path, known=True)

    with structlog.testing.capture_logs() as first:
        await upkeep.turn()
    await stored(desk, tmp_path, age=OLD_ENOUGH - 0.1)
    await asyncio.sleep(0.2)
    with structlog.testing.capture_logs() as second:
        await upkeep.turn()

    counts = [
        [line["seen"] for line in lines if line["event"] == "objects_swept"] for lines in (first, second)
    ]
    assert counts == [[20], [1]]


async def test_a_chore_that_fails_leaves_the_others_to_be_done_and_is_done_again(
    desk: Gigdesk, tmp_path: Path
) -> None:
    turns = 0

    async def breaks() -> int:
        nonlocal turns
        turns += 1
        raise OSError("the disk is gone")

    await stored(desk, tmp_path, known=True)
    orphan = await stored(desk, tmp_path)
    with structlog.testing.capture_logs() as lines:
        await while_running(Upkeep(desk, breaks, SOON), 1.0)

    assert await desk.storage.size(orphan) is None
    assert turns >= 3
    assert {line["event"] for line in lines} == {"upkeep_stumbled", "objects_swept"}
    assert "gone" not in str([{k: v for k, v in line.items() if k != "exc_info"} for line in lines])
