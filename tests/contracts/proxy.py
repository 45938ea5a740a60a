"""A TCP proxy in front of a server, which can lose an answer, fall silent, or be away."""

import asyncio
from contextlib import suppress


class Proxy:
    """Listens on ``port`` of 127.0.0.1 and passes bytes on, until it is told otherwise."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.lose_answers = 0
        self.silent = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse whoever comes and cut off whoever is there."""
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.target)
        self._open |= {writer, ours}
        try:
            ways = [self._pass(reader, ours), self._pass(theirs, writer, answers=True)]
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in (writer, ours):
                end.transport.abort()
            self._open -= {writer, ours}

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        with suppress(OSError):
            while block := await source.read(1 << 16):
                if self.silent:
                    continue
                # The tag that ends the answer to a query: the COMMIT is behind it.
                if answers and self.lose_answers and b"SELECT" in block:
                    self.lose_answers -= 1
                    return
                target.write(block)
                await target.drain()
