"""uvicorn with uvloop, and a connection of our own in the place of its protocols."""

import asyncio
import ctypes
import gc
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import uvicorn

from gigdesk import processors
from gigdesk.web.server.accepting import Accepting, Shares
from gigdesk.web.server.connection import Connection
from gigdesk.web.server.huge_pages import use_huge_pages
from gigdesk.web.server.limits import ServerLimits

ENDING = (signal.SIGINT, signal.SIGTERM)
_TICKS_A_SECOND = 10
# Requests under way hold some thousand objects, few of them in circles: searched less often. Not much less, for a
# refused upload leaves a circle that holds a piece of its body.
_GARBAGE = (2_000, 10, 10)
# mallopt(3). A chunk of a body has up to 256 KB: given back to the kernel each time, it would cost a page
# fault for every 4 KiB of every upload.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 2 << 20


class _Server(uvicorn.Server):
    """Says where it serves once it does, looks after slow clients, and ends with 0 when it was asked to.

    One of several workers accepts its share of the connections itself.
    """

    def __init__(
        self, config: uvicorn.Config, limits: ServerLimits, share: tuple[Shares, int] | None
    ) -> None:
        super().__init__(config)
        self._limits = limits
        self._share = share
        self._accepting: Accepting | None = None
        self._beginning: set[asyncio.Task[object]] = set()

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
        asyncio.get_running_loop().set_default_executor(processors.pool())
        await super().startup([] if self._share else sockets)
        if self.started and sockets:
            gc.collect()
            gc.freeze()  # what the program is made of is not searched for garbage again
            gc.set_threshold(*_GARBAGE)
            use_huge_pages()
            if self._share:
                self._accept(sockets[0], *self._share)
            host, port = sockets[0].getsockname()[:2]
            sys.stdout.write(f"gigdesk serves http://{host}:{port}\n")
            sys.stdout.flush()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                assert isinstance(connection, Connection)
                connection.tick(now)
        if self._accepting:
            self._accepting.tell()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._accepting:
            self._accepting.stop()
            self._accepting = None
        await super().shutdown(sockets)

    def _accept(self, listener: socket.socket, shares: Shares, place: int) -> None:
        loop, connections = asyncio.get_running_loop(), self.server_state.connections

        def connect() -> Connection:
            return Connection(self.config, self.server_state, self.lifespan.state, limits=self._limits)

        def serve(accepted: socket.socket) -> None:
            task = loop.create_task(loop.connect_accepted_socket(connect, accepted))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)

        def own() -> int:
            return len(connections) + len(self._beginning)

        self._accepting = Accepting(listener, shares, place, own=own, serve=serve)


def serve(
    target: str, sock: socket.socket, limits: ServerLimits, share: tuple[Shares, int] | None = None
) -> bool:
    """Serve the application that ``target`` makes on this socket until SIGTERM or SIGINT.

    ``share``: the socket is shared by several workers, of whom this is the one at that place.
    False where the application could not start.
    """
    _permit_files()
    _keep_memory()
    config = uvicorn.Config(
        target,
        factory=True,
        http=partial(Connection, limits=limits),  # type: ignore[arg-type]  # called like the class it stands for
        ws="none",
        loop="uvloop",
        lifespan="on",
        interface="asgi3",
        proxy_headers=False,
        access_log=False,
        server_header=False,
        log_level="critical",
        timeout_graceful_shutdown=limits.graceful_seconds,
        backlog=limits.backlog,
    )
    server = _Server(config, limits, share)
    with suppress(KeyboardInterrupt, SystemExit):  # uvicorn exits where the application could not start
        server.run(sockets=[sock])
    return server.started


def _permit_files() -> None:
    """As many open files as the system grants: a connection is one, an upload another."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _keep_memory() -> None:
    """Keep a few MiB of what was freed for the next body, where the C library is one that can be told to."""
    with suppress(AttributeError):
        tell = ctypes.CDLL(None).mallopt
        tell(_M_MMAP_THRESHOLD, _KEPT)
        tell(_M_TRIM_THRESHOLD, _KEPT)
