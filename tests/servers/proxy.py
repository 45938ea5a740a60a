"""A proxy for HTTP before a site, which holds streams back, cuts them, holds a request, or lets nobody through."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

BLOCK = 1 << 16


class Proxy:
    """Passes on one request a connection, on a thread of its own, until it is told otherwise."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._requests: list[tuple[str, str]] = []
        self._cut_after = self._held = ""
        self._silent: tuple[str, ...] = ()
        self._is_cut_at_head = False
        self._is_refusing = False
        self._released = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        self._released.set()
        self.cut()

    def silence(self, *endings: str) -> None:
        """Let nothing come back of requests to addresses with one of these endings."""
        self._silent = endings

    def cut_after(self, ending: str) -> None:
        """Cut answers to addresses with this ending after their first bytes."""
        self._cut_after = ending

    def cut_after_head(self, ending: str) -> None:
        """Cut answers to addresses with this ending where their body begins."""
        self._cut_after, self._is_cut_at_head = ending, True

    def hold(self, method: str) -> None:
        """Keep requests of this method until ``release``."""
        self._released.clear()
        self._held = method

    def release(self) -> None:
        """Pass on what is held."""
        self._held = ""
        self._released.set()

    def refuse(self, is_refusing: bool) -> None:
        """Hang up on whoever comes, or no longer."""
        self._is_refusing = is_refusing

    def cut(self) -> None:
        """Hang up on whoever is there."""
        for end in tuple(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def seen(self, method: str, ending: str = "") -> int:
        """How many requests of this method came, to addresses with this ending."""
        return sum(found == method and path.endswith(ending) for found, path in tuple(self._requests))

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self._is_refusing:
                    client.close()
                else:
                    threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            self._open.add(client)
            try:
                self._pass(client)
            finally:
                self._open.discard(client)

    def _pass(self, client: socket.socket) -> None:
        head, body = _request(client)
        if not head:
            return
        method, address, _ = head.decode("latin-1").split(" ", 2)
        path = address.partition("?")[0]
        self._requests.append((method, path))
        if method == self._held:
            self._released.wait(60)
        with socket.create_connection(("127.0.0.1", self.target), timeout=60) as server:
            self._open.add(server)
            try:
                server.sendall(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"\r\n\r\n" + body)
                self._give_back(client, server, path)
            finally:
                self._open.discard(server)

    def _give_back(self, client: socket.socket, server: socket.socket, path: str) -> None:
        while block := server.recv(BLOCK):
            if path.endswith(self._silent):
                continue
            is_cut = bool(self._cut_after) and path.endswith(self._cut_after)
            head, end, _ = block.partition(b"\r\n\r\n")
            client.sendall(head + end if is_cut and self._is_cut_at_head else block)
            if is_cut:
                return


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of a request, without its ``Connection``."""
    got = b""
    while b"\r\n\r\n" not in got:
        block = client.recv(BLOCK)
        if not block:
            return b"", b""
        got += block
    head, _, body = got.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        block = client.recv(BLOCK)
        if not block:
            return b"", b""
        body += block
    return b"\r\n".join(lines), body
