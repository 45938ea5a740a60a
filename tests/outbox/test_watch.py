"""Background work that breaks off is begun again, and whoever asks meanwhile is told."""

import asyncio

import pytest
import structlog

from gigdesk.errors import Unavailable
from gigdesk.outbox.watch import Watch


async def test_work_that_breaks_off_or_ends_is_begun_again_and_said_to_have_stopped() -> None:
    begun: list[str] = []

    async def work(stop: asyncio.Event) -> None:
        begun.append("")
        if len(begun) == 1:
            raise RuntimeError("a fault")
        if len(begun) > 2:
            await stop.wait()

    watch, stop = Watch(work, first=0.3), asyncio.Event()
    with structlog.testing.capture_logs() as lines:
        running = asyncio.create_task(watch.run(stop))
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable) as told:
            await watch.probe()
        await asyncio.sleep(1.2)
        await watch.probe()
        stop.set()
        await asyncio.wait_for(running, 1)

    assert told.value.code == "outbox.broken"
    assert len(begun) == 3
    assert [line["event"] for line in lines] == ["background_work_broke_off", "background_work_ended"]
    assert {line["log_level"] for line in lines} == {"critical"}


async def test_a_stop_ends_the_wait_for_another_beginning() -> None:
    async def work(stop: asyncio.Event) -> None:
        raise RuntimeError("a fault")

    stop = asyncio.Event()
    running = asyncio.create_task(Watch(work, first=60).run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, 1)
