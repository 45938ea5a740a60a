"""Whose turn it is to accept, and that nobody waits for long."""

import asyncio
import errno
import socket

import pytest

from gigdesk.web.server.accepting import ABSENT, Accepting, Shares


@pytest.mark.parametrize(
    ("own", "others", "is_ahead"),
    [
        (0, (0, ABSENT), False),
        (3, (3, 4), False),
        (4, (3, 9), True),
        (4, (ABSENT, ABSENT), False),
        (100, (95, 400), False),  # of many a few more are nothing
        (107, (100, 400), True),
    ],
)
def test_who_has_clearly_more_than_another_is_ahead(
    own: int, others: tuple[int, ...], is_ahead: bool
) -> None:
    shares = Shares.made(3)
    for place, number in enumerate(others, 1):
        shares.put(place, number)
    assert shares.is_ahead(0, own) is is_ahead


def test_where_nobody_has_any_they_take_turns() -> None:
    shares = Shares.made(2)
    shares.put(0, 0)
    shares.put(1, 0)
    shares.took(1)
    assert shares.is_ahead(1, 0)
    assert not shares.is_ahead(0, 0)


def test_what_one_tells_the_others_read() -> None:
    shares = Shares.made(2)
    other = Shares(shares.descriptor, 2)
    other.put(1, 0)
    assert shares.is_ahead(0, 1)
    other.put(1, ABSENT)
    assert not shares.is_ahead(0, 1)


@pytest.mark.parametrize("others", [0, 9])
async def test_a_connection_is_accepted_though_another_has_fewer_and_does_not_come(others: int) -> None:
    shares = Shares.made(2)
    shares.put(1, others)
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = Accepting(listener, shares, 0, own=lambda: 5 + len(taken), serve=taken.append)
        clients = [socket.create_connection(listener.getsockname()) for _ in range(6)]
        async with asyncio.timeout(5):
            while len(taken) < len(clients):
                await asyncio.sleep(0.01)
        accepting.stop()
        late = socket.create_connection(listener.getsockname())
        await asyncio.sleep(0.05)
        assert len(taken) == len(clients), "after the end nobody is accepted"
    assert not shares.is_ahead(1, 1000), "who has ended is waited for by nobody"
    for sock in (*clients, *taken, late):
        sock.close()


class Exhausted(socket.socket):
    """A listener of a process that has no descriptor left for another connection, at first."""

    asked = 0

    def accept(self) -> tuple[socket.socket, object]:
        self.asked += 1
        if self.asked == 1:
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


async def test_where_no_descriptor_is_left_it_is_not_asked_again_at_once() -> None:
    shares, taken = Shares.made(1), list[socket.socket]()
    with Exhausted() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        accepting = Accepting(listener, shares, 0, own=lambda: len(taken), serve=taken.append)
        client = socket.create_connection(listener.getsockname())
        await asyncio.sleep(0.3)
        assert listener.asked == 1
        async with asyncio.timeout(5):
            while not taken:
                await asyncio.sleep(0.01)
        accepting.stop()
    for sock in (client, *taken):
        sock.close()
