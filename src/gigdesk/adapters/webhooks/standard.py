"""Deliveries by POST to one address, signed as Standard Webhooks 1.0 says.

1. One connection a delivery, by the backend that is handed in, which judges where it leads. There is no
   proxy, no cookie, and no redirect that could be followed.
2. The head of the answer decides. Its body is read for a second and 16 KiB at most, and never looked at.
3. What is said of this delivery is for good (4xx). An outage, a redirect and a limit are for later.
"""

import asyncio
import re
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import orjson
from httpcore2 import (
    URL,
    AsyncConnectionPool,
    AsyncNetworkBackend,
    NetworkError,
    ProtocolError,
    Request,
    Response,
    TimeoutException,
    default_ssl_context,
)
from standardwebhooks import Webhook

from gigdesk.clock import Clock
from gigdesk.errors import GigdeskError, Unavailable
from gigdesk.notices.model import Delivery
from gigdesk.notices.ports import Undeliverable

SECONDS = 10.0
CONNECT_SECONDS = 3.0
PROBE_SECONDS = 4.0
BODY_SECONDS = 1.0
MAX_BODY_BYTES = 16 << 10
LONGEST_WAIT = 86_400
LATER = frozenset({408, 425, 429})
_PORTS = {"http": 80, "https": 443}
_DELAY = re.compile(r"[0-9]{1,9}")


class HttpWebhookSender:
    """WebhookSender over HTTP/1.1. ``seconds`` are for the whole way to the answer's head.

    ``secret`` is ``whsec_`` and base64. ValueError for an address that is not http or https.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        clock: Clock,
        backend: AsyncNetworkBackend,
        seconds: float = SECONDS,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            raise ValueError("a webhook is https://host/path, without a user")
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._is_hidden = parts.scheme == "https"
        self._headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "gigdesk",
            "Connection": "close",
        }
        self._url = URL(
            scheme=parts.scheme,
            host=self._host,
            port=self._port,
            target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        )
        self._signer = Webhook(secret)
        self._clock = clock
        self._backend = backend
        self._seconds = seconds
        self._roots: ssl.SSLContext | None = None

    async def send(self, delivery: Delivery) -> None:
        async with self._pool() as pool:
            answer = await self._answer(pool, self._request(delivery))
            try:
                await _pass_over(answer)
            finally:
                await answer.aclose()
        if not 200 <= answer.status < 300:
            raise self._judged(answer)

    async def probe(self) -> str:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._touch()
        except (TimeoutError, TimeoutException):
            raise _away("it does not answer in time") from None
        except NetworkError as error:
            raise _away(f"it cannot be reached: {_cause(error)}") from error
        how = "with TLS" if self._is_hidden else "without TLS"
        return f"The webhook's receiver {self._host}:{self._port} answers {how}."

    async def _touch(self) -> None:
        stream = await self._backend.connect_tcp(self._host, self._port, timeout=CONNECT_SECONDS)
        try:
            if self._is_hidden:
                roots = self._trusted()
                stream = await stream.start_tls(roots, server_hostname=self._host, timeout=CONNECT_SECONDS)
        except NetworkError as error:
            raise Unavailable(
                "webhook.tls",
                "The webhook's receiver %(host)s does not prove by TLS who it is (%(cause)s).",
                host=self._host,
                cause=_cause(error),
            ) from error
        finally:
            await stream.aclose()

    def _request(self, delivery: Delivery) -> Request:
        body = body_of(delivery)
        # The time of this attempt, not of the event: a receiver refuses what is older than five minutes.
        now = self._clock.now().astimezone(UTC)
        signed = {
            "Content-Length": str(len(body)),
            "webhook-id": str(delivery.id),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(str(delivery.id), now, body.decode()),
        }
        limits = {"connect": min(CONNECT_SECONDS, self._seconds), "read": self._seconds}
        headers = [(name.encode(), value.encode()) for name, value in {**self._headers, **signed}.items()]
        return Request("POST", self._url, headers=headers, content=body, extensions={"timeout": limits})

    async def _answer(self, pool: AsyncConnectionPool, request: Request) -> Response:
        """The head of the answer. Raises Unavailable where there is none."""
        try:
            async with asyncio.timeout(self._seconds):
                return await pool.handle_async_request(request)
        except (TimeoutError, TimeoutException):
            raise _away("it does not answer in time") from None
        except ProtocolError:
            raise _away("it hangs up, or does not answer in HTTP/1.1") from None
        except NetworkError as error:
            raise _away(f"it cannot be reached: {_cause(error)}") from error

    def _judged(self, answer: Response) -> GigdeskError:
        status = answer.status
        if status == 410:
            return Undeliverable("webhook.gone", "The webhook's receiver is gone for good (410).")
        if 400 <= status < 500 and status not in LATER:
            return Undeliverable(
                "webhook.refused",
                "The webhook's receiver refused this delivery for good (%(status)s).",
                status=status,
            )
        named = next((value for name, value in answer.headers if name.lower() == b"retry-after"), b"")
        wait = seconds_until(named.decode("latin-1"), self._clock.now())
        if 300 <= status < 400:
            return _away(f"it answers {status}, and redirects are not followed", wait)
        return _away(f"it answers {status}", wait)

    def _pool(self) -> AsyncConnectionPool:
        return AsyncConnectionPool(
            ssl_context=self._trusted() if self._is_hidden else None,
            max_keepalive_connections=0,
            network_backend=self._backend,
        )

    def _trusted(self) -> ssl.SSLContext:
        if self._roots is None:
            self._roots = default_ssl_context()
        return self._roots


def body_of(delivery: Delivery) -> bytes:
    """The body of a delivery: for the same delivery the same bytes."""
    return orjson.dumps(
        {"type": delivery.type, "timestamp": delivery.at.astimezone(UTC), "data": delivery.data},
        option=orjson.OPT_UTC_Z,
    )


def seconds_until(retry_after: str, now: datetime) -> int | None:
    """How long a receiver asks to be left alone (RFC 9110 §10.2.3), a day at most; None where it is not said."""
    value = retry_after.strip()
    if _DELAY.fullmatch(value):
        return min(int(value), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date in -0000 has no zone of its own, and is meant in UTC.
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(0, int((at - now).total_seconds())), LONGEST_WAIT)


async def _pass_over(answer: Response) -> None:
    """Let the receiver finish a short answer in peace."""
    read = 0
    with suppress(TimeoutError, TimeoutException, NetworkError, ProtocolError):
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in answer.aiter_stream():
                read += len(chunk)
                if read > MAX_BODY_BYTES:
                    return


def _cause(error: BaseException) -> str:
    """What lies behind an error of the library, which says less itself."""
    behind = error.__cause__ or error.__context__
    if behind and (isinstance(error, NetworkError) or type(error) is OSError):
        return _cause(behind)
    return type(error).__name__


def _away(why: str, wait: int | None = None) -> Unavailable:
    return Unavailable(
        "webhook.server",
        "The webhook's receiver does not take deliveries now (%(why)s). It is tried again by itself.",
        retry_after=wait,
        why=why,
    )
