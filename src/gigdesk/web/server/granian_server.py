"""granian, as thin as it can be.

What it cannot do here: our own limits on heads, a lingering close after an early answer, workers that share
one process tree with the supervisor's death signal. Where these matter, use uvicorn.
"""

import socket


def serve(target: str, sock: socket.socket) -> int:
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
        backlog=2048,
        workers_kill_timeout=10,
    ).serve()
    return 0
