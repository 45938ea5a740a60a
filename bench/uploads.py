"""Memory and responsiveness while many large uploads are open: `python bench/uploads.py`

First as many clients as asked stall after their fields: what the server needs for them is the base. Then each
of them sends a photo of 25 MB at once, while another process asks `/healthz` every 20 ms.
"""

import argparse
import asyncio
import contextlib
import http.client
import multiprocessing
import shutil
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import traffic
import tree
from contestants import RAISED
from servers.gigdesk import SECRET, Site

SIZE = 25_000_000
BLOCK = traffic.photo(traffic.MIB, 3)
LIMITS = {"GIGDESK_MAX_IMAGE_BYTES": str(32 << 20)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=100)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-"))
    site = Site(folder, {**RAISED, **LIMITS})
    try:
        site.start()
        for number in range(options.clients):
            site.put_gig(traffic.gig(number), worker="wanda", client="carl")
        asyncio.run(_run(site, options.clients))
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(site: Site, clients: int) -> None:
    pid = site.processes[0].pid
    print(f"idle: {tree.resident_mb(pid):.0f} MB")
    go = asyncio.Event()
    uploads = [asyncio.create_task(_upload(site, number, go)) for number in range(clients)]
    await asyncio.sleep(2)
    base = tree.resident_mb(pid, alone=True)
    print(f"{clients} clients stalled after their fields: {base:.0f} MB")
    tree.forget_peak(pid)
    ours, theirs = multiprocessing.Pipe()
    prober = multiprocessing.Process(target=_probe, args=(site.port, theirs))
    prober.start()
    begun = time.perf_counter()
    go.set()
    statuses = await asyncio.gather(*uploads)
    took = time.perf_counter() - begun
    ours.send("stop")
    waits = ours.recv()
    prober.join()
    peak, serving = tree.peak_mb(pid), tree.peak_mb(pid, alone=True)
    cuts = statistics.quantiles(waits, n=100)
    print(
        f"{clients} uploads of 25 MB: {took:.1f} s, {clients * SIZE / 1e6 / took:.0f} MB/s, {statuses.count(201)} × 201"
    )
    print(f"peak of the serving process: {serving:.0f} MB, growth {serving - base:.0f} MB (goal: at most 64)")
    print(f"beside it, children that inspect what came in: {peak - serving:.0f} MB")
    print(
        f"/healthz meanwhile, {len(waits)} times: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms (goal: below 50)"
    )


async def _upload(site: Site, number: int, go: asyncio.Event) -> int:
    """Send the fields, wait for the others, then the photo as fast as it is taken."""
    before = traffic.fields(traffic.gig(number)) + traffic.file_head("photo.jpg", "image/jpeg")
    after = b"\r\n" + traffic.TAIL
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = (
        f"POST /api/report-issue HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n"
        f"Authorization: Bearer {traffic.token(SECRET, serial=number)}\r\nContent-Type: {traffic.CONTENT_TYPE}\r\n"
        f"Content-Length: {len(before) + SIZE + len(after)}\r\n\r\n"
    )
    writer.write(head.encode() + before)
    await go.wait()
    left = SIZE
    while left:
        writer.write(BLOCK[: min(left, 65_536)])
        left -= min(left, 65_536)
        await writer.drain()
    writer.write(after)
    await writer.drain()
    status = int((await reader.readline()).split()[1])
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return status


def _probe(port: int, pipe: Connection) -> None:
    """Ask every 20 ms until told to stop, then say how long each answer took, in ms."""
    waits = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not pipe.poll(0.02):
        begun = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        waits.append((time.perf_counter() - begun) * 1000)
    pipe.send(waits)


if __name__ == "__main__":
    main()
