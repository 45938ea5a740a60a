"""A server in a process of its own, and a client that says exactly what it is told to."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@dataclass
class Server:
    """A running server; ``pid`` is that of its first process."""

    process: subprocess.Popen[bytes]
    port: int
    open_sockets: list[socket.socket] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    def connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        self.open_sockets.append(sock)
        return sock

    def say(self, request: bytes, *, then_close: bool = False) -> bytes:
        """All that the server says to this, until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as sock:
            sock.sendall(request)
            if then_close:
                sock.shutdown(socket.SHUT_WR)
            return heard(sock)

    def get(self, path: str, headers: str = "") -> bytes:
        return self.say(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode())

    def is_up(self) -> bool:
        try:
            return self.get("/pid").startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def stop(self) -> int:
        for sock in self.open_sockets:
            sock.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def heard(sock: socket.socket) -> bytes:
    """What comes until the other side closes or resets."""
    parts = []
    try:
        while part := sock.recv(1 << 16):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def one_answer(sock: socket.socket) -> tuple[int, bytes]:
    """One whole answer with a Content-Length: its status and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = sock.recv(1)
        assert part, data
        data += part
    length = re.search(rb"content-length: (\d+)", data)
    body = b""
    while length and len(body) < int(length[1]):
        body += sock.recv(int(length[1]) - len(body))
    return int(data.split()[1]), body


def until(is_so: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.05)
