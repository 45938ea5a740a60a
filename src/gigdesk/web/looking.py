"""Whether somebody looks, or a browser only looks ahead."""

from collections.abc import Iterable

from starlette.requests import Request


def is_looked_at(request: Request) -> bool:
    """Whether this GET is for somebody to see, as far as the browser says."""
    return request.method == "GET" and not is_prefetch(request)


def is_prefetch(request: Request) -> bool:
    """Whether the browser only looks ahead: nobody has clicked yet."""
    hints: Iterable[str] = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return any("prefetch" in hint or "prerender" in hint or "preview" in hint for hint in hints)
