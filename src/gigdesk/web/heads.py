"""The headers of a request by name, looked through once however many ask."""

from starlette.types import Scope

FIRST = "gigdesk.headers"
"""Where a scope holds them, once somebody has looked."""


def first_headers(scope: Scope) -> dict[bytes, bytes]:
    """The first header of each name, which is in lower case (ASGI). Nobody may change what is returned."""
    found: dict[bytes, bytes] | None = scope.get(FIRST)
    if found is None:
        found = scope[FIRST] = dict(reversed(scope["headers"]))
    return found
