"""An OpenID Connect provider: it signs one person in, checks its client as a strict one does, and lies on request."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc.jwk import Key

from servers.issuer import public, rsa, sign

CLIENT_ID, CLIENT_SECRET = "gigdesk", "a secret: of the client+provider"


@dataclass
class Provider:
    """The running server. ``person`` are the claims of who signs in; the rest is how it misbehaves next."""

    url: str = ""
    key: Key = field(default_factory=rsa)
    person: dict[str, object] = field(default_factory=dict)
    published: list[dict[str, object]] | None = None
    lies: dict[str, object] = field(default_factory=dict)
    header: dict[str, object] = field(default_factory=dict)
    signed: Callable[[dict[str, object]], str] | None = None
    says: dict[str, object] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    token_status: int = 200
    token_body: bytes | None = None
    delay: float = 0.0
    knows_codes_for_ever: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def behave(self) -> None:
        """Be honest again, and know nobody's mistakes."""
        self.published, self.signed, self.token_body = None, None, None
        self.lies, self.header, self.says, self.back = {}, {}, {}, {}
        self.token_status, self.delay, self.knows_codes_for_ever = 200, 0.0, False
        self.person = {
            "sub": "priya",
            "name": "Priya Raman",
            "email": "priya@work.example",
            "roles": ["agent"],
        }
        self.asked.clear()
        self.refused.clear()

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.says,
        }

    def keys(self) -> dict[str, object]:
        return {"keys": [public(self.key)] if self.published is None else self.published}

    def code_for(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to, as somebody who has just signed in."""
        wanted = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "code_challenge_method": "S256",
            "tenant": "1",
        }
        if (
            any(query.get(name) != value for name, value in wanted.items())
            or "openid" not in query["scope"].split()
        ):
            self.refused.append(f"authorize {query}")
        code = token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.url, **self.back}
        return f"{query['redirect_uri']}?{urlencode({k: v for k, v in back.items() if v})}"

    def token_for(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        """The answer for a code, once the client has proven itself and that it began the flow."""
        self.forms.append(form)
        if authorization:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            given = tuple(unquote_plus(half) for half in pair.split(":", 1))
        else:
            given = form.get("client_id", ""), form.get("client_secret", "")
        if given != (CLIENT_ID, CLIENT_SECRET):
            self.refused.append("client")
            return 401, {"error": "invalid_client"}
        code = form.get("code", "")
        query = self.codes.get(code) if self.knows_codes_for_ever else self.codes.pop(code, None)
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if query is None or (query["code_challenge"], query["redirect_uri"]) != (
            challenge,
            form.get("redirect_uri"),
        ):
            self.refused.append("code")
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "opaque",
            "token_type": "Bearer",
            "id_token": self.id_token(query["nonce"]),
        }

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        claims = {name: value for name, value in {**claims, **self.lies}.items() if value is not None}
        return self.signed(claims) if self.signed else sign(self.key, claims, **self.header)

    def die(self) -> None:
        """Stop listening."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.provider.asked.append(url.path)
        if url.path == "/.well-known/openid-configuration":
            return self.give(200, json.dumps(self.provider.discovery()).encode())
        if url.path == "/keys":
            return self.give(200, json.dumps(self.provider.keys()).encode())
        if url.path == "/authorize":
            return self.give(302, b"", location=self.provider.code_for(_fields(url.query)))
        return self.give(404, b"{}")

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        form = _fields(self.rfile.read(int(self.headers["content-length"])).decode())
        if self.path != "/token":
            return self.give(404, b"{}")
        if self.provider.token_status != 200:
            return self.give(self.provider.token_status, b"{}", location=self.provider.url)
        status, answer = self.provider.token_for(form, self.headers.get("authorization", ""))
        body = self.provider.token_body or json.dumps(answer).encode()
        return self.give(status, body)

    def give(self, status: int, body: bytes, **headers: str) -> None:
        time.sleep(self.provider.delay)
        try:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Provider]:
    """A provider on a port of its own."""
    provider = Provider()
    provider.behave()
    provider.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": provider}))
    provider.server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{provider.server.server_port}"
    thread = threading.Thread(
        target=provider.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield provider
    finally:
        provider.die()
        thread.join(5)


def _fields(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
