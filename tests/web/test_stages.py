"""Requests that came together go through each stage together."""

import asyncio

from gigdesk.web.stages import stage


async def test_the_others_come_as_far_before_one_goes_on() -> None:
    went: list[tuple[str, int]] = []

    async def go(name: str) -> None:
        for number in range(3):
            went.append((name, number))
            await stage()

    await asyncio.gather(*map(go, "abc"))

    assert went == [(name, number) for number in range(3) for name in "abc"]


async def test_one_that_is_alone_goes_on() -> None:
    async with asyncio.timeout(5):
        for _ in range(1000):
            await stage()
