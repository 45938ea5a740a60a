"""Servers of the sample application, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from web.server.raw import Server, free_port, until

HERE = Path(__file__).parent
PROGRAM = (
    "import json, sys; from gigdesk.web.server import ServerLimits, run;"
    "sys.exit(run(sys.argv[1], host='127.0.0.1', port=int(sys.argv[2]), workers=int(sys.argv[3]),"
    " server='uvicorn', limits=ServerLimits(**json.loads(sys.argv[4]))))"
)

Start = Callable[..., Server]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for temporary things of the servers here."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def start(scratch: Path) -> Iterator[Start]:
    """Starts servers of the sample application, with the limits that are given."""
    servers: list[Server] = []

    def started(target: str = "sample:create", workers: int = 1, **limits: float) -> Server:
        port = free_port()
        command = [sys.executable, "-c", PROGRAM, target, str(port), str(workers), json.dumps(limits)]
        path = os.pathsep.join([str(HERE), str(HERE.parents[2] / "src")])
        environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(scratch)}
        server = Server(subprocess.Popen(command, env=environment), port)
        servers.append(server)
        if target == "sample:create":
            until(server.is_up)
        return server

    yield started
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server(start: Start) -> Server:
    """One server with the limits that it has in earnest, but for a shorter linger."""
    return start(linger_seconds=1.0)
