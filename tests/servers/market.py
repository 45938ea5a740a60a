"""A marketplace that answers the signed gig call-back: it checks our signature, and misbehaves on request."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

SECRET = b"the secret of the gig call-back, for tests"
GIG = {
    "title": "Re-tile a shower wall",
    "parties": [
        {"userId": "jonas", "side": "worker", "name": "Jonas", "email": "jonas@mail.example"},
        {"userId": "amara", "side": "client", "locale": "en"},
    ],
}

# What the server writes for a gig id; None closes the connection without a word.
Answer = Callable[[str], bytes | None]


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP answer."""
    fields = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = [
        f"HTTP/1.1 {status} X",
        *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def gig(gig_id: str) -> bytes:
    """200 with the gig, for every id that begins with ``g``; else 404."""
    return http(200, json.dumps(GIG).encode()) if gig_id.startswith("g") else http(404)


@dataclass
class Market:
    """The running server: where it is, whom it was asked for, and how it answers next."""

    url: str = ""
    answer: Answer = gig
    delay: float = 0.0
    drip: float = 0.0
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    refused: list[str] = field(default_factory=list)
    server: asyncio.Server | None = None
    clients: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.clients.add(writer)
        try:
            while head := await read_head(reader):
                await self._respond(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _respond(self, head: list[str], writer: asyncio.StreamWriter) -> None:
        method, target, _ = head[0].split(" ")
        gig_id = unquote(urlsplit(target).path.rpartition("/")[2])
        self.asked.append(gig_id)
        await asyncio.sleep(self.delay)
        answer = self.answer(gig_id) if self._is_signed(method, target, head[1:]) else http(401)
        if answer is None:
            writer.transport.abort()
            return
        if self.drip:
            for byte in answer:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(self.drip)
        writer.write(b"" if self.drip else answer)
        await writer.drain()

    def _is_signed(self, method: str, target: str, lines: list[str]) -> bool:
        """Check the call as the documentation tells a marketplace to."""
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        at = fields.get("gigdesk-timestamp", "")
        signed = f"{at}\n{method}\n{target}\n{hashlib.sha256(b'').hexdigest()}".encode()
        wanted = "v1=" + hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
        is_fresh = at.isdigit() and abs(int(at) - time.time()) < 300
        if is_fresh and hmac.compare_digest(wanted, fields.get("gigdesk-signature", "")):
            return True
        self.refused.append(target)
        return False

    async def die(self) -> None:
        """Stop listening; open connections break."""
        assert self.server
        self.server.close()
        for writer in self.clients:
            writer.transport.abort()
        await asyncio.sleep(0)


async def read_head(reader: asyncio.StreamReader) -> list[str]:
    """The lines of one request's head, empty at the end of the connection."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return []
    return raw.decode().split("\r\n")[:-2]


@asynccontextmanager
async def running() -> AsyncIterator[Market]:
    """A marketplace on a port of its own."""
    market = Market()
    market.server = await asyncio.start_server(market.serve, "127.0.0.1", 0)
    market.url = f"http://127.0.0.1:{market.server.sockets[0].getsockname()[1]}"
    try:
        yield market
    finally:
        await market.die()
