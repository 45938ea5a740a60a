"""How fast files come in, without HTTP: judged, hashed, written and durable in a folder.

    python bench/intake.py [FOLDER] [--rounds 3]

Prints MB/s for one file of 512 MiB that arrives in chunks of 64 KiB, and files/s for photos of 2 MB, one
after another and 3 and 32 at once. The folder should be on the disk that is meant: a temporary one may be
in memory. Times are noisy: compare only figures of one run.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from gigdesk.adapters.objects.file import FileStorage
from gigdesk.evidence.intake import Receiver
from gigdesk.evidence.model import Limits, ReceivedFile

CHUNK = 65536
VIDEO = bytes.fromhex("0000001866747970") + b"mp42\0\0\0\0mp42isom"
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
VIDEO_BYTES = 512 << 20
PHOTO_BYTES = 2_000_000


async def receive(receiver: Receiver, head: bytes, size: int) -> ReceivedFile:
    """One file, in chunks that are new objects as a socket would give them."""
    source = memoryview(bytearray(os.urandom(CHUNK)))
    incoming = receiver.begin("file")
    incoming.feed(head)
    left = size - len(head)
    while left:
        chunk = bytes(source[: min(CHUNK, left)])
        left -= len(chunk)
        if incoming.feed(chunk):
            await incoming.flush()
    return await incoming.finish()


async def video(receiver: Receiver, storage: FileStorage) -> float:
    """MB/s until durable."""
    began = time.perf_counter()
    received = await receive(receiver, VIDEO, VIDEO_BYTES)
    took = time.perf_counter() - began
    await storage.delete(received.key)
    return VIDEO_BYTES / took / 1e6


async def photos(receiver: Receiver, storage: FileStorage, at_once: int, count: int = 192) -> float:
    """Files/s until durable."""

    async def some() -> list[ReceivedFile]:
        return [await receive(receiver, PHOTO, PHOTO_BYTES) for _ in range(count // at_once)]

    began = time.perf_counter()
    received = await asyncio.gather(*(some() for _ in range(at_once)))
    took = time.perf_counter() - began
    for files in received:
        for file in files:
            await storage.delete(file.key)
    return count / took


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", default=".")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        storage = FileStorage(Path(folder) / "objects")
        receiver = Receiver(storage, Limits())
        for _ in range(asked.rounds):
            rows.setdefault("512 MiB, MB/s", []).append(await video(receiver, storage))
            for at_once in (1, 3, 32):
                figure = await photos(receiver, storage, at_once)
                rows.setdefault(f"2 MB photos, {at_once} at once, files/s", []).append(figure)
        await storage.close()
    for name, figures in rows.items():
        print(f"{name:40} {statistics.median(figures):8.0f}  ({min(figures):.0f} to {max(figures):.0f})")


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
