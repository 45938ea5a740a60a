"""Whoever is slow, silent, greedy or gone is let go, and the others are served meanwhile."""

import random
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from web.server.conftest import Start
from web.server.raw import Server, heard, one_answer, until

HOST = b"Host: x\r\n"


@pytest.fixture(scope="module")
def strict(start: Start) -> Server:
    """A server whose limits are over in a second or two."""
    return start(header_seconds=1.0, keep_alive_seconds=2.0, write_seconds=1.0, linger_seconds=1.0)


@pytest.mark.abuse(13)
def test_slow_headers_are_cut_while_others_are_served(strict: Server) -> None:
    slow = [strict.connect() for _ in range(200)]
    for sock in slow:
        sock.sendall(b"GET /pid HTTP/1.1\r\nHo")
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        for sock in slow:
            with suppress(OSError):
                sock.sendall(b"s")
        assert strict.is_up()
    assert all(b" 408 " in heard(sock) for sock in slow)


@pytest.mark.abuse(13)
def test_who_says_nothing_is_closed_without_a_word(strict: Server) -> None:
    silent = strict.connect()
    begin = time.monotonic()
    assert heard(silent) == b""
    assert time.monotonic() - begin < 4


def test_an_idle_connection_is_closed_after_a_while(strict: Server) -> None:
    sock = strict.connect()
    sock.sendall(b"GET /pid HTTP/1.1\r\n" + HOST + b"\r\n")
    assert one_answer(sock)[0] == 200
    begin = time.monotonic()
    assert heard(sock) == b""
    assert 1.5 < time.monotonic() - begin < 5


def test_a_slow_answer_of_the_application_is_waited_for(strict: Server) -> None:
    assert strict.get("/sleep?3.5").endswith(b"slept")


@pytest.mark.abuse(13)
def test_who_does_not_read_its_answer_is_cut(strict: Server) -> None:
    greedy = strict.connect()
    greedy.sendall(b"GET /stream?200 HTTP/1.1\r\n" + HOST + b"\r\n")
    greedy.recv(1, socket.MSG_PEEK)  # the answer has begun, so that the connection counts
    before = files_of(strict)
    until(lambda: files_of(strict) < before)
    assert len(heard(greedy)) < 200 << 20
    assert strict.is_up()


def test_who_reads_slowly_but_steadily_is_not_cut(strict: Server) -> None:
    steady = strict.connect()
    steady.sendall(b"GET /stream?30 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    size = 0
    while part := steady.recv(1 << 18):
        size += len(part)
        time.sleep(0.03)
    assert size > 30 << 20


def test_connections_over_the_cap_are_told_to_come_back(start: Start) -> None:
    small = start(connections=3)
    held = [small.connect() for _ in range(3)]
    until(lambda: b" 503 " in small.get("/pid"))
    assert b"retry-after: 5" in small.get("/pid")
    held[0].close()
    until(small.is_up)


@pytest.mark.abuse(12)
def test_a_refused_body_of_a_gigabyte_is_hardly_read(server: Server) -> None:
    before = read_by(server)
    sock = server.connect()
    sock.settimeout(10)
    sock.sendall(b"POST /refuse HTTP/1.1\r\n" + HOST + b"Content-Length: 1073741824\r\n\r\n")
    begin = time.monotonic()
    with suppress(ConnectionResetError, BrokenPipeError):
        for _ in range(1024):
            sock.sendall(b"x" * (1 << 20))
    assert heard(sock).startswith(b"HTTP/1.1 401")
    assert time.monotonic() - begin < 5
    assert read_by(server) - before < (64 << 10) + (256 << 10)  # what is asked for, and one read of the loop


BIG = 64 << 20
CLIENTS = {
    "curl": "curl -s -o /dev/null -w %{{http_code}} --data-binary @{file} {url}",
    "curl that expects": "curl -s -o /dev/null -w %{{http_code}} -H Expect:100-continue -T {file} {url}",
    "requests": "{python} -c \"import requests; print(requests.post('{url}', data=open('{file}','rb')).status_code)\"",
    "httpx": "{python} -c \"import httpx; print(httpx.post('{url}', content=open('{file}','rb')).status_code)\"",
    "node": "node -e \"fetch('{url}', {{method: 'POST', body: require('fs').readFileSync('{file}')}})"
    '.then(r => r.text().then(() => console.log(r.status)))"',
}


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_sees_the_answer_that_comes_before_its_body_has_ended(
    server: Server, client: str, tmp_path: Path
) -> None:
    file = tmp_path / "big"
    file.write_bytes(b"x" * BIG)
    url = f"http://127.0.0.1:{server.port}/refuse"
    command = CLIENTS[client].format(url=url, file=file, python=sys.executable)
    for _ in range(3):
        run = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=30)
        assert run.stdout.strip() == "401", run.stderr


@pytest.mark.abuse(10)
def test_requests_broken_off_anywhere_leave_nothing_open(server: Server) -> None:
    request = b"POST /read HTTP/1.1\r\n" + HOST + b"Content-Length: 20000\r\n\r\n" + b"x" * 20000
    chance = random.Random(10)
    server.is_up()
    before = files_of(server)
    for _ in range(500):
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            sock.sendall(request[: chance.randrange(len(request))])
            if chance.random() < 0.5:  # a reset instead of an end
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    until(lambda: files_of(server) <= before)
    assert server.is_up()


def files_of(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def read_by(server: Server) -> int:
    """Bytes that the server's process has read, from whatever."""
    found = re.search(r"rchar: (\d+)", Path(f"/proc/{server.pid}/io").read_text())
    assert found
    return int(found[1])
