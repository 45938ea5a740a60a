"""Answers in JSON, as bytes once: what the API sends when nothing went wrong."""

import re
from collections.abc import Mapping
from operator import methodcaller
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gigdesk.web.at_once import at_once

_ascii, _latin = methodcaller("encode", "ascii"), methodcaller("encode", "latin-1")
_TAG = re.compile(r'"[^"]*"')
PRIVATE = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
_PRIVATE = [(name.encode(), value.encode()) for name, value in PRIVATE.items()]
_JSON = (b"content-type", b"application/json")


def json_answer(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps."""
    return JsonAnswer(orjson.dumps(document), status, headers)


class JsonAnswer(Response):
    """What Starlette's own is, made in one step: names of headers are written in lower case here."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str] | None) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        headers = headers or {}
        raw = [*zip(map(_ascii, headers), map(_latin, headers.values()), strict=True)]
        if status != 304:
            raw += ((b"content-length", b"%d" % len(body)), _JSON)
        self.raw_headers = raw + _PRIVATE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once where the server can."""
        exchange = at_once(scope)
        if exchange is None or not exchange.answer(self.status_code, self.raw_headers, self.body):
            await super().__call__(scope, receive, send)


class Listening(StreamingResponse):
    """An answer for who listens: most of its time it waits, and nothing is held back for it."""


def is_named(etag: str, if_none_match: str) -> bool:
    """Whether If-None-Match names this strong tag: compared weakly, in a list, or ``*`` (RFC 9110 §13.1.2)."""
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object from a request; raises Malformed for anything else."""
    from gigdesk.errors import Malformed

    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise Malformed("json.malformed", "The body is not a JSON object. Send one, in UTF-8.")
    return document
