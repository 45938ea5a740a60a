"""An issuer of tokens: it serves its public keys, counts who asks, and misbehaves on request."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from servers.market import http, read_head

ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


def rsa(kid: str = "rsa-1", bits: int = 2048) -> Key:
    return RSAKey.generate_key(bits, {"kid": kid}, private=True)


def ec(kid: str = "ec-1", curve: str = "P-256") -> Key:
    return ECKey.generate_key(curve, {"kid": kid}, private=True)


def okp(kid: str = "okp-1") -> Key:
    return OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)


def public(key: Key, **more: object) -> dict[str, object]:
    """The public JWK, as issuers publish it; None in ``more`` leaves a member out."""
    every = {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHMS[key.key_type], **more}
    return {name: value for name, value in every.items() if value is not None}


def sign(key: Key, claims: Mapping[str, object], **header: object) -> str:
    """A token by this key, with its algorithm and kid unless ``header`` says otherwise; None leaves one out."""
    every = {"alg": ALGORITHMS[key.key_type], "kid": key.kid, **header}
    head = {name: value for name, value in every.items() if value is not None}
    lenient = JWSRegistry(algorithms=[str(head["alg"])], strict_check_header=False)
    return jwt.encode(head, dict(claims), key, registry=lenient)


@dataclass
class Issuer:
    """The running server; ``keys`` is what it publishes next."""

    url: str = ""
    keys: list[dict[str, object]] = field(default_factory=list)
    answer: Callable[[], bytes | None] | None = None
    delay: float = 0.0
    asked: int = 0
    others: list[str] = field(default_factory=list)
    server: asyncio.Server | None = None
    clients: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients.add(writer)
        try:
            while head := await read_head(reader):
                target = head[0].split(" ")[1]
                if target != "/jwks.json":
                    self.others.append(target)
                self.asked += 1
                await asyncio.sleep(self.delay)
                answer = self.answer() if self.answer else http(200, json.dumps({"keys": self.keys}).encode())
                if answer is None:
                    writer.transport.abort()
                    return
                writer.write(answer)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def die(self) -> None:
        """Stop listening; open connections break."""
        assert self.server
        self.server.close()
        for writer in self.clients:
            writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def running() -> AsyncIterator[Issuer]:
    """An issuer on a port of its own."""
    issuer = Issuer()
    issuer.server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{issuer.server.sockets[0].getsockname()[1]}"
    try:
        yield issuer
    finally:
        await issuer.die()
