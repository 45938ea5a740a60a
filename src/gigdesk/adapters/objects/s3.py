"""Objects in S3, or what speaks like it: ``s3://bucket/prefix``; ``gs://bucket/prefix`` for Google's.

Endpoint, region and keys come from the usual ``AWS_*`` (``GOOGLE_*``) variables. S3 promises durability with
its answer. A part is gathered in a temporary file of this machine, so that slow clients hold neither memory
nor a turn; few uploads send at once; and what is sent is never cancelled, only told to end, because obstore
aborts a multipart upload whose source fails and forgets one that is cancelled.

The rights needed are to get, put, delete and list. Should the machine die in the middle of an object of more
than a part, the bucket keeps parts that obstore cannot list: a lifecycle rule that aborts incomplete
multipart uploads after a few days, and does nothing else, removes them.
"""

import asyncio
import errno
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from gigdesk import ids, processors
from gigdesk.adapters.objects.spool import Spool
from gigdesk.errors import Unavailable
from gigdesk.evidence import keys, trouble
from gigdesk.evidence.ports import Chunk, Observe, StoredObject

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

T = TypeVar("T")

BLOCK = 1 << 20
PART = 5 << 20
SENDERS = 4
THREADS = 4
CONNECT = timedelta(seconds=2)
REQUEST = timedelta(seconds=10)
RETRIES = 2
RETRYING = timedelta(seconds=4)
_FULL = {"XMinioStorageFull", "QuotaExceeded", "InsufficientCapacity"}
_TOLD = re.compile(r"<Code>([^<]*)</Code>(?:\s*<Message>([^<]*)</Message>)?")


class S3Storage:
    """ObjectStorage in a bucket."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store
        self._threads = processors.pool(THREADS, "objects")
        self.sending = asyncio.Semaphore(SENDERS)

    @classmethod
    def open(cls, url: str) -> "S3Storage":
        """For ``s3://bucket[/prefix]`` and ``gs://…``; else ValueError. ImportError names a missing extra."""
        parts = urlsplit(url)
        if parts.scheme not in {"s3", "gs"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("an object storage is s3://bucket/prefix or gs://bucket/prefix")
        try:
            from obstore.store import GCSStore, S3Store
        except ImportError:
            raise ImportError(f"{parts.scheme}:// needs obstore: pip install 'gigdesk[s3]'") from None
        return cls(
            {"s3": S3Store, "gs": GCSStore}[parts.scheme](
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                client_options={"allow_http": True, "connect_timeout": CONNECT, "timeout": REQUEST},
                retry_config={"max_retries": RETRIES, "retry_timeout": RETRYING},
            )
        )

    def create(self, key: str, observe: Observe | None = None) -> "S3Writer":
        return S3Writer(self, keys.checked(key), observe)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        keys.checked(key)
        if start < 0 or (length is not None and length < 0):
            raise ValueError("a range begins at 0 or later and is not negative")
        stop = None if length is None else start + length
        while stop is None or start < stop:
            end = start + BLOCK if stop is None else min(start + BLOCK, stop)
            block, size = await self.asked(self._range(key, start, end))
            stop = size if stop is None else min(size, stop)
            if not block:
                return
            start += len(block)
            yield block

    async def _range(self, key: str, start: int, end: int) -> tuple[bytes, int]:
        """A block and the size of the whole; a request each, so that a slow reader holds none open."""
        import obstore
        from obstore.exceptions import GenericError

        try:
            answer = await obstore.get_async(self._store, key, options={"range": (start, end)})
            return bytes(await answer.bytes_async()), answer.meta["size"]
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            raise trouble.gone() from None
        except GenericError as error:
            if "416 " not in str(error):
                raise
            return b"", start

    async def size(self, key: str) -> int | None:
        import obstore

        try:
            return (await self.asked(obstore.head_async(self._store, keys.checked(key))))["size"]
        except Unavailable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    async def delete(self, key: str) -> None:
        import obstore

        try:
            await self.asked(obstore.delete_async(self._store, keys.checked(key)))
        except Unavailable as error:
            if not isinstance(error.__cause__, FileNotFoundError) or "NoSuchBucket" in str(error.__cause__):
                raise

    async def older_than(self, moment: datetime) -> AsyncIterator[StoredObject]:
        import obstore

        pages = obstore.list(self._store, chunk_size=1000)
        while page := await self.asked(_next(pages)):
            for found in page:
                if found["last_modified"] < moment and keys.fits(found["path"]):
                    yield StoredObject(
                        key=found["path"], size=found["size"], modified_at=found["last_modified"]
                    )

    async def probe(self) -> None:
        key, token = ids.object_key(), secrets.token_bytes(64)
        writer = self.create(key)
        try:
            await writer.finish([token])
            if b"".join([block async for block in self.read(key)]) != token:
                raise trouble.away("what was written did not read back the same")
        finally:
            await writer.discard()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    def put(self, key: str, source: bytes | AsyncIterator[bytes]) -> Awaitable[object]:
        """Send an object whole, or in parts as the source yields them, one at a time."""
        import obstore

        one = isinstance(source, bytes)
        return obstore.put_async(
            self._store, key, source, use_multipart=not one, chunk_size=PART, max_concurrency=1
        )

    async def asked(self, answer: Awaitable[T]) -> T:
        """The bucket's answer; every failure of its own becomes Unavailable."""
        from obstore.exceptions import BaseError

        try:
            return await answer
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error

    async def run(self, deed: Callable[..., T], *args: object) -> T:
        """Do it in one of the storage's own threads."""
        return await self.asked(asyncio.get_running_loop().run_in_executor(self._threads, deed, *args))


class S3Writer:
    """ObjectWriter of one object: one PUT where it is no longer than a part, else a multipart upload."""

    def __init__(self, storage: S3Storage, key: str, observe: Observe | None) -> None:
        self._storage = storage
        self._key = key
        self._part = Spool(PART, observe)
        self._next: asyncio.Queue[tuple[int | None, asyncio.Event]] = asyncio.Queue()
        self._put: asyncio.Future[object] | None = None
        self._may_stand = False
        self._over = False

    async def write(self, chunks: Sequence[Chunk]) -> None:
        if self._over:
            raise RuntimeError("this object is finished or discarded")
        while await self._storage.run(self._part.hold, chunks):
            chunks = ()
            async with self._storage.sending:
                await self._send(PART)

    async def finish(self, last: Sequence[Chunk] = ()) -> None:
        await self.write(last)
        self._over = self._may_stand = True
        async with self._storage.sending:
            rest = self._part.waits()
            if self._put is None:
                whole = await self._storage.run(self._part.piece, 0, rest)
                await self._until_done(asyncio.ensure_future(self._storage.put(self._key, whole)))
            else:
                if rest:
                    await self._send(rest)
                self._next.put_nowait((0, asyncio.Event()))
                await self._until_done(self._put)
        await self._storage.run(self._part.close)

    async def discard(self) -> None:
        self._over = True
        put, self._put = self._put, None
        if put:
            self._next.put_nowait((None, asyncio.Event()))
            await asyncio.wait({put})
            put.cancelled() or put.exception()  # it was told to fail
        await self._storage.run(self._part.close)
        if self._may_stand:
            await self._storage.delete(self._key)
            self._may_stand = False

    async def _send(self, size: int) -> None:
        """Have so many bytes sent as a part, and wait for the bucket's answer to it."""
        if self._put is None:
            self._put = asyncio.ensure_future(self._storage.put(self._key, self._parts()))
        sent = asyncio.Event()
        self._next.put_nowait((size, sent))
        self._put.add_done_callback(lambda _: sent.set())
        await sent.wait()
        if self._put.done():
            await self._until_done(self._put)
        await self._storage.run(self._part.drop, size)

    async def _until_done(self, put: asyncio.Future[object]) -> None:
        self._put = put
        await self._storage.asked(asyncio.shield(put))
        self._put = None

    async def _parts(self) -> AsyncIterator[bytes]:
        while True:
            size, sent = await self._next.get()
            if size is None:
                raise _Discarded
            if not size:
                return
            # In pieces, because obstore makes its own copy of a part.
            for at in range(0, size, BLOCK):
                yield await self._storage.run(self._part.piece, at, min(BLOCK, size - at))
            # obstore asks for the piece after this empty one when the part before it was answered.
            yield b""
            sent.set()


class _Discarded(Exception):  # noqa: N818 - it tells obstore to abort
    """The writer has given up."""


async def _next(pages: AsyncIterator[Sequence["ObjectMeta"]]) -> Sequence["ObjectMeta"]:
    try:
        return await pages.__anext__()  # obstore's stream breaks in anext() with a default
    except StopAsyncIteration:
        return ()


def _unavailable(error: Exception) -> Unavailable:
    """The bucket's own word: its code and message, else the first line of what obstore says."""
    told = _TOLD.search(str(error))
    if isinstance(error, OSError) and error.errno:
        full, reason = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}, os.strerror(error.errno)
    elif told:
        full, reason = told[1] in _FULL, ": ".join(filter(None, told.groups()))
    else:
        full, reason = False, str(error).partition("\n")[0]
    return trouble.full(reason) if full else trouble.away(reason)
