"""What the server does at once is what it does message by message."""

import pytest

from gigdesk.web.server.exchange import Exchange

HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"2")]


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.sent = b""

    def writelines(self, pieces: list[bytes]) -> None:
        self.sent += b"".join(pieces)

    def write(self, piece: bytes) -> None:
        self.sent += piece


class Line:
    """A connection that is open, or whose client reads nothing."""

    def __init__(self, *, is_write_paused: bool = False) -> None:
        self.transport = Wire()
        self.is_write_paused = is_write_paused
        self.ended = 0

    def resume_reading(self) -> None: ...
    async def drained(self) -> None: ...
    def standard_headers(self) -> bytes:
        return b"date: now\r\n"

    def finished(self, exchange: Exchange) -> None:
        self.ended += 1


def exchange(line: Line, *chunks: bytes, more: bool = False) -> Exchange:
    scope = {"type": "http", "method": "POST", "http_version": "1.1", "path": "/"}
    made = Exchange(line, scope, keep_alive=True, expects=False)  # type: ignore[arg-type]
    for chunk in chunks:
        made.feed(chunk)
    if not more:
        made.end_body()
    return made


async def test_a_body_that_is_here_is_given_whole_and_only_once() -> None:
    asked = exchange(Line(), b"a", b"b")
    assert asked.whole() == b"ab"
    assert asked.whole() is None


async def test_an_empty_body_is_whole() -> None:
    assert exchange(Line()).whole() == b""


async def test_a_body_that_is_still_coming_is_left_to_be_received() -> None:
    asked = exchange(Line(), b"a", more=True)
    assert asked.whole() is None
    assert await asked.receive() == {"type": "http.request", "body": b"a", "more_body": True}
    asked.feed(b"b")
    asked.end_body()
    assert (await asked.receive())["body"] == b"b"


async def test_an_answer_at_once_is_the_same_as_one_by_messages() -> None:
    one, two = Line(), Line()
    assert exchange(one).answer(200, HEADERS, b"ok") is True
    sent = exchange(two)
    await sent.send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await sent.send({"type": "http.response.body", "body": b"ok"})
    assert one.transport.sent == two.transport.sent
    assert (one.ended, two.ended) == (1, 1)


@pytest.mark.parametrize("reason", ["the client reads nothing", "the client is gone", "it has begun"])
async def test_an_answer_that_has_to_wait_sends_nothing(reason: str) -> None:
    line = Line(is_write_paused=reason == "the client reads nothing")
    asked = exchange(line)
    if reason == "the client is gone":
        asked.disconnect()
    if reason == "it has begun":
        await asked.send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    assert asked.answer(200, HEADERS, b"ok") is False
    assert line.transport.sent == b""


async def test_headers_may_come_one_by_one() -> None:
    line = Line()
    sent = exchange(line)
    await sent.send({"type": "http.response.start", "status": 200, "headers": (pair for pair in HEADERS)})
    await sent.send({"type": "http.response.body", "body": b"ok"})
    assert b"content-type: text/plain\r\ncontent-length: 2\r\n" in line.transport.sent
