"""Refusals that come before the application: said as problem details too, in English."""

from enum import Enum

import orjson


class Refusal(Enum):
    """Status, reason phrase, code, sentence."""

    MALFORMED = (400, "Bad Request", "http.malformed", "This is not a request of HTTP/1.1 that can be read.")
    REPEATED = (
        400,
        "Bad Request",
        "http.repeated_header",
        "Content-Length, Content-Type, Host, Authorization and Transfer-Encoding may each stand once.",
    )
    TWO_LENGTHS = (
        400,
        "Bad Request",
        "http.two_lengths",
        "Content-Length and Transfer-Encoding exclude each other. Send one of them.",
    )
    HEAD_TOO_SLOW = (
        408,
        "Request Timeout",
        "http.head_too_slow",
        "The head of the request did not come in time. Send it again.",
    )
    HEAD_TOO_LARGE = (
        431,
        "Request Header Fields Too Large",
        "http.head_too_large",
        "The head of the request has more than 100 lines or 32 KiB. Send fewer or smaller headers.",
    )
    CROWDED = (
        503,
        "Service Unavailable",
        "http.crowded",
        "Too many connections are open. Send it again in a few seconds.",
    )


def refusal_bytes(refusal: Refusal) -> bytes:
    """The whole answer, as it goes over the wire."""
    status, phrase, code, sentence = refusal.value
    body = orjson.dumps(
        {
            "type": f"urn:gigdesk:problem:{code}",
            "title": phrase,
            "status": status,
            "detail": sentence,
            "code": code,
            "success": False,
            "message": sentence,
        }
    )
    retry = b"retry-after: 5\r\n" if status == 503 else b""
    head = (
        f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n"
    )
    return head.encode() + retry + b"\r\n" + body
