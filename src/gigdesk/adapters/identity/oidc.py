"""The OpenID Connect provider with whose accounts staff sign in: discovery, codes, and id tokens.

What the provider says of itself is read once an hour, one at a time, and kept while it does not answer. Its
keys are kept as those of every issuer. An id token is proven by one of these keys, with an algorithm that the
provider named and that is one for public keys: never ``none``, never HS256.
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

import structlog

from gigdesk.access.work_accounts import with_query
from gigdesk.adapters.identity.asking import Asking, away, document
from gigdesk.adapters.identity.jwks import IssuerKeys, proven
from gigdesk.adapters.identity.tokens import Expected, head_of, judge
from gigdesk.clock import Clock
from gigdesk.errors import NotSignedIn, Unavailable

KEEP_SECONDS = 3600.0
FLOOR_SECONDS = 5.0
SCOPE = "openid profile email"
ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
BASIC, POST = "client_secret_basic", "client_secret_post"
MAX_ADDRESS = 2_000

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """As what the provider knows us, and where it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What the provider says of itself (OpenID Connect Discovery §3), as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: frozenset[str]
    authenticates_by: str
    names_itself: bool


class OpenIdProvider:
    """IdentityProvider over HTTP. ``now`` counts seconds."""

    def __init__(
        self,
        registration: Registration,
        asking: Asking,
        clock: Clock,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = registration
        self._asking = asking
        self._clock = clock
        self._now = now
        self._known: Discovered | None = None
        self._keys: IssuerKeys | None = None
        self._read_at = self._tried_at = float("-inf")
        self._turn = asyncio.Lock()

    async def way_in(self, state: str, nonce: str, challenge: str) -> str:
        found = await self._discovered()
        query = {
            "response_type": "code",
            "client_id": self._own.client_id,
            "redirect_uri": self._own.redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return with_query(found.authorization_endpoint, query)

    async def redeem(self, code: str, verifier: str, issuer: str | None) -> Mapping[str, object]:
        found = await self._discovered()
        if issuer != self._own.issuer and (issuer is not None or found.names_itself):
            raise _refused("it came back from another issuer")
        token = await self._id_token(found, code, verifier)
        head = head_of(token)
        if head.algorithm not in found.algorithms or self._keys is None:
            raise _refused("its id token is signed with an algorithm that it does not name")
        claims = proven(token, await self._keys.find(head))
        expected = Expected(issuer=self._own.issuer, audience=self._own.client_id)
        judge(claims, expected, self._clock.now().timestamp())
        return claims

    async def probe(self) -> str:
        """Read it all anew, whatever is known."""
        found = await self._read()
        try:
            await IssuerKeys(found.jwks_uri, self._now, self._asking.read).fetch()
        except Unavailable as error:
            raise away(f"its keys: {error.values.get('why')}") from None
        return f"{self._own.issuer} answers, and has keys for {', '.join(sorted(found.algorithms))}."

    async def _discovered(self) -> Discovered:
        """What is known, read anew where it is old. Raises Unavailable where nothing is known."""
        if self._known is None or self._now() - self._read_at >= KEEP_SECONDS:
            async with self._turn:
                await self._freshen()
        if self._known is None:
            raise away("it did not answer a moment ago")
        return self._known

    async def _freshen(self) -> None:
        """Read it, unless somebody just has or just could not."""
        is_fresh = self._known is not None and self._now() - self._read_at < KEEP_SECONDS
        if is_fresh or self._now() - self._tried_at < FLOOR_SECONDS:
            return
        self._tried_at = self._now()
        try:
            found = await self._read()
        except Unavailable as error:
            _log.warning("provider_not_read", reason=error.values.get("why"))
            return
        if self._known is None or self._known.jwks_uri != found.jwks_uri:
            self._keys = IssuerKeys(found.jwks_uri, self._now, self._asking.read)
        self._known, self._read_at = found, self._now()

    async def _read(self) -> Discovered:
        url = self._own.issuer.rstrip("/") + "/.well-known/openid-configuration"
        return discovered(document(await self._asking.read(url), url), self._own.issuer)

    async def _id_token(self, found: Discovered, code: str, verifier: str) -> str:
        own = self._own
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": own.redirect_uri,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        if found.authenticates_by == BASIC:
            # Each half is encoded as in a form before they are joined (RFC 6749 §2.3.1).
            pair = f"{quote_plus(own.client_id)}:{quote_plus(own.client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields |= {"client_id": own.client_id, "client_secret": own.client_secret}
        status, body = await self._asking.post(found.token_endpoint, fields, headers)
        if status == 400:
            raise _refused("it does not know the code")
        if status != 200:
            _log.warning("provider_gave_no_token", status=status)
            raise away(f"its token endpoint answers {status}")
        token = document(body, "its answer for a code").get("id_token")
        if not isinstance(token, str):
            raise away("it answers no id_token for a code")
        return token


def discovered(found: Mapping[str, object], issuer: str) -> Discovered:
    """The document, held against what it must say. Raises Unavailable with the reason."""
    if found.get("issuer") != issuer:
        raise away(f"it writes its issuer as {str(found.get('issuer'))[:200]}, not {issuer}")
    named = found.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = (
        ALGORITHMS & {a for a in named if isinstance(a, str)} if isinstance(named, list) else frozenset()
    )
    if not algorithms:
        raise away("it signs id tokens with none of RS256, ES256 and EdDSA")
    methods = found.get("token_endpoint_auth_methods_supported", [BASIC])
    if not isinstance(methods, list) or not {BASIC, POST} & {m for m in methods if isinstance(m, str)}:
        raise away("it takes a client's secret neither by client_secret_basic nor by client_secret_post")
    challenges = found.get("code_challenge_methods_supported", ["S256"])
    if not isinstance(challenges, list) or "S256" not in challenges:
        raise away("it does not take PKCE with S256")
    return Discovered(
        authorization_endpoint=_address(found, "authorization_endpoint", issuer),
        token_endpoint=_address(found, "token_endpoint", issuer),
        jwks_uri=_address(found, "jwks_uri", issuer),
        algorithms=algorithms,
        authenticates_by=BASIC if BASIC in methods else POST,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(found: Mapping[str, object], name: str, issuer: str) -> str:
    """An address that the document names; in the clear only where the issuer itself is."""
    value = found.get(name)
    if (
        not isinstance(value, str)
        or len(value) > MAX_ADDRESS
        or not value.isascii()
        or not value.isprintable()
    ):
        raise away(f"it names no {name}")
    schemes = {"https", urlsplit(issuer).scheme}
    try:
        parts = urlsplit(value)
        is_whole = (
            parts.scheme in schemes and parts.hostname and "@" not in parts.netloc and not parts.fragment
        )
    except ValueError:
        is_whole = False
    if not is_whole or " " in value:
        raise away(f"its {name} is no https address")
    return value


def _refused(why: str) -> NotSignedIn:
    _log.warning("provider_refused", reason=why)
    return NotSignedIn(
        "work.refused", "Your work account's provider did not confirm who you are. Begin again."
    )
