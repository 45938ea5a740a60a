"""granian, as thin as it can be, for those who want HTTP/2 or its Rust below.

What its options cannot do, and what uvicorn with our own connection does: a limit on the time, size and
number of headers; 400 for Content-Length beside Transfer-Encoding and for repeated headers; half-closing
after an early answer, so that every client sees it; cutting off who does not read; problem details for what
never reaches the application. Its single worker is a child of its own, without the parent's death signal:
after ``kill -9`` of the parent it serves on. Where any of this matters, use uvicorn.
"""

import socket

from gigdesk.web.server.limits import ServerLimits


def serve(target: str, sock: socket.socket, limits: ServerLimits) -> bool:
    """Serve the application that ``target`` makes at this socket's address until SIGTERM or SIGINT."""
    from granian.constants import Interfaces, Loops
    from granian.server import Server

    host, port = sock.getsockname()[:2]
    sock.close()
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=1,
        websockets=False,
        log_access=False,
        backlog=limits.backlog,
        workers_kill_timeout=limits.graceful_seconds,
    ).serve()
    return True
