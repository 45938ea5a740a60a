"""Gigs from the marketplace itself, asked by a signed GET.

The address is the operator's own setting, so that a private host is meant. What the marketplace answers is
judged before it is believed: 200 with a gig, 404 or 410 for none, and everything else is an outage.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import orjson
import structlog

from gigdesk.clock import Clock
from gigdesk.errors import GigdeskError, Unavailable
from gigdesk.gigs.documents import gig_from_document
from gigdesk.gigs.model import GIG_ID, Gig

if TYPE_CHECKING:
    from httpx2 import AsyncClient

PLACE = "{gigId}"
TIMEOUT_SECONDS = 2.0
MAX_ANSWER_BYTES = 256 << 10
CONNECTIONS = 20
RETRY_AFTER_SECONDS = 5
GONE = frozenset({404, 410})
# As a part of a path these mean another address, even percent-encoded.
DOTS = frozenset({".", ".."})
# No gig has this id, so that who is asked for it must say so.
PROBE_ID = "gigdesk-doctor~no-such-gig"

_log = structlog.get_logger()


class CallbackDirectory:
    """GigDirectory over HTTP. ValueError where the address has no ``{gigId}`` or no host.

    ``timeout`` in seconds is for the whole answer, however slowly it drips.
    """

    def __init__(self, url: str, secret: bytes, clock: Clock, timeout: float = TIMEOUT_SECONDS) -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError("it is no http or https address")
        if PLACE not in url.partition(address.netloc)[2]:
            raise ValueError("it does not say where the gig's id stands: write {gigId} there")
        if not secret:
            raise ValueError("GIGDESK_GIGS_SECRET is needed to sign the call")
        self._url = url
        self._secret = secret
        self._clock = clock
        self._timeout = timeout
        self._client: AsyncClient | None = None

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig, or None for 404 and 410. Raises Unavailable for every other answer, and for none."""
        if gig_id in DOTS or not GIG_ID.fullmatch(gig_id):
            return None
        status, body = await self._answer(gig_id)
        if status in GONE:
            return None
        if status != 200:
            raise _away("answered_other", status=status)
        try:
            document = orjson.loads(body)
            if isinstance(document, dict) and document.get("id", gig_id) != gig_id:
                raise _away("spoke_of_another_gig")
            return gig_from_document(gig_id, document, passing_over_unknown=True)
        except orjson.JSONDecodeError:
            raise _away("answered_no_json") from None
        except GigdeskError as error:
            if isinstance(error, Unavailable):
                raise
            raise _away("described_no_gig", fields=[e.code for e in error.errors]) from None

    async def probe(self) -> None:
        """Ask for a gig that does not exist; raises Unavailable unless the answer is 404 or 410."""
        status, _ = await self._answer(PROBE_ID)
        if status not in GONE:
            raise Unavailable(
                "gigs.probe",
                "The gig call-back answers %(status)s for a gig that does not exist; it must answer 404."
                " With 401 or 403 compare GIGDESK_GIGS_SECRET on both sides.",
                status=status,
            )

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _answer(self, gig_id: str) -> tuple[int, bytes]:
        """Status and body; the body only of what is read: 200."""
        from httpx2 import HTTPError, InvalidURL

        url = self._url.replace(PLACE, quote(gig_id, safe=""))
        try:
            async with asyncio.timeout(self._timeout):
                return await self._read(url)
        except TimeoutError:
            raise _away("was_too_slow") from None
        except (HTTPError, InvalidURL, OSError) as error:
            raise _away("was_not_reached", error=type(error).__name__) from None

    async def _read(self, url: str) -> tuple[int, bytes]:
        client = self._client or self._connected()
        request = client.build_request("GET", url)
        request.headers.update(self._signed(request.url.raw_path.decode("ascii")))
        answer = await client.send(request, stream=True)
        try:
            if answer.status_code != 200:
                return answer.status_code, b""
            body = bytearray()
            # Raw: nothing is unpacked, so that a small answer cannot become a large one.
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise _away("answered_too_much")
            return answer.status_code, bytes(body)
        finally:
            await answer.aclose()

    def _connected(self) -> "AsyncClient":
        from httpx2 import AsyncClient, Limits, create_ssl_context

        self._client = AsyncClient(
            timeout=self._timeout,
            limits=Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            follow_redirects=False,
            # A proxy of the environment is for the world outside; certificates are for here too.
            trust_env=False,
            verify=create_ssl_context(),
            headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "gigdesk"},
        )
        return self._client

    def _signed(self, target: str) -> dict[str, str]:
        at = str(int(self._clock.now().timestamp()))
        signature = sign_call(self._secret, at, "GET", target)
        return {"Gigdesk-Timestamp": at, "Gigdesk-Signature": f"v1={signature}"}


def sign_call(secret: bytes, at: str, method: str, target: str, body: bytes = b"") -> str:
    """Hexadecimal HMAC-SHA256 over time, method, path with query, and the body's SHA-256, a line each."""
    signed = "\n".join((at, method, target, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret, signed.encode(), "sha256").hexdigest()


def _away(event: str, **facts: object) -> Unavailable:
    """Tell the operator why, and the caller that it is worth another try."""
    _log.warning(f"gig_callback_{event}", **facts)
    return Unavailable(
        "gigs.away",
        "The marketplace cannot be asked about this gig right now. Nothing was stored. Try again in a moment.",
        retry_after=RETRY_AFTER_SECONDS,
        reason=f"it {event.replace('_', ' ')}",
    )
