"""Answers in JSON, as bytes once: what the API sends when nothing went wrong."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json"
PRIVATE = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


def json_answer(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(orjson.dumps(document), status, headers={**PRIVATE, **(headers or {})}, media_type=JSON)


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
