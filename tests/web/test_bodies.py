"""Bodies are capped and timed, our own time is never the client's, and a refused one is heard to its end."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message

from gigdesk.errors import TooLarge, Unavailable
from gigdesk.web.bodies import Body, BodyTiming, Disconnected, PendingBudget, TooSlow

MIB = 1 << 20
QUICK = BodyTiming(idle=0.15, min_rate=1000, min_rate_after=0.3, total=1.0)


class Client:
    """Says what it is given, each thing after a pause in seconds, then nothing any more."""

    def __init__(self, *said: tuple[float, Message]) -> None:
        self._said = iter(said)
        self.asked = 0

    async def receive(self) -> Message:
        self.asked += 1
        pause, message = next(self._said, (3600.0, {}))
        if pause:
            await asyncio.sleep(pause)
        return message


def part(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": content, "more_body": more}


GONE: Message = {"type": "http.disconnect"}


def body(
    client: Client, cap: int = 100, headers: Iterable[tuple[bytes, bytes]] = (), timing: BodyTiming = QUICK
) -> Body:
    return Body({"type": "http", "headers": list(headers)}, client.receive, timing, cap)


async def test_chunks_come_as_they_were_sent_then_nothing() -> None:
    client = Client((0, part(b"a")), (0.05, part(b"")), (0, part(b"b")), (0.05, part(b"c", more=False)))
    whole = body(client)
    assert [await whole.chunk() for _ in range(5)] == [b"a", b"b", b"c", b"", b""]
    assert client.asked == 4


async def test_the_declared_length_is_judged_before_a_byte_is_asked_for() -> None:
    client = Client()
    with pytest.raises(TooLarge) as refused:
        await body(client, 2 * MIB, [(b"content-length", b"2097153")]).chunk()
    assert refused.value.code == "body.too_large"
    assert "2 MB" in str(refused.value)
    assert client.asked == 0


async def test_the_first_byte_over_the_cap_is_refused_whatever_was_declared() -> None:
    client = Client((0, part(b"x" * 100)), (0, part(b"x")))
    long = body(client, 100)
    assert len(await long.chunk()) == 100
    with pytest.raises(TooLarge):
        await long.chunk()


async def test_a_client_that_goes_away_is_told_apart() -> None:
    broken = body(Client((0, part(b"x")), (0, GONE)))
    await broken.chunk()
    with pytest.raises(Disconnected):
        await broken.chunk()


@pytest.mark.abuse(13)
async def test_a_body_that_stands_still_is_ended() -> None:
    still = body(Client((0, part(b"x"))))
    await still.chunk()
    with pytest.raises(TooSlow):
        await still.chunk()


@pytest.mark.abuse(13)
async def test_a_body_that_trickles_is_ended_also_after_a_fast_start() -> None:
    trickle = [(0.1, part(b"x"))] * 9
    slow = body(Client((0, part(b"x" * MIB)), (0.1, part(b"x" * MIB)), *trickle), 9 * MIB)
    with pytest.raises(TooSlow):
        await slow.read()


async def test_a_body_may_not_take_for_ever_at_any_rate() -> None:
    steady = body(Client(*[(0.1, part(b"x" * 1000))] * 30), MIB)
    with pytest.raises(TooSlow):
        await steady.read()


async def test_our_own_time_is_never_the_clients() -> None:
    patient = body(Client(*[(0, part(b"x"))] * 5, (0.01, part(b"", more=False))))
    for _ in range(5):
        await patient.chunk()
        await asyncio.sleep(0.2)
    assert await patient.chunk() == b""


async def test_a_cancelled_reader_leaves_nothing_waiting() -> None:
    notes: list[str] = []

    async def receive() -> Message:
        try:
            await asyncio.sleep(3600)
        finally:
            notes.append("ended")
        raise AssertionError

    waiting = asyncio.create_task(Body({"headers": []}, receive, BodyTiming(), 10).chunk())
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert notes == ["ended"]


async def test_what_goes_wrong_below_comes_through() -> None:
    async def receive() -> Message:
        failed = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(failed.set_exception, OSError("broken"))
        await failed
        raise AssertionError

    with pytest.raises(OSError, match="broken"):
        await Body({"headers": []}, receive, BodyTiming(), 10).chunk()


async def test_a_refused_body_is_dropped_to_its_end() -> None:
    refused = body(Client((0, part(b"x" * 200)), (0, part(b"y")), (0.05, part(b"z", more=False))))
    with pytest.raises(TooLarge):
        await refused.chunk()
    assert await refused.drain()


async def test_dropping_ends_with_its_bytes_its_time_or_the_client() -> None:
    assert not await body(Client(*[(0, part(b"x" * 10))] * 9)).drain(at_most=50)
    assert not await body(Client((0, part(b"x")))).drain(seconds=0.05)
    assert not await body(Client((0, GONE))).drain()


async def test_who_waits_to_be_asked_is_not_asked_for_a_refused_body() -> None:
    client = Client()
    refused = body(client, 10, [(b"expect", b"100-continue"), (b"content-length", b"11")])
    with pytest.raises(TooLarge):
        await refused.chunk()
    assert not await refused.drain()
    assert client.asked == 0


def test_files_before_fields_are_counted_a_person_and_a_process() -> None:
    budget = PendingBudget(person=10, process=25)
    with budget.ticket("amara") as one, budget.ticket("amara") as other, budget.ticket("jonas") as two:
        one.take(6)
        with pytest.raises(TooLarge) as refused:
            other.take(5)
        assert refused.value.code == "fields_first"
        other.release()
        two.take(10)
        with budget.ticket("carl") as three:
            with pytest.raises(Unavailable) as busy:
                three.take(10)
            assert busy.value.retry_after
        two.release()
        one.take(4)
    assert not budget.taken
