"""The head of a request: what is read of it, and what of it is refused (RFC 9110, RFC 9112)."""

from functools import lru_cache
from urllib.parse import unquote

import httptools
from starlette.types import Scope

from gigdesk.web.heads import FIRST
from gigdesk.web.server import refusals
from gigdesk.web.server.limits import ServerLimits
from gigdesk.web.server.refusals import Refusal

_ONCE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"expect",
        b"host",
        b"idempotency-key",
        b"origin",
        b"sec-fetch-site",
        b"transfer-encoding",
    }
)


class Head:
    """A request line and its headers, as they arrive."""

    __slots__ = ("first", "headers", "url")

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []  # names in lower case
        self.first: dict[bytes, bytes] = {}  # of each name, once they are judged

    def size(self) -> int:
        """Bytes of the address, the names and the values."""
        return len(self.url) + sum([len(name) + len(value) for name, value in self.headers])

    def judge(self, version: str, arrived: int, limits: ServerLimits) -> Refusal | None:
        """What is wrong with it; ``arrived`` bytes at most belong to it."""
        first = self.first = dict(reversed(self.headers))
        if version not in ("1.1", "1.0"):
            return refusals.MALFORMED
        if len(first) < len(self.headers) and self._is_contradictory():
            return refusals.CONFLICT
        if b"host" not in first and version == "1.1":
            return refusals.NO_HOST
        length, coding = first.get(b"content-length"), first.get(b"transfer-encoding")
        if length is not None and not length.isdigit():
            return refusals.MALFORMED
        if coding is not None and (length is not None or coding.lower() != b"chunked" or version == "1.0"):
            return refusals.CONFLICT
        if len(self.headers) > limits.headers or (
            arrived > limits.header_bytes and self.size() > limits.header_bytes
        ):
            return refusals.HEADERS_TOO_LARGE
        return None

    def _is_contradictory(self) -> bool:
        """Whether one that may stand once only stands there twice."""
        names = [name for name, _ in self.headers if name in _ONCE]
        return len(set(names)) < len(names)

    def length(self) -> int:
        """The Content-Length that was judged, 0 where there is none."""
        return int(self.first.get(b"content-length", 0))

    def expects_continue(self) -> bool:
        """The client waits to be asked for its body (RFC 9110 §10.1.1)."""
        return self.first.get(b"expect", b"").lower() == b"100-continue"

    def scope(self, version: str, method: bytes) -> Scope:
        """The request as ASGI has it, without what the connection knows. Raises for an address that is none."""
        url = httptools.parse_url(self.url)
        raw_path: bytes = url.path or b"/"
        if not raw_path.startswith(b"/"):
            raise ValueError("the address is no path")
        path = raw_path.decode("ascii")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": method.decode("ascii"),
            "scheme": "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self.headers,
            FIRST: self.first,
        }


@lru_cache(maxsize=2)
def joined(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Headers as they are sent: those that all answers of a second have alike."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
