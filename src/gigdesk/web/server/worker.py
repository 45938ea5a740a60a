"""One process that serves: this one, or one of several workers, which end with their parent."""

import ctypes
import json
import os
import signal
import socket
import sys
from dataclasses import asdict

from gigdesk import processors
from gigdesk.web.server.accepting import Shares
from gigdesk.web.server.limits import ServerLimits

PR_SET_PDEATHSIG = 1
CANNOT_START = 3


def serve_here(target: str, sock: socket.socket, *, server: str, limits: ServerLimits) -> int:
    """Serve in this process on this socket; 3 where the application could not start."""
    if server == "granian":
        from gigdesk.web.server.granian_server import serve
    else:
        from gigdesk.web.server.uvicorn_server import serve
    return 0 if serve(target, sock, limits) else CANNOT_START


def command(target: str, *, host: str, port: int, server: str, limits: ServerLimits) -> list[str]:
    """The command that starts a worker of this process, but for the numbers that ``main`` reads at its end."""
    program = [sys.executable, "-m", "gigdesk.web.server"]
    return [*program, target, host, str(port), server, str(os.getpid()), json.dumps(asdict(limits))]


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent ends (Linux, prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def main(arguments: list[str]) -> int:
    """Serve as one of several workers: the one at this place.

    ``listener`` and ``shares`` are inherited files; -1 where the server listens by itself.
    """
    target, host, port, server, parent, given, *numbers = arguments
    workers, listener, shares, place = map(int, numbers)
    limits = ServerLimits(**json.loads(given))
    end_with_parent(int(parent))
    if server == "granian":  # its event loops have threads of their own
        return serve_here(target, _listen(host, int(port)), server=server, limits=limits)
    from gigdesk.web.server.uvicorn_server import serve

    processors.keep_to_own(place, workers)
    for inherited in (listener, shares):
        os.set_inheritable(inherited, False)
    share = Shares(shares, workers), place
    return 0 if serve(target, socket.socket(fileno=listener), limits, share) else CANNOT_START


def _listen(host: str, port: int) -> socket.socket:
    """A socket at an address that several listen at."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((host, port))
    return sock
