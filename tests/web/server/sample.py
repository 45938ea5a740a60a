"""A small application for a real server: it reads, refuses, streams, sleeps or fails, by its path."""

import asyncio
import hashlib
import json
import os

from starlette.types import ASGIApp, Receive, Scope, Send


async def answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def read(scope: Scope, receive: Receive, send: Send) -> None:
    size = 0
    while (message := await receive())["type"] == "http.request":
        size += len(message["body"])
        if not message["more_body"]:
            break
    else:
        return
    about = {"read": size, "path": scope["path"], "query": scope["query_string"].decode()}
    await answer(send, 200, json.dumps(about).encode())


async def digest(scope: Scope, receive: Receive, send: Send) -> None:
    seen = hashlib.sha256()
    while True:
        message = await receive()
        seen.update(message["body"])
        if not message["more_body"]:
            break
    await answer(send, 200, seen.hexdigest().encode())


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 401, b'{"success": false}', (b"www-authenticate", b"Bearer"))


async def pid(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 200, str(os.getpid()).encode())


async def processors(scope: Scope, receive: Receive, send: Send) -> None:
    """Where the event loop may run, and where another thread may."""
    threads = await asyncio.to_thread(os.sched_getaffinity, 0)
    found = {"loop": sorted(os.sched_getaffinity(0)), "thread": sorted(threads)}
    await answer(send, 200, json.dumps(found).encode())


async def sleep(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(float(scope["query_string"] or 1))
    await answer(send, 200, b"slept")


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(int(scope["query_string"] or 1)):
        await send({"type": "http.response.body", "body": b"x" * (1 << 20), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def fail(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("as asked")


async def lie(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 200, b"x", (b"x-two", b"a\r\nb: c"))


PATHS: dict[str, ASGIApp] = {
    "/read": read,
    "/digest": digest,
    "/refuse": refuse,
    "/pid": pid,
    "/processors": processors,
    "/sleep": sleep,
    "/stream": stream,
    "/fail": fail,
    "/lie": lie,
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        await PATHS.get(scope["path"], read)(scope, receive, send)


def create() -> ASGIApp:
    return app


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "as asked"})


def create_broken() -> ASGIApp:
    return broken
