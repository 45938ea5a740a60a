"""Each wait has its deadline, whoever was early before; a cancellation from elsewhere stays one."""

import asyncio

import pytest

from gigdesk.web.patience import Patience


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_wait_ends_with_a_timeout_at_its_deadline() -> None:
    patience, begun = Patience(), now()
    with pytest.raises(TimeoutError), patience.until(begun + 0.1):
        await asyncio.sleep(10)
    assert 0.09 < now() - begun < 1
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_the_deadline_moves_with_each_wait() -> None:
    patience = Patience()
    for _ in range(10):
        with patience.until(now() + 0.15):
            await asyncio.sleep(0.05)
    begun = now()
    with pytest.raises(TimeoutError), patience.until(begun + 0.15):
        await asyncio.sleep(10)
    assert 0.14 < now() - begun < 1


async def test_a_later_deadline_may_be_the_earlier_one() -> None:
    patience, begun = Patience(), now()
    with patience.until(begun + 60):
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError), patience.until(begun + 0.05):
        await asyncio.sleep(10)
    assert now() - begun < 1


async def test_what_lasts_between_two_waits_is_not_judged() -> None:
    patience = Patience()
    with patience.until(now() + 0.05):
        await asyncio.sleep(0)
    await asyncio.sleep(0.15)
    with patience.until(now() + 0.05):
        await asyncio.sleep(0)


async def test_a_cancellation_from_elsewhere_is_no_timeout() -> None:
    patience = Patience()

    async def wait() -> None:
        with patience.until(now() + 60):
            await asyncio.sleep(10)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_another_failure_is_told_as_it_is() -> None:
    patience = Patience()
    with pytest.raises(ValueError, match="other"), patience.until(now() + 60):
        raise ValueError("other")
