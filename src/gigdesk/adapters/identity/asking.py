"""Questions to the provider of work accounts: short answers over HTTP/1.1, by a connection that is judged.

The backend that is handed in judges where each connection leads. There is no proxy, no cookie, and no redirect
that could be followed; an answer has 256 KiB and four seconds.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

import orjson
from httpcore2 import (
    AsyncConnectionPool,
    AsyncNetworkBackend,
    NetworkError,
    ProtocolError,
    Request,
    TimeoutException,
    UnsupportedProtocol,
    default_ssl_context,
)

from gigdesk.errors import Unavailable

SECONDS = 4.0
MAX_ANSWER_BYTES = 256 << 10
RETRY_SECONDS = 5
FORM = "application/x-www-form-urlencoded"
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "gigdesk"}


class Asking:
    """Asks for documents. Raises Unavailable ``work.away`` with the reason as ``why``."""

    def __init__(self, backend: AsyncNetworkBackend, seconds: float = SECONDS) -> None:
        self._backend = backend
        self._seconds = seconds

    async def read(self, url: str) -> bytes:
        """What the address answers with 200."""
        status, body = await self._ask("GET", url, {}, b"")
        if status != 200:
            raise away(f"{url} answers {status}")
        return body

    async def post(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """The status and the body that a form is answered with."""
        return await self._ask("POST", url, {"Content-Type": FORM, **headers}, urlencode(fields).encode())

    async def _ask(self, method: str, url: str, more: Mapping[str, str], content: bytes) -> tuple[int, bytes]:
        length = {"Content-Length": str(len(content))} if method == "POST" else {}
        fields = {"Host": _host(url), **_HEADERS, "Connection": "close", **more, **length}
        headers = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        limits = {"connect": self._seconds, "read": self._seconds, "write": self._seconds}
        try:
            request = Request(method, url, headers=headers, content=content, extensions={"timeout": limits})
            async with asyncio.timeout(self._seconds), self._pool(url) as pool:
                return await _whole(pool, request)
        except (TimeoutError, TimeoutException):
            raise away(f"{url} does not answer in time") from None
        except (NetworkError, ProtocolError, UnsupportedProtocol, OSError, ValueError) as error:
            raise away(f"{url} cannot be reached ({type(error).__name__})") from error
        except Unavailable as denied:
            if denied.code == "work.away":
                raise
            raise away(str(denied)) from None

    def _pool(self, url: str) -> AsyncConnectionPool:
        return AsyncConnectionPool(
            ssl_context=default_ssl_context() if url.startswith("https:") else None,
            max_keepalive_connections=0,
            network_backend=self._backend,
        )


def document(body: bytes, what: str) -> Mapping[str, object]:
    """A JSON object. Raises Unavailable, naming what was read."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise away(f"{what} is no JSON object")
    return found


def away(why: str) -> Unavailable:
    """The provider does not answer as it should; ``why`` is for who runs the installation."""
    return Unavailable(
        "work.away",
        "Signing in with a work account does not work right now. Try again in a moment.",
        retry_after=RETRY_SECONDS,
        why=why,
    )


async def _whole(pool: AsyncConnectionPool, request: Request) -> tuple[int, bytes]:
    answer = await pool.handle_async_request(request)
    try:
        body = bytearray()
        async for chunk in answer.aiter_stream():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise away("it answers more than 256 KiB")
        return answer.status, bytes(body)
    finally:
        await answer.aclose()


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]
