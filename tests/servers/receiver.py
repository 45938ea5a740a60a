"""A receiver of webhooks: it keeps what it was sent, and misbehaves on request."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from servers.market import http, read_head

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Arrived:
    """One request: its first line, its fields by their names in small letters, its body."""

    line: str
    fields: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The running server. ``answer`` is what it says next; ``behaves`` takes the place of saying it."""

    port: int = 0
    answer: bytes = http(204)
    behaves: Behaviour | None = None
    arrived: list[Arrived] = field(default_factory=list)
    connections: int = 0
    server: asyncio.Server | None = None
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await read_head(reader):
                lines = [line.partition(":") for line in head[1:]]
                fields = {name.lower(): value.strip() for name, _, value in lines}
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                self.arrived.append(Arrived(head[0], fields, body))
                if self.behaves:
                    await self.behaves(writer)
                else:
                    writer.write(self.answer)
                    await writer.drain()
        writer.close()
        self.writers.discard(writer)

    async def die(self) -> None:
        """Stop listening; open connections break."""
        assert self.server
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def running(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on a port of its own on 127.0.0.1."""
    receiver = Receiver()
    receiver.server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = receiver.server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        await receiver.die()
