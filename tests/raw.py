"""HTTP/1.1 byte by byte: what well-behaved libraries would never send, and what comes back for it."""

import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """One answer: status, fields by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        return str(self.json()["code"])


class NoAnswer(Exception):
    """The connection ended without an answer."""


class Wire:
    """One connection to a server on loopback."""

    def __init__(self, port: int, seconds: float = 20) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._rest = b""
        self.broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def head(self, method: str, path: str, headers: Mapping[str, str | int] | Iterable[str] = ()) -> None:
        """Send the head of a request; ``headers`` as names and values, or as whole lines."""
        lines = [f"{k}: {v}" for k, v in headers.items()] if isinstance(headers, Mapping) else [*headers]
        if not any(line.lower().startswith("host:") for line in lines):
            lines.insert(0, "Host: desk.example")
        self.send("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1"))

    def send(self, data: bytes) -> int:
        """Send, until it is taken or the server has closed; the bytes that were taken."""
        sent = 0
        view = memoryview(data)
        try:
            while sent < len(data):
                sent += self.socket.send(view[sent : sent + (1 << 18)])
        except (BrokenPipeError, ConnectionResetError):
            self.broken = True
        return sent

    def chunk(self, data: bytes) -> int:
        """One chunk of a chunked body; an empty one ends it."""
        return self.send(b"%x\r\n" % len(data) + data + b"\r\n")

    def answer(self, *, to_head: bool = False) -> Answer:
        """The next answer that is not 1xx; raises NoAnswer, or TimeoutError."""
        while True:
            head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            status = int(head[0].split(" ")[1])
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            if status >= 200:
                break
        if to_head or status in (204, 304):
            return Answer(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Answer(status, headers, self._chunked())
        return Answer(status, headers, self._exactly(int(headers.get("content-length", 0))))

    def is_closed(self) -> bool:
        """Whether the server ends the connection; raises TimeoutError where it does not."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True

    def _chunked(self) -> bytes:
        found = b""
        while size := int(self._until(b"\r\n"), 16):
            found += self._exactly(size)
            self._exactly(2)
        self._exactly(2)
        return found

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._rest:
            self._more()
        found, _, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> None:
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise NoAnswer(self._rest[:200])
        self._rest += data
