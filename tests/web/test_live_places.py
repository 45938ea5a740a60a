"""Places for event streams are counted as they are asked for: a burst finds no more of them than there are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from gigdesk.access.model import Actor
from gigdesk.errors import NotFound, Unavailable
from gigdesk.web.api.live import OF_A_PERSON, Live
from outbox.stage import Stage, staff, staged

MOST = 3


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


def asked() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": []})


async def run(answer: Response, *, reads: bool = True) -> None:
    """Send the answer to somebody who reads on without end, or takes nothing at all."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_: Message) -> None:
        await (asyncio.sleep(0) if reads else asyncio.Event().wait())

    await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)


async def burst(live: Live, case: UUID, *people: Actor) -> list[Response | BaseException]:
    follows = (live.follow(asked(), person, case) for person in people)
    return await asyncio.gather(*follows, return_exceptions=True)


async def test_a_burst_of_many_finds_the_places_of_the_process_and_no_more(stage: Stage) -> None:
    live, case = Live(stage.desk, MOST), await stage.report()

    answers = await burst(live, case, *(staff(f"agent-{number}") for number in range(8)))

    assert sum(isinstance(answer, Response) for answer in answers) == MOST
    assert sum(isinstance(answer, Unavailable) for answer in answers) == 8 - MOST


async def test_of_a_burst_of_one_person_the_last_five_are_followed(stage: Stage) -> None:
    live, case = Live(stage.desk), await stage.report()
    answers = await burst(live, case, *[staff("ada")] * 40)
    streams = [asyncio.create_task(run(answer)) for answer in answers if isinstance(answer, Response)]

    ended, left = await asyncio.wait(streams, timeout=1)

    assert len(left) == OF_A_PERSON
    assert {streams.index(stream) for stream in ended} == set(range(40 - OF_A_PERSON))
    for stream in left:
        stream.cancel()
    await asyncio.wait(left)


async def test_one_that_makes_way_ends_at_once_and_not_with_its_next_beat(stage: Stage) -> None:
    live, case, ada = Live(stage.desk), await stage.report(), staff("ada")
    streams = [asyncio.create_task(run(await live.follow(asked(), ada, case))) for _ in range(OF_A_PERSON)]
    await asyncio.wait(streams, timeout=0.2)

    streams.append(asyncio.create_task(run(await live.follow(asked(), ada, case))))
    ended, left = await asyncio.wait(streams, timeout=1)

    assert ended == {streams[0]}
    for stream in left:
        stream.cancel()
    await asyncio.wait(left)


async def test_who_may_not_look_and_who_has_left_keep_no_place(stage: Stage) -> None:
    live, case = Live(stage.desk, MOST), await stage.report()

    refused = await burst(live, uuid4(), *(staff(f"agent-{number}") for number in range(MOST)))
    for number in range(MOST):
        answer = await live.follow(asked(), staff(f"gone-{number}"), case)
        left = asyncio.create_task(run(answer, reads=False))
        await asyncio.wait([left], timeout=0.1)
        left.cancel()  # before the stream began
        await asyncio.wait([left])
    followed = await burst(live, case, *(staff(f"agent-{number}") for number in range(MOST)))

    assert all(isinstance(answer, NotFound) for answer in refused)
    assert all(isinstance(answer, Response) for answer in followed)
