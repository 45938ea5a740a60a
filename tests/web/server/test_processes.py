"""How the processes of a server begin, share the work, die and are replaced."""

import json
import os
import re
import signal
import socket
import time
from collections import Counter
from pathlib import Path

import pytest

from gigdesk.errors import Unavailable
from gigdesk.web.server import bind
from web.server.conftest import Start
from web.server.raw import Server, one_answer, until

GIVEN = os.sched_getaffinity(0)


def workers_of(server: Server) -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(pid) for pid in children.split()}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(server: Server, number: int) -> Counter[int]:
    """Which process answered, on so many connections."""
    return Counter(int(server.get("/pid").rpartition(b"\r\n")[2]) for _ in range(number))


def nobody_listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


def test_a_busy_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable) as refused:
            bind("127.0.0.1", port)
    assert str(port) in str(refused.value)
    assert "--port" in str(refused.value)
    bind("127.0.0.1", port).close()


def test_a_port_that_workers_share_is_busy_for_others(start: Start) -> None:
    server = start(workers=2)
    with pytest.raises(Unavailable):
        bind("127.0.0.1", server.port)


def test_two_workers_share_the_connections(start: Start) -> None:
    server = start(workers=2)
    until(lambda: len(answers(server, 10)) == 2)
    shares = answers(server, 100)
    assert min(shares.values()) > 20


def asked_on(sock: socket.socket) -> int:
    """Which process answers on a connection that stays open."""
    sock.sendall(b"GET /pid HTTP/1.1\r\nHost: x\r\n\r\n")
    return int(one_answer(sock)[1])


def test_a_worker_that_is_stuck_keeps_nobody_waiting_and_takes_its_share_afterwards(start: Start) -> None:
    server = start(workers=2)
    until(lambda: len(answers(server, 20)) == 2)
    stuck, well = workers_of(server)
    os.kill(stuck, signal.SIGSTOP)
    try:
        assert {asked_on(server.connect()) for _ in range(24)} == {well}
    finally:
        os.kill(stuck, signal.SIGCONT)

    shares = Counter(asked_on(server.connect()) for _ in range(24))

    # On a machine that is busy a moment can be too short for it now and then.
    assert shares[stuck] >= 16


def test_the_death_of_a_worker_loses_no_connection_that_was_not_accepted(start: Start) -> None:
    server = start(workers=2)
    until(lambda: len(answers(server, 20)) == 2)
    victim, other = workers_of(server)
    for worker in (victim, other):
        os.kill(worker, signal.SIGSTOP)
    waiting = [server.connect() for _ in range(12)]
    os.kill(victim, signal.SIGKILL)
    os.kill(other, signal.SIGCONT)

    assert victim not in map(asked_on, waiting)


def processors(server: Server) -> tuple[set[int], set[int]]:
    """Those of the event loop of a worker, and those of its other threads."""
    found = json.loads(server.get("/processors").rpartition(b"\r\n")[2])
    return set(found["loop"]), set(found["thread"])


@pytest.mark.skipif(len(GIVEN) < 2, reason="there is one processor")
def test_of_as_many_workers_as_processors_each_keeps_to_its_own(start: Start) -> None:
    server = start(workers=len(GIVEN))
    until(lambda: len(answers(server, 20)) == len(GIVEN))

    found = [processors(server) for _ in range(30 * len(GIVEN))]

    assert {frozenset(loop) for loop, _ in found} == {frozenset({one}) for one in GIVEN}
    assert all(thread == GIVEN for _, thread in found)


def test_workers_of_another_number_go_where_there_is_room(start: Start) -> None:
    server = start(workers=len(GIVEN) + 1)
    until(lambda: len(answers(server, 30)) == len(GIVEN) + 1)

    assert [processors(server) for _ in range(30)] == [(GIVEN, GIVEN)] * 30


def test_a_dead_worker_is_replaced(start: Start) -> None:
    server = start(workers=2)
    until(lambda: len(answers(server, 10)) == 2)
    victim = answers(server, 1).most_common()[0][0]
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(workers_of(server) - {victim}) == 2 and len(answers(server, 10)) == 2)
    assert victim not in answers(server, 20)


def test_nobody_serves_once_the_parent_was_killed(start: Start) -> None:
    server = start(workers=2)
    until(lambda: len(answers(server, 10)) == 2)
    workers = workers_of(server)
    server.process.kill()
    server.process.wait()
    until(lambda: not any(is_alive(pid) for pid in workers), 5)
    assert nobody_listens(server.port)


def test_the_folder_of_numbers_goes_with_its_server_or_with_the_next_one(start: Start, scratch: Path) -> None:
    def folders() -> set[Path]:
        return set(scratch.glob("gigdesk-metrics-*"))

    before = folders()
    living = start(workers=2)
    [lives] = folders() - before
    killed = start(workers=2)
    [left] = folders() - before - {lives}
    killed.process.kill()
    killed.process.wait()
    assert left.exists()

    last = start(workers=2)
    assert lives.exists()
    assert not left.exists()
    assert last.stop() == 0
    assert living.stop() == 0
    assert folders() <= before


@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_begun_is_finished_before_the_end(start: Start, workers: int) -> None:
    server = start(workers=workers)
    idle, busy = server.connect(), server.connect()
    busy.sendall(b"GET /sleep?1.5 HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    assert busy.recv(1000).endswith(b"slept")
    assert idle.recv(1) == b""
    assert server.process.wait(10) == 0
    assert nobody_listens(server.port)


def test_what_does_not_end_in_time_is_ended(start: Start) -> None:
    server = start(graceful_seconds=1)
    server.connect().sendall(b"GET /sleep?60 HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    begin = time.monotonic()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("workers", [1, 2])
def test_an_application_that_cannot_start_ends_the_server(start: Start, workers: int) -> None:
    server = start("sample:create_broken", workers=workers)
    assert server.process.wait(15) != 0


def test_the_server_alone_is_imported_quickly() -> None:
    """Counted in modules, for the time is the machine's: what it needs is uvicorn, httptools and uvloop."""
    import subprocess
    import sys

    program = "import sys, gigdesk.web.server.uvicorn_server, uvicorn.config; print(*sorted(sys.modules), sep='\\n')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not re.search(
        r"^(fastapi|sqlalchemy|pydantic|starlette\.routing|granian)$", run.stdout, re.MULTILINE
    )
