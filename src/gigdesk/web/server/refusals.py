"""What the server says by itself, before a request has reached the application: RFC 9457 problem details."""

import json
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, a stable code, and what to do about it."""

    status: HTTPStatus
    code: str
    title: str
    detail: str
    retry_after: int | None = None

    def response(self) -> bytes:
        """The whole answer, head and body, after which the connection ends."""
        body = self.body()
        head = [
            f"HTTP/1.1 {self.status} {self.status.phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
        ]
        if self.retry_after is not None:
            head.append(f"retry-after: {self.retry_after}")
        return "\r\n".join([*head, "", ""]).encode() + body

    def body(self) -> bytes:
        """The document alone."""
        document = {
            "type": f"urn:gigdesk:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "success": False,
            "message": self.detail,
        }
        return json.dumps(document).encode()


_UNREADABLE = "The request cannot be read"

MALFORMED = Refusal(
    HTTPStatus.BAD_REQUEST,
    "http.malformed",
    _UNREADABLE,
    "This is not HTTP/1.1 as RFC 9112 has it. Send it through an HTTP library.",
)
CONFLICT = Refusal(
    HTTPStatus.BAD_REQUEST,
    "http.conflicting_headers",
    _UNREADABLE,
    "A header that may stand once stands twice, or both Content-Length and Transfer-Encoding are there."
    " Send Host, Authorization, Content-Type and one length once.",
)
NO_HOST = Refusal(
    HTTPStatus.BAD_REQUEST, "http.no_host", _UNREADABLE, "The Host header is missing. HTTP/1.1 asks for one."
)
TRUNCATED = Refusal(
    HTTPStatus.BAD_REQUEST,
    "http.truncated",
    _UNREADABLE,
    "The body ended before its Content-Length or its last chunk. The connection broke, or a proxy in front"
    " cut it off. Send it again.",
)
HEADERS_TOO_SLOW = Refusal(
    HTTPStatus.REQUEST_TIMEOUT,
    "http.headers_too_slow",
    "Too slow",
    "The headers of the request did not arrive in time. Send it again.",
)
HEADERS_TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "http.headers_too_large",
    "Too large",
    "The address and headers of a request take at most 32 KiB, and 100 headers. Send fewer cookies.",
)
PIPELINED = Refusal(
    HTTPStatus.TOO_MANY_REQUESTS,
    "http.pipelined",
    "Too many",
    "Too many requests were sent ahead on one connection. Read the answers in between.",
    retry_after=1,
)
BUSY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "http.too_many_connections",
    "Not available now",
    "Too many connections are open. Try again in a few seconds.",
    retry_after=5,
)
FAULT = Refusal(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "fault",
    "A fault of ours",
    "This is a fault of ours. Nothing is lost that was confirmed. Try again.",
)
