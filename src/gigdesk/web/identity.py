"""Who sends this request: a Bearer token, else a session cookie; and whether a cookie may change anything.

A cookie travels with whatever a page of any site sends, so that a request that changes something must show
that it comes from our own pages: judged from headers, before a byte of the body is asked for.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.types import Scope

from gigdesk.access.acquaintance import Met, nobody
from gigdesk.access.model import Actor
from gigdesk.access.ports import CookieVerifier, TokenVerifier
from gigdesk.access.signin import LONGEST, LONGEST_OF_STAFF, SignIn, actor_from
from gigdesk.errors import Malformed, NotAllowed, NotSignedIn
from gigdesk.records import maker, record
from gigdesk.web.heads import first_headers

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_READ = frozenset({b"authorization", b"cookie", b"origin", b"sec-fetch-site", b"x-csrf-token"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAMES = {(True, True): "__Host-gigdesk", (True, False): "__Secure-gigdesk"}


@record(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the installation lives, and what follows for its cookie. Built from settings alone."""

    base_url: str
    path: str
    origin: str
    origins: frozenset[str]
    is_https: bool
    cookie: str

    @classmethod
    def of(cls, base_url: str, allowed_origins: Iterable[str] = ()) -> "Site":
        """The site at this public address; ``allowed_origins`` may send cookie requests too."""
        address = urlsplit(base_url.rstrip("/"))
        origin, is_https = origin_of(base_url), address.scheme == "https"
        return cls(
            base_url=base_url.rstrip("/"),
            path=address.path,
            origin=origin,
            origins=frozenset({origin, *map(origin_of, allowed_origins)}),
            is_https=is_https,
            cookie=_NAMES.get((is_https, not address.path), "gigdesk"),
        )

    def set_cookie(self, value: str, actor: Actor) -> str:
        """The Set-Cookie field that signs this person in on this site alone."""
        seconds = (LONGEST_OF_STAFF if actor.is_staff else LONGEST).total_seconds()
        return self._cookie(value, int(seconds))

    def clear_cookie(self) -> str:
        """The Set-Cookie field that makes the browser forget."""
        return self._cookie("", 0)

    def side_cookie(self, purpose: str, value: str, seconds: int) -> str:
        """A Set-Cookie field beside the session's, of a short life; 0 seconds make the browser forget it."""
        return self._cookie(value, seconds, f"-{purpose}")

    def address(self, path: str) -> str:
        """The path below our public address, whether or not it names the prefix itself."""
        is_prefixed = bool(self.path) and (path == self.path or path.startswith(self.path + "/"))
        return self.origin + path if is_prefixed else self.base_url + path

    def _cookie(self, value: str, seconds: int, suffix: str = "") -> str:
        secure = "; Secure" if self.is_https else ""
        name, path = self.cookie + suffix, self.path or "/"
        return f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def origin_of(url: str) -> str:
    """Scheme, host and port as browsers write an origin (RFC 6454): lower case, no default port."""
    parts = urlsplit(url.strip().lower())
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    port = parts.port
    return f"{parts.scheme}://{host}" + (
        f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    )


@record(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks. ``binding`` is what CSRF tokens of this session are bound to, empty for a Bearer token.

    ``check_csrf`` is there when no header showed where the request comes from: it judges the first field
    of the form, named ``csrf``, which must come before anything is done.
    """

    actor: Actor
    binding: str = ""
    check_csrf: Callable[[str], bool] | None = None


_new_asked = maker(Asked)


class Identity:
    """Knows callers. Raises NotSignedIn, NotAllowed or Malformed, never reads a body.

    ``met`` is told of each person whom verified claims speak of.
    """

    def __init__(
        self,
        site: Site,
        verifier: TokenVerifier,
        sign_in: SignIn,
        csrf_key: bytes,
        *,
        marketplace: CookieVerifier | None = None,
        issuer: str = "",
        met: Met = nobody,
    ) -> None:
        self.site = site
        self.met = met
        self._verifier = verifier
        self._sign_in = sign_in
        self._csrf_key = csrf_key
        self._marketplace = marketplace
        self._issuer = issuer

    async def ask(self, scope: Scope) -> Asked:
        """Who asks, and that they may change things from where they ask.

        Raises NotSignedIn for nobody, NotAllowed for a cookie request of another site, Malformed for two
        Authorization headers, Unavailable when keys or store are away.
        """
        headers = _headers(scope)
        bearer = _bearer(headers)
        if bearer is not None:
            claims = await self._verifier.verify(bearer)
            actor = actor_from(claims, self._issuer)
            self.met(actor)
            return _new_asked(actor=actor)
        found = await self._by_cookie(headers)
        if found is None:
            raise NotSignedIn(
                "token.missing", "Nobody is signed in. Sign in, or send a token: Authorization: Bearer …"
            )
        if scope["method"] in _SAFE:
            return found
        return _new_asked(
            actor=found.actor, binding=found.binding, check_csrf=self._judge(headers, found.binding)
        )

    async def actor(self, scope: Scope) -> Actor:
        """Who asks; for requests that change nothing."""
        return (await self.ask(scope)).actor

    async def signed_in(self, scope: Scope) -> Asked | None:
        """Who is signed in by cookie, or None; nothing is judged. For pages about signing in itself."""
        try:
            return await self._by_cookie(_headers(scope))
        except NotSignedIn:
            return None

    def cookie_of(self, scope: Scope, purpose: str = "") -> str:
        """The value of our own session cookie, or of the one beside it for this purpose; or nothing."""
        name = f"{self.site.cookie}-{purpose}" if purpose else self.site.cookie
        return _cookies(_headers(scope)).get(name, "")

    def judge_origin(self, scope: Scope, binding: str) -> Callable[[str], bool] | None:
        """Refuse a cookie request of another site (NotAllowed); a check for its first field, if needed."""
        return self._judge(_headers(scope), binding)

    def judge_opening(self, scope: Scope, asked: Asked) -> None:
        """Refuse (NotAllowed) a GET that leaves a trace, when a page of another site makes a browser send it.

        ``none`` is an address that a person typed or kept (Fetch Metadata, W3C).
        """
        site = _headers(scope).get(b"sec-fetch-site")
        if asked.binding and site not in (b"same-origin", b"none"):
            raise _foreign()

    def csrf(self, asked: Asked) -> str:
        """The token that forms of this session carry in the field ``csrf``; empty for a Bearer token."""
        return self._token(asked.binding) if asked.binding else ""

    def csrf_of(self, binding: str) -> str:
        """The token for a form of who is not signed in, bound to what their browser alone holds."""
        return self._token(binding)

    def is_csrf(self, given: str, asked: Asked) -> bool:
        """Whether that is the CSRF token of this session, found in constant time."""
        return bool(asked.binding) and self._is_token(given, asked.binding)

    def seal(self, asked: Asked, text: str) -> str:
        """What shows that we said that to this session: nobody else can make it."""
        return self._token(f"said\n{asked.binding}\n{text}")

    def is_sealed(self, asked: Asked, text: str, seal: str) -> bool:
        """Whether we said that to this session, found in constant time."""
        return self._is_token(seal, f"said\n{asked.binding}\n{text}")

    async def _by_cookie(self, headers: Mapping[bytes, bytes]) -> Asked | None:
        cookies = _cookies(headers)
        own = cookies.get(self.site.cookie)
        if own and (actor := await self._sign_in.actor_of(own)):
            return _new_asked(actor=actor, binding=sha256(own.encode()).hexdigest())
        if self._marketplace is None or not cookies:
            return None
        claims = self._marketplace.verify(cookies)
        if claims is None:
            return None
        actor = actor_from(claims, self._issuer)
        self.met(actor)
        # That cookie changes whenever the marketplace renews it; the person stays.
        return _new_asked(actor=actor, binding=f"person\n{actor.sub}")

    def _judge(self, headers: Mapping[bytes, bytes], binding: str) -> Callable[[str], bool] | None:
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site is not None:
            allowed = site == b"same-origin"
        elif origin is not None:
            allowed = origin.decode("latin-1").lower() in self.site.origins
        else:
            return self._judge_token(headers, binding)
        if not allowed:
            raise _foreign()
        return None

    def _judge_token(self, headers: Mapping[bytes, bytes], binding: str) -> Callable[[str], bool] | None:
        """No header tells where the request comes from: only then is a token needed."""
        given = headers.get(b"x-csrf-token")
        if given is None:
            return lambda value: self._is_token(value, binding)
        if not self._is_token(given.decode("latin-1"), binding):
            raise NotAllowed(
                "csrf.wrong", "The X-CSRF-Token is not of this session. Open the page again and send it anew."
            )
        return None

    def _token(self, binding: str) -> str:
        return hmac.new(self._csrf_key, binding.encode(), sha256).hexdigest()

    def _is_token(self, given: str, binding: str) -> bool:
        return hmac.compare_digest(given.encode(errors="replace"), self._token(binding).encode())


def _foreign() -> NotAllowed:
    return NotAllowed(
        "origin.foreign",
        "This request comes from a page of another site. Open our own page and send it from there.",
    )


def _headers(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers that tell who asks. Cookies may come in several (HTTP/2); of others two are a trick."""
    first = first_headers(scope)
    if len(first) == len(scope["headers"]):
        return first
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name not in _READ:
            continue
        if name not in found:
            found[name] = value
        elif name == b"cookie":
            found[name] += b"; " + value
        else:
            raise Malformed(
                "header.repeated",
                "The header %(name)s was sent twice. Send it once.",
                name=name.decode("latin-1"),
            )
    return found


def _bearer(headers: Mapping[bytes, bytes]) -> str | None:
    """The Bearer token (RFC 6750 §2.1), or None where another scheme, or none, was used."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" else None


def _cookies(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """The cookies by name; of two with one name the first, which has the longer path (RFC 6265 §5.4)."""
    found: dict[str, str] = {}
    for pair in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, is_pair, value = pair.strip().partition("=")
        if is_pair:
            found.setdefault(name, value.strip('"'))
    return found
