"""The HTTP servers that gigdesk can run on, against one tiny ASGI application: `python bench/http_servers.py`

echo    a JSON document of 250 bytes comes and goes, over 32 connections: requests a second
upload  512 MiB in one request, read and counted: MB a second

Each server runs as `gigdesk serve` runs it: one process, our guards around uvicorn, granian as it is. Rounds
are interleaved (A B, B A, ...), because times on one machine are noisy: what counts is the ratio of the two
within a round. Needs wrk and the extra granian.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tree

MIB = 1 << 20
UPLOAD = 512 * MIB
SERVERS = ("uvicorn", "granian")
DOCUMENT = json.dumps({"gig": "gig-1", "text": "x" * 220}).encode()
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '%s'
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nSAID %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(99)))
end
"""


def application() -> Any:
    """The application: answers what it was sent, or how much it was."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for state in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{state}.complete"})
            return
        size, kept, more = 0, b"", True
        while more:
            message = await receive()
            body, more = message.get("body", b""), message.get("more_body", False)
            size += len(body)
            kept = kept + body if size < MIB else b""
        answer = json.dumps({"size": size}).encode() if scope["path"] == "/upload" else kept
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return app


@contextlib.contextmanager
def running(server: str) -> Iterator[tuple[int, int]]:
    """The server's process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = f"run('http_servers:application', host='127.0.0.1', port={port}, workers=1, server='{server}')"
    process = subprocess.Popen(
        [sys.executable, "-c", f"from gigdesk.web.server import run; {call}"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                connection.request("POST", "/echo", b"{}")
                connection.getresponse().read()
                break
            time.sleep(0.1)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


def echo(port: int, seconds: float, folder: Path) -> tuple[float, int]:
    """Requests a second, and how many there were."""
    script = folder / "echo.lua"
    script.write_text(SCRIPT % DOCUMENT.decode())
    arguments = ["-t1", "-c32", f"-d{seconds:.0f}s", "-s", str(script), f"http://127.0.0.1:{port}/echo"]
    done = subprocess.run(
        ["wrk", *arguments], capture_output=True, text=True, timeout=seconds + 30, check=True
    )
    requests, microseconds, bad, _ = map(int, done.stdout.rpartition("SAID ")[2].split())
    if bad:
        raise SystemExit(f"{bad} of {requests} requests failed")
    return requests / microseconds * 1e6, requests


def upload(port: int) -> float:
    """MB a second."""
    block = bytes(MIB)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    connection.request(
        "POST", "/upload", (block for _ in range(UPLOAD // MIB)), {"Content-Length": str(UPLOAD)}
    )
    answer = json.loads(connection.getresponse().read())
    took = time.perf_counter() - begun
    if answer != {"size": UPLOAD}:
        raise SystemExit(f"the server counted {answer}")
    return UPLOAD / 1e6 / took


def one(server: str, seconds: float, folder: Path) -> dict[str, float]:
    """One run of both workloads."""
    with running(server) as (pid, port):
        echo(port, 1, folder)
        before = tree.cpu_seconds(pid)
        rate, requests = echo(port, seconds, folder)
        cpu = (tree.cpu_seconds(pid) - before) / requests * 1e3
        before = tree.cpu_seconds(pid)
        speed = upload(port)
        found = {"echo req/s": rate, "echo CPU ms": cpu, "upload MB/s": speed}
        return found | {"upload CPU s": tree.cpu_seconds(pid) - before, "peak MB": tree.peak_mb(pid)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-"))
    rounds: list[dict[str, dict[str, float]]] = []
    try:
        for number in range(options.rounds):
            order = SERVERS if number % 2 == 0 else SERVERS[::-1]
            rounds.append({server: one(server, options.seconds, folder) for server in order})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    first, second = SERVERS
    print(
        f"| | {first} | {second} | {second} / {first} (range of {options.rounds} rounds) |\n|---|--:|--:|--:|"
    )
    for name in rounds[0][first]:
        ours, theirs = ([found[server][name] for found in rounds] for server in SERVERS)
        ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
        medians = " | ".join(f"{statistics.median(values):.3g}" for values in (ours, theirs))
        print(
            f"| {name} | {medians} | {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |"
        )


if __name__ == "__main__":
    main()
