"""One process that serves: this one, or one of several workers, which end with their parent."""

import ctypes
import json
import os
import signal
import socket
import sys
from dataclasses import asdict

from gigdesk import processors
from gigdesk.web.server.limits import ServerLimits

PR_SET_PDEATHSIG = 1
CANNOT_START = 3


def serve_here(target: str, *, host: str, port: int, server: str, limits: ServerLimits, shared: bool) -> int:
    """Serve in this process; 3 where the application could not start."""
    if server == "granian":
        from gigdesk.web.server.granian_server import serve
    else:
        from gigdesk.web.server.uvicorn_server import serve
    started = serve(target, _listen(host, port, limits.backlog, shared=shared), limits)
    return 0 if started else CANNOT_START


def command(target: str, *, host: str, port: int, server: str, limits: ServerLimits) -> list[str]:
    """The command that starts a worker of this process, but for its place and how many they are."""
    program = [sys.executable, "-m", "gigdesk.web.server"]
    return [*program, target, host, str(port), server, str(os.getpid()), json.dumps(asdict(limits))]


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent ends (Linux, prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def _listen(host: str, port: int, backlog: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((host, port))
    sock.listen(backlog)
    sock.set_inheritable(False)
    return sock


def main(arguments: list[str]) -> int:
    """Serve as one of several workers."""
    target, host, port, server, parent, limits, place, workers = arguments
    end_with_parent(int(parent))
    if server != "granian":  # its event loops have threads of their own
        processors.keep_to_own(int(place), int(workers))
    return serve_here(
        target,
        host=host,
        port=int(port),
        server=server,
        limits=ServerLimits(**json.loads(limits)),
        shared=True,
    )
