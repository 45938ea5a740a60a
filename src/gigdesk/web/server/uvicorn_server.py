"""uvicorn with uvloop and httptools, behind our own guards."""

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from gigdesk.web.server.protocol import GuardedProtocol

CANNOT_START = 3
KEEP_ALIVE = 65
GRACE = 10
ENDING = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """Says where it serves once it does, and ends with 0 when it was asked to."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but the signal is not raised again afterwards: it was obeyed."""
        before = {number: signal.signal(number, self.handle_exit) for number in ENDING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            sys.stdout.write(f"gigdesk serves http://{host}:{port}\n")
            sys.stdout.flush()


def serve(target: str, sock: socket.socket) -> int:
    """Serve the application that ``target`` makes on this socket until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        target,
        factory=True,
        http=GuardedProtocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="critical",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        backlog=2048,
    )
    server = _Server(config)
    try:
        server.run(sockets=[sock])
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else CANNOT_START
