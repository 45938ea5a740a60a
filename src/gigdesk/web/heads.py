"""The headers of a request by name, looked through once however many ask."""

from starlette.types import Scope

_FOUND = "gigdesk.headers"


def first_headers(scope: Scope) -> dict[bytes, bytes]:
    """The first header of each name, which is in lower case (ASGI). Nobody may change what is returned."""
    found: dict[bytes, bytes] | None = scope.get(_FOUND)
    if found is None:
        found = scope[_FOUND] = dict(reversed(scope["headers"]))
    return found
