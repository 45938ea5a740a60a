"""The ASGI application: the way of every request from the socket to its handler and back.

1. Every request has an id, which the answer and every log line carry.
2. What a handler raises becomes an answer here and nowhere else.
3. The public path of the installation is taken off once; handlers never see it.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send

from gigdesk.errors import GigdeskError
from gigdesk.web.answers import Listening
from gigdesk.web.bodies import Disconnected
from gigdesk.web.logs import request_answered, request_id
from gigdesk.web.stages import stage
from gigdesk.web.telemetry import Telemetry

Handler = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[Request, Exception], Awaitable[Response]]

UNMATCHED = "unmatched"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What an opened site serves: the router, the hot path beside it, and how refusals look."""

    router: Router
    hot: dict[tuple[str, str], Handler]
    refuse: Refuse
    telemetry: Telemetry


class App:
    """Serves one installation; connects when the server starts, lets go when it ends."""

    def __init__(self, prefix: str, opened: Callable[[], AbstractAsyncContextManager[Routing]]) -> None:
        self._prefix = prefix
        self._opened = opened
        self._routing: Routing | None = None
        self._in_flight = 0

    @property
    def is_busy(self) -> bool:
        """Whether more than one request is being answered: background work then holds back.

        Who has been answered and only listens does not count: a page of the desk does so all day.
        """
        return self._in_flight > 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and self._routing is not None:
            self._in_flight += 1
            try:
                await self._serve(self._routing, scope, receive, send)
            finally:
                self._in_flight -= 1

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                self._routing = await stack.enter_async_context(self._opened())
            except GigdeskError as error:
                sys.stderr.write(f"gigdesk: {error}\n")
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            except Exception as error:  # noqa: BLE001 - a server that cannot start says why and ends
                _log.critical("start_failed", exc_info=error)
                await send({"type": "lifespan.startup.failed", "message": "a fault of ours, logged above"})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self._routing = None
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, routing: Routing, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        number = request_id(scope)
        self._strip(scope)
        key = (scope["method"], scope["path"])
        request = Request(scope, receive)
        handler = routing.hot.get(key)
        template = key[1] if handler else UNMATCHED  # never an address that somebody made up
        try:
            if handler is None:
                handler, template = _match(routing.router, scope)
            answer = await handler(request)
        except (Disconnected, ClientDisconnect):
            _answered(routing, template, key[0], 499, started)
            return
        except Exception as error:  # noqa: BLE001 - the one place where a fault becomes an answer
            answer = await routing.refuse(request, error)
        answer.raw_headers.append((b"x-request-id", number.encode("ascii")))
        status, listens = answer.status_code, isinstance(answer, Listening)
        self._in_flight -= listens
        try:
            await stage()
            await answer(scope, receive, send)
        finally:
            self._in_flight += listens
            _answered(routing, template, key[0], status, started)

    def _strip(self, scope: Scope) -> None:
        """Take the public path off, where the proxy in front left it on."""
        path = scope["path"]
        prefix = self._prefix
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            scope["path"] = path[len(prefix) :] or "/"
        scope["root_path"] = ""


def _answered(routing: Routing, template: str, method: str, status: int, started: float) -> None:
    """Count the request, and log it where every one is wanted."""
    seconds = time.perf_counter() - started
    routing.telemetry.observe(template, method, status, seconds)
    request_answered(template, method, status, seconds)


def _match(router: Router, scope: Scope) -> tuple[Handler, str]:
    """The handler for this path and method, and the template that it matched; else an HTTPException."""
    allowed: set[str] = set()
    for route in router.routes:
        match, child = route.matches(scope)
        if match is Match.FULL:
            scope.update(child)
            return child["endpoint"], getattr(route, "path", "")
        if match is Match.PARTIAL:
            allowed |= getattr(route, "methods", None) or set()
    if allowed:
        raise HTTPException(405, headers={"allow": ", ".join(sorted(allowed))})
    raise HTTPException(404)
