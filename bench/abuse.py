"""What attacks of full size cost a server: `make bench-abuse`, or `python bench/abuse.py [--quick] [--only WORD]`

Starts a server on loopback, sends it each attack, and asks `/healthz` every 20 ms from another process
meanwhile. Ends by itself in less than eight minutes.
"""

import argparse
import contextlib
import http.client
import json
import multiprocessing
import resource
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import tree
from contestants import RAISED

import attacks  # isort: skip - contestants has made the tests' own tools importable
import forms  # isort: skip
from live import Live  # isort: skip

AT_MOST = 460
# A short attack is sent again until this time has passed: one answer of /healthz would say nothing.
ROUNDS_SECONDS = 1.5
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Attack:
    """A row of the abuse cases, how much of it is sent in full and in a hurry, and what sends it."""

    row: int
    name: str
    full: int
    quick: int
    unit: str
    send: attacks.Send


ATTACKS = (
    Attack(1, "header lines in a part", 6, 2, "MiB", attacks.endless(b"A: b\r\n", attacks.PART)),
    Attack(1, "one endless header", 50, 5, "MiB", attacks.endless(b"b" * 1000, attacks.PART + b"A: ")),
    Attack(2, "junk before the form", 100, 10, "MiB", attacks.endless(b"junk\r\n")),
    Attack(2, "near boundaries before it", 100, 10, "MiB", attacks.endless(b"\r\n--7d1f-gigdesk-journe")),
    Attack(
        2,
        "junk behind the form",
        100,
        10,
        "MiB",
        attacks.endless(b"junk\r\n", forms.form(attacks.REPORT_FIELDS)),
    ),
    Attack(3, "hostile Content-Types", 2000, 200, "requests", attacks.hostile_types),
    Attack(6, "a text without end", 200, 20, "MiB", attacks.endless(b"text ", attacks.TEXT)),
    Attack(7, "parts without end", 20, 5, "MiB", attacks.endless(forms.field("amount", "1"))),
    Attack(7, "fields, URL-encoded", 20, 5, "MiB", attacks.endless(b"a=1&", b"", attacks.URLENCODED)),
    Attack(8, "films of 16 MiB at once", 50, 10, "uploads", attacks.uploads),
    Attack(10, "uploads broken off", 10_000, 500, "uploads", attacks.aborts),
    Attack(12, "a body without a token", 1024, 100, "MiB", attacks.endless(bytes(1000), by=None)),
    Attack(13, "silent connections", 900, 200, "sockets", attacks.crowd),
    Attack(13, "slow heads and bodies", 500, 60, "sockets", attacks.slow),
    Attack(13, "readers who never read", 200, 0, "sockets", attacks.deaf),
    Attack(23, "pictures that are bombs", 36, 9, "files", attacks.bombs),
    Attack(25, "archives that are bombs", 100, 20, "files", attacks.archives),
    Attack(37, "tokens that are packed", 5000, 500, "requests", attacks.packed_tokens),
    Attack(49, "downloads in 4,000 ranges", 2000, 200, "requests", attacks.ranges),
    Attack(54, "gig ids that are guessed", 10_000, 500, "requests", attacks.lookups),
    # Last: many of them are reports all the same, whose files are looked into for a while.
    Attack(9, "forms with spoilt bytes", 3000, 300, "forms", attacks.fuzz),
)


@dataclass(frozen=True)
class Cost:
    """What one attack cost: CPU seconds, MB, and ms until ``/healthz`` answered."""

    row: int
    attack: str
    amount: str
    told: dict[str, int]
    seconds: float
    cpu: float
    grew_mb: float
    kept_mb: float
    children_mb: float
    health_p50: float
    health_p99: float
    health_worst: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, in about a minute")
    parser.add_argument("--only", default="", help="attacks with this word in their name, or of this row")
    options = parser.parse_args()
    _allow_sockets()
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(AT_MOST)
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-"))
    # A body may take 20 s in a hurry, so that slow ones are cut before the minute that a rate is judged after.
    site = Live(folder, {**RAISED, **({"GIGDESK_UPLOAD_TOTAL": "20"} if options.quick else {})})
    costs: list[Cost] = []
    try:
        site.open()
        site.report()  # whatever is done once is done
        print(_HEAD, flush=True)
        for attack in ATTACKS:
            amount = attack.quick if options.quick else attack.full
            if amount and (options.only in (str(attack.row), "") or options.only in attack.name):
                costs.append(_measured(site, attack, amount))
                print(_line(costs[-1]), flush=True)
    except TimeoutError as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    finally:
        signal.alarm(0)
        site.close()
        shutil.rmtree(folder, ignore_errors=True)
        _kept(costs)
    return 0


def _measured(site: Live, attack: Attack, amount: int) -> Cost:
    pid = site.process.pid
    _calm(site)
    before = tree.resident_mb(pid, alone=True)
    tree.forget_peak(pid)
    cpu, begun = tree.cpu_seconds(pid), time.perf_counter()
    ours, theirs = multiprocessing.Pipe()
    prober = multiprocessing.Process(target=_probe, args=(site.port, pid, theirs), daemon=True)
    prober.start()
    told, rounds = attacks.Told(), 0
    try:
        while time.perf_counter() - begun < ROUNDS_SECONDS:
            told += attack.send(site, amount)
            rounds += 1
    finally:
        ours.send("stop")
        waits, children = ours.recv()
        prober.join(10)
    took, used = time.perf_counter() - begun, tree.cpu_seconds(pid) - cpu
    waits.sort()
    return Cost(
        row=attack.row,
        attack=attack.name,
        amount=f"{amount:,} {attack.unit}" + (f", {rounds} times" if rounds > 1 else ""),
        told=dict(told),
        seconds=took,
        cpu=used,
        grew_mb=tree.peak_mb(pid, alone=True) - before,
        kept_mb=tree.resident_mb(pid, alone=True) - before,
        children_mb=children,
        health_p50=waits[len(waits) // 2],
        health_p99=waits[int(len(waits) * 0.99)],
        health_worst=waits[-1],
    )


def _calm(site: Live) -> None:
    """Wait, for a while, until the attack before has left: its connections, and files to be looked into."""
    deadline, before = time.monotonic() + 20, -1
    while time.monotonic() < deadline:
        now = site.process.num_fds()
        [(owed,)] = site.rows("SELECT count(*) FROM effects WHERE kind = 'inspect'")
        if now == before and not owed:
            return
        before = now
        time.sleep(0.5)


def _probe(port: int, pid: int, pipe: Connection) -> None:
    """Ask every 20 ms until told to stop; then ms of each answer, and the most MB of all children at once."""
    signal.alarm(0)
    waits, children = [], 0.0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while True:
        begun = time.perf_counter()
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()  # its time counts all the same
        waits.append((time.perf_counter() - begun) * 1000)
        if len(waits) % 5 == 0:
            children = max(children, tree.resident_mb(pid) - tree.resident_mb(pid, alone=True))
        if pipe.poll(0.02):
            break
    pipe.send((waits, children))


_HEAD = """
| Row | Attack | How much | What the server said | s | CPU s | MB most | kept | children | /healthz p50, p99, worst |
|--:|---|---|---|--:|--:|--:|--:|--:|---|"""


def _line(cost: Cost) -> str:
    most = sorted(cost.told.items(), key=lambda pair: -pair[1])
    said = ", ".join(name if number == 1 else f"{number:,} × {name}" for name, number in most[:6])
    health = f"{cost.health_p50:.1f}, {cost.health_p99:.1f}, {cost.health_worst:.0f} ms"
    return (
        f"| {cost.row} | {cost.attack} | {cost.amount} | {said} | {cost.seconds:.1f} | {cost.cpu:.2f}"
        f" | {cost.grew_mb:+.0f} | {cost.kept_mb:+.0f} | {cost.children_mb:.0f} | {health} |"
    )


def _kept(costs: list[Cost]) -> None:
    if costs:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "abuse.json").write_text(json.dumps([asdict(cost) for cost in costs], indent=1))


def _allow_sockets() -> None:
    """A thousand connections at once, also where a shell allows fewer."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _out_of_time(*_: object) -> None:
    raise TimeoutError(f"the attacks took longer than {AT_MOST} s")


if __name__ == "__main__":
    sys.exit(main())
