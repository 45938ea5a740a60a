"""The workloads, and what one run of one of them measures.

a  reports without a file over 32 connections: requests a second
b  reports with three photos of 2 MB over 8 connections: requests a second
c  one report with one video of 512 MiB: MB a second

``wrk`` sends a and b; where it is missing, a client of our own does, which costs more CPU and makes every
server look slower by the same amount, so that only the ratios mean anything.
"""

import http.client
import json
import shutil
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import traffic
import tree
from contestants import Contestant

CONNECTIONS = {"a": 32, "b": 8, "c": 1}
PHOTOS, PHOTO_BYTES = 3, 2_000_000
VIDEO_BYTES = 512 * traffic.MIB
TOKENS = 8192

SCRIPT = """
wrk.method = "POST"
wrk.path = "/api/report-issue"
wrk.headers["Content-Type"] = "%(content_type)s"
local ready, turn = {}, 0
local file = io.open("%(body)s", "rb")
local body = file:read("*a")
file:close()
init = function()
  for line in io.lines("%(tokens)s") do
    local bearer, gig = line:match("(%%S+) (%%S+)")
    wrk.headers["Authorization"] = "Bearer " .. bearer
    ready[#ready + 1] = wrk.format(nil, nil, nil, (body:gsub("gig%%-0001", gig, 1)))
  end
end
request = function()
  turn = turn %% #ready + 1
  return ready[turn]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nSAID %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One measured run: answers, refusals and errors, speed, latency, and what it cost the server."""

    requests: int
    bad: int
    per_second: float
    mb_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float = 0
    database_ms: float = 0
    idle_mb: float = 0
    peak_mb: float = 0


def measure(workload: str, server: Contestant, secret: str, seconds: float, folder: Path) -> Run:
    """Run one workload and read what it cost the server's processes, and the database's, beside it."""
    tree.forget_peak(server.pid)
    idle = tree.resident_mb(server.pid)
    before, database = tree.cpu_seconds(server.pid), tree.cpu_seconds(server.database_pid)
    if workload == "c":
        run = _video(server.base, secret, folder)
    elif shutil.which("wrk"):
        run = _wrk(workload, server.base, secret, seconds, folder)
    else:
        run = _own_client(workload, server.base, secret, seconds)
    each = 1000 / max(1, run.requests)
    return replace(
        run,
        cpu_ms=(tree.cpu_seconds(server.pid) - before) * each,
        database_ms=(tree.cpu_seconds(server.database_pid) - database) * each,
        idle_mb=idle,
        peak_mb=tree.peak_mb(server.pid),
    )


def _body(workload: str) -> bytes:
    photos = [traffic.photo(PHOTO_BYTES, seed) for seed in range(PHOTOS)] if workload == "b" else []
    return traffic.report(traffic.gig(0), photos)


def _mb(workload: str) -> float:
    return len(_body(workload)) / 1e6


def _wrk(workload: str, base: str, secret: str, seconds: float, folder: Path) -> Run:
    body, tokens, script = folder / "body", folder / "tokens", folder / "load.lua"
    body.write_bytes(_body(workload))
    count = TOKENS if workload == "a" else 4  # each holds a copy of its body in wrk's memory
    tokens.write_text("".join(f"{traffic.token(secret, serial=n)} {traffic.gig(n)}\n" for n in range(count)))
    script.write_text(SCRIPT % {"content_type": traffic.CONTENT_TYPE, "body": body, "tokens": tokens})
    arguments = [
        "-t1",
        f"-c{CONNECTIONS[workload]}",
        f"-d{seconds:.0f}s",
        "--timeout",
        "30s",
        "-s",
        str(script),
        base,
    ]
    done = subprocess.run(
        ["wrk", *arguments], capture_output=True, text=True, timeout=seconds + 90, check=True
    )
    requests, microseconds, bad, p50, p99 = map(int, done.stdout.rpartition("SAID ")[2].split())
    rate = requests / microseconds * 1e6
    return Run(
        requests=requests, bad=bad, per_second=rate, mb_per_second=rate * _mb(workload),
        p50_ms=p50 / 1e3, p99_ms=p99 / 1e3,
    )  # fmt: skip


def _own_client(workload: str, base: str, secret: str, seconds: float) -> Run:
    """As many threads as connections, each sending again as soon as it was answered."""
    took: list[float] = []
    bad: list[int] = []
    body, at = _body(workload), urlsplit(base)
    deadline = time.perf_counter() + seconds

    def send(number: int) -> None:
        connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=30)
        headers = {
            "Content-Type": traffic.CONTENT_TYPE,
            "Authorization": f"Bearer {traffic.token(secret, serial=number)}",
        }
        while (begun := time.perf_counter()) < deadline:
            connection.request("POST", "/api/report-issue", body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - begun)
            if answer.status != 201:
                bad.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(CONNECTIONS[workload])]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(took) / (time.perf_counter() - begun)
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return Run(
        requests=len(took), bad=len(bad), per_second=rate, mb_per_second=rate * _mb(workload),
        p50_ms=cuts[49] * 1e3, p99_ms=cuts[98] * 1e3,
    )  # fmt: skip


def _video(base: str, secret: str, folder: Path) -> Run:
    path = traffic.video(folder, VIDEO_BYTES)
    path.read_bytes()  # from here on it comes from memory, for every server
    begun = time.perf_counter()
    status, content = traffic.post_video(base, traffic.token(secret), path)
    took = time.perf_counter() - begun
    good = status == 201 and json.loads(content)["success"]
    if not good:
        print(f"refused with {status}: {content[:300]!r}")
    return Run(
        requests=1, bad=int(not good), per_second=1 / took, mb_per_second=VIDEO_BYTES / 1e6 / took,
        p50_ms=took * 1e3, p99_ms=took * 1e3,
    )  # fmt: skip
