"""When the foreground is busy, so that background work holds back: not while somebody only listens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import Message

from gigdesk.web.answers import Listening
from gigdesk.web.app import App, Routing
from gigdesk.web.telemetry import Telemetry

KINDS = {"/slow": StreamingResponse, "/listens": Listening}


async def without_end() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def answer(request: Request) -> Response:
    return KINDS[request.url.path](without_end())


async def refuse(_: Request, error: Exception) -> Response:
    raise error


@asynccontextmanager
async def opened() -> AsyncIterator[Routing]:
    router = Router([Route(path, answer) for path in KINDS])
    yield Routing(router=router, hot={}, refuse=refuse, telemetry=Telemetry())


async def ask(app: App, path: str) -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_: Message) -> None:
        """It is read."""

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await app({**scope, "asgi": {"spec_version": "2.4"}}, receive, send)


@pytest.mark.parametrize(("path", "busy"), [("/slow", True), ("/listens", False)])
async def test_who_listens_keeps_nobody_from_work(path: str, busy: bool) -> None:
    app, started, ends = App("", opened), asyncio.Event(), asyncio.Event()

    async def receive() -> Message:
        if started.is_set():
            await ends.wait()
        return {"type": "lifespan"}

    async def send(_: Message) -> None:
        started.set()

    lives = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    await started.wait()
    asking = [asyncio.create_task(ask(app, path)) for _ in range(3)]
    await asyncio.sleep(0.05)

    assert app.is_busy is busy

    for one in asking:
        one.cancel()
    await asyncio.wait(asking)
    assert not app.is_busy
    ends.set()
    await lives
