"""What HTTP/1.1 asks of a server, over a real socket: framing, persistence, and refusals in words."""

import hashlib
import json
import os
import socket
import time
from contextlib import suppress

import pytest

from web.server.raw import Server, heard, one_answer

HOST = b"Host: x\r\n"


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head
    document = json.loads(body)
    assert document["success"] is False
    assert document["message"] == document["detail"]
    assert document["status"] == int(head.split()[1])
    return document["status"], document["code"]


def test_a_connection_is_used_again(server: Server) -> None:
    sock = server.connect()
    for size in (0, 5, 100_000):
        sock.sendall(
            b"POST /read?a=%%20b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (HOST, size) + b"x" * size
        )
        status, body = one_answer(sock)
        assert status == 200
        assert json.loads(body) == {"read": size, "path": "/read", "query": "a=%20b"}


@pytest.mark.parametrize("size", [1, 1000, 70_000, 256_000, 3_000_000])
def test_a_body_arrives_as_it_was_sent_however_it_is_cut_and_the_next_request_behind_it(
    server: Server, size: int
) -> None:
    sock = server.connect()
    content = os.urandom(size)
    head = b"POST /digest HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (HOST, size)
    said = head + content + head + content + b"GET /last HTTP/1.1\r\n" + HOST + b"\r\n"
    for cut in (len(head), len(head) + 1, len(head) + size // 2, len(head) + size, 2 * len(head) + size + 1):
        sock.sendall(said[:cut])
        time.sleep(0.05)
        sock.sendall(said[cut:])
        expected = hashlib.sha256(content).hexdigest().encode()
        assert [one_answer(sock)[1] for _ in range(2)] == [expected, expected]
        assert json.loads(one_answer(sock)[1])["path"] == "/last"


def test_what_follows_a_long_body_and_is_no_request_is_refused(server: Server) -> None:
    answer = server.say(b"POST /digest HTTP/1.1\r\n%bContent-Length: 600000\r\n\r\n" % HOST + b"x" * 600_009)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 400") == 1


def test_a_chunked_body_may_come_in_tiny_chunks(server: Server) -> None:
    sock = server.connect()
    sock.sendall(b"POST /read HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(300):
        sock.sendall(b"1\r\nx\r\n")
    sock.sendall(b"0\r\n\r\n")
    assert json.loads(one_answer(sock)[1])["read"] == 300


def test_requests_sent_ahead_are_answered_in_order(server: Server) -> None:
    sock = server.connect()
    sock.sendall(b"".join(b"GET /n%d HTTP/1.1\r\n%b\r\n" % (n, HOST) for n in range(40)))
    assert [json.loads(one_answer(sock)[1])["path"] for _ in range(40)] == [f"/n{n}" for n in range(40)]


def test_too_many_requests_sent_ahead_are_refused_after_the_others(server: Server) -> None:
    answers = server.say(b"".join(b"GET /n%d HTTP/1.1\r\n%b\r\n" % (n, HOST) for n in range(2000)))
    assert 60 < answers.count(b"HTTP/1.1 200") < 2000
    assert answers.count(b"HTTP/1.1 429") == 1


def test_http_1_0_is_answered_and_closed(server: Server) -> None:
    assert server.say(b"GET /stream HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n" + b"x" * (1 << 20))


def test_an_answer_without_length_is_chunked(server: Server) -> None:
    answer = server.get("/stream?2")
    assert b"transfer-encoding: chunked" in answer
    assert answer.endswith(b"\r\n0\r\n\r\n")
    assert answer.count(b"x" * 1000) >= 2 * 1048


def test_a_head_request_has_no_body(server: Server) -> None:
    answer = server.say(b"HEAD /read HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length: " in answer


def test_who_has_said_all_may_close_its_half(server: Server) -> None:
    answer = server.say(b"GET /sleep?0.2 HTTP/1.1\r\n" + HOST + b"\r\n", then_close=True)
    assert answer.endswith(b"slept")


def test_a_client_that_expects_100_is_asked_only_when_its_body_is_wanted(server: Server) -> None:
    head = b" HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    sock = server.connect()
    sock.sendall(b"POST /read" + head)
    assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    sock.sendall(b"abc")
    assert one_answer(sock)[0] == 200
    assert server.say(b"POST /refuse" + head).startswith(b"HTTP/1.1 401")


def test_every_answer_is_dated_and_none_names_the_server(server: Server) -> None:
    answer = server.get("/pid").lower()
    assert b"\r\ndate: " in answer
    assert b"\r\nserver:" not in answer


def test_a_fault_is_a_problem_and_the_server_goes_on(server: Server) -> None:
    for path in ("/fail", "/lie"):
        assert problem(server.get(path)) == (500, "fault")
    assert server.is_up()


POST = b"POST /read HTTP/1.1\r\n"
LENGTH = b"Content-Length: 3\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.abuse(4)
@pytest.mark.parametrize(
    "request_bytes",
    [
        POST + HOST + b"Content-Length: -1\r\n\r\n",
        POST + HOST + b"Content-Length: 3x\r\n\r\nabc",
        POST + HOST + b"Content-Length: +3\r\n\r\nabc",
        POST + HOST + b"Content-Length: \r\n\r\n",
        POST + HOST + b"Content-Length: 99999999999999999999999999\r\n\r\nabc",
        POST + HOST + b"Content-Length: 3, 3\r\n\r\nabc",
        POST + HOST + LENGTH + LENGTH + b"\r\nabc",
        POST + HOST + LENGTH + b"Content-Length: 4\r\n\r\nabcd",
        POST + HOST + LENGTH + CHUNKED + b"\r\n3\r\nabc\r\n0\r\n\r\n",
        POST + HOST + CHUNKED + LENGTH + b"\r\n3\r\nabc\r\n0\r\n\r\n",
        POST + HOST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
        POST + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + HOST + b"Transfer-Encoding: identity\r\n\r\nabc",
        POST + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST /read HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n0\r\n\r\n",
        POST + HOST + CHUNKED + b"\r\n-1\r\nabc\r\n0\r\n\r\n",
        POST + HOST + CHUNKED + b"\r\nfffffffffffffffffff\r\nabc",
        POST + HOST + CHUNKED + b"\r\n3\r\nabcd\r\n0\r\n\r\n",
        POST + HOST + HOST + LENGTH + b"\r\nabc",
        POST + LENGTH + b"\r\nabc",
        POST + HOST + b"Authorization: a\r\nauthorization: b\r\n\r\n",
        POST + HOST + b"Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n",
        POST + HOST + b"X: a\r\n b\r\n\r\n",
        POST + HOST + b"X: a\x00b\r\n\r\n",
        POST + HOST + b"X\r\n\r\n",
        b"POST /read HTTP/3.0\r\n" + HOST + b"\r\n",
        b"GET a b HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET * HTTP/1.1\r\n" + HOST + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_malformed_and_conflicting_requests_are_refused(server: Server, request_bytes: bytes) -> None:
    status, code = problem(server.say(request_bytes))
    assert status == 400
    assert code.startswith("http.")


@pytest.mark.abuse(4)
def test_a_body_shorter_than_declared_is_said_to_be_truncated(server: Server) -> None:
    answer = server.say(POST + HOST + b"Content-Length: 300\r\n\r\nabc", then_close=True)
    assert problem(answer) == (400, "http.truncated")


@pytest.mark.abuse(4)
def test_a_length_that_nobody_sends_buffers_nothing(server: Server) -> None:
    sock = server.connect()
    sock.sendall(b"POST /refuse HTTP/1.1\r\n" + HOST + b"Content-Length: 9000000000000000000\r\n\r\nabc")
    assert heard(sock).startswith(b"HTTP/1.1 401")


@pytest.mark.abuse(1)
def test_floods_of_headers_are_refused_early(server: Server) -> None:
    for flood in (
        b"X: y\r\n" * 200,
        b"X: " + b"y" * 40_000,
        b"X: y\r\n" * 1_000_000,
        b"X: " + b"y" * (50 << 20),
    ):
        sock = server.connect()
        with suppress(ConnectionResetError, BrokenPipeError):
            sock.sendall(POST + HOST + flood + b"\r\n\r\n")
        assert problem(heard(sock)) == (431, "http.headers_too_large")
    assert server.is_up()


def test_a_request_for_another_protocol_is_answered_in_this_one(server: Server) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    answer = server.say(b"GET /pid HTTP/1.1\r\n" + HOST + upgrade)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer


def test_what_follows_the_last_request_is_ignored(server: Server) -> None:
    last = b"GET /pid HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert server.say(last + b"\r\n" + last).count(b"HTTP/1.1 200") == 1
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock:
        sock.sendall(last + b"junk that is no HTTP\r\n\r\n")
        assert heard(sock).startswith(b"HTTP/1.1 200")
