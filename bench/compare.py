"""Compare gigdesk with Express + multer on this machine: `make bench`, or

    bench/compare.py --workloads a,b,c --rounds 3 --seconds 6 --only pg,express

Starts a PostgreSQL of its own (synced writes), every server in turn beside it, checks that each does the same
work, then runs A B C, C B A, A B C ... Times on one machine are noisy: what counts is the ratio of two servers
within one round; its median is printed with its lowest and highest. Nothing but 127.0.0.1 is contacted.
"""

import argparse
import contextlib
import json
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import load
import traffic
import tree
from contestants import Contestant, ExpressServer, GigdeskServer
from servers import Missing, postgres
from servers.gigdesk import SECRET

RESULTS = Path(__file__).parent / "results"
TITLES = {
    "a": "(a) a report without a file, 32 connections",
    "b": "(b) a report with 3 photos of 2 MB, 8 connections",
    "c": "(c) a report with one video of 512 MiB",
}


def main() -> None:
    options = _options()
    RESULTS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-", dir=options.folder))
    try:
        with contextlib.ExitStack() as stack:
            servers = _servers(options.only.split(","), folder, stack)
            for server in servers:
                stack.callback(server.stop)
                server.start()
                _check(server)
            results = {w: _rounds(w, servers, options, folder) for w in options.workloads.split(",")}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report = {"machine": _machine(), "rounds": options.rounds, "seconds": options.seconds, "runs": results}
    path = RESULTS / time.strftime("compare-%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(report, indent=1))
    print(f"\n{_how(options)}\nEvery run: {path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workloads", default="a,b,c")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6, help="of each run of a and b")
    parser.add_argument("--only", default="express,pg,sqlite", help="some of express, pg, sqlite")
    parser.add_argument(
        "--folder", help="where databases and files are kept meanwhile; default: the temporary folder"
    )
    return parser.parse_args()


def _servers(wanted: list[str], folder: Path, stack: contextlib.ExitStack) -> list[Contestant]:
    """Who takes part, the yardstick first; says who does not and why."""
    servers: list[Contestant] = []
    try:
        cluster = stack.enter_context(_cluster()) if {"express", "pg"} & set(wanted) else None
    except Missing as missing:
        print(f"Without PostgreSQL: {missing}")
        cluster = None
    if cluster and "express" in wanted:
        if reason := ExpressServer.missing():
            print(f"Without Express + multer: {reason}")
        else:
            servers.append(ExpressServer(folder / "express", cluster))
    if cluster and "pg" in wanted:
        servers.append(GigdeskServer("gigdesk, PostgreSQL, 2 workers", folder / "pg", cluster, workers=2))
    if "sqlite" in wanted:
        servers.append(GigdeskServer("gigdesk, SQLite, 1 process", folder / "sqlite", None))
    return servers


@contextlib.contextmanager
def _cluster() -> Iterator[postgres.Cluster]:
    yield from postgres.running(shared_buffers="512MB", max_wal_size="4GB")


def _check(server: Contestant) -> None:
    """It is the same endpoint: signs in, keeps strangers out, judges content, stores what it says."""
    form = traffic.fields(traffic.gig(1))
    wanda, stranger = traffic.token(SECRET), traffic.token(SECRET, "mallory")
    script = traffic.file_head("a.jpg", "image/jpeg") + b"#!/bin/sh\nexit 0\n\r\n"
    photo = traffic.report(traffic.gig(1), [traffic.photo(100_000, 1)])
    asked = {
        "no token": (None, form + traffic.TAIL, 401),
        "a stranger": (stranger, form + traffic.TAIL, 403),
        "a script called a.jpg": (wanda, form + script + traffic.TAIL, 415),
        "no file": (wanda, form + traffic.TAIL, 201),
        "a photo": (wanda, photo, 201),
    }
    before = server.stored()
    for what, (bearer, body, expected) in asked.items():
        status, content = traffic.post(server.base, bearer, body)
        if status != expected:
            raise SystemExit(
                f"{server.name}: {what} was answered {status}, not {expected}: {content[:300]!r}"
            )
    if server.stored() != before + 2:
        raise SystemExit(f"{server.name} stored {server.stored() - before} reports, not 2")


def _rounds(
    workload: str, servers: list[Contestant], options: argparse.Namespace, folder: Path
) -> dict[str, list[dict[str, float]]]:
    runs: dict[str, list[load.Run]] = {server.name: [] for server in servers}
    if workload != "c":
        for server in servers:
            load.measure(workload, server, SECRET, 2, folder)
    for number in range(options.rounds):
        for server in servers if number % 2 == 0 else servers[::-1]:
            server.empty()
            with tree.resting(other.pid for other in servers if other is not server):
                time.sleep(1)  # what the last run left to be written
                before = server.stored()
                run = load.measure(workload, server, SECRET, options.seconds, folder)
            if server.stored() - before < run.requests - run.bad:
                raise SystemExit(
                    f"{server.name} answered {run.requests} and stored {server.stored() - before}"
                )
            runs[server.name].append(run)
    for server in servers:
        server.empty()
    _print(workload, runs)
    return {name: [vars(run) for run in found] for name, found in runs.items()}


COLUMNS = {
    "req/s": "per_second", "MB/s": "mb_per_second", "p50 ms": "p50_ms", "p99 ms": "p99_ms", "CPU ms": "cpu_ms",
    "DB CPU ms": "database_ms", "idle MB": "idle_mb", "peak MB": "peak_mb",
}  # fmt: skip


def _print(workload: str, runs: dict[str, list[load.Run]]) -> None:
    print(
        f"\n{TITLES[workload]}: medians of {len(next(iter(runs.values())))} rounds; CPU is that of one report"
    )
    print(f"  {'':32}" + "".join(f"{title:>10}" for title in COLUMNS) + "  bad")
    for name, found in runs.items():
        middle = [statistics.median(getattr(run, key) for run in found) for key in COLUMNS.values()]
        print(
            f"  {name:32}" + "".join(f"{value:10.2f}" for value in middle) + f"{sum(r.bad for r in found):5d}"
        )
    first, *others = runs
    for name in others:
        ratios = [
            ours.per_second / theirs.per_second for ours, theirs in zip(runs[name], runs[first], strict=True)
        ]
        print(
            f"  {name} / {first}: {statistics.median(ratios):.2f} × ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def _how(options: argparse.Namespace) -> str:
    sender = (
        "wrk, one thread" if shutil.which("wrk") else "a client of our own in Python (wrk is not installed)"
    )
    return (
        f"How: {options.rounds} interleaved rounds of {options.seconds:.0f} s, sent by {sender}, on the same machine as"
        " the servers.\nTwo workers each on one PostgreSQL with synced writes; gigdesk syncs files before it answers,"
        " Express + multer does not.\nSignatures, membership, types by content, hashes and limits are checked by all;"
        " gigdesk's rate limits are counted, and raised.\nOn PostgreSQL nobody works off the outbox meanwhile; on"
        " SQLite the same process does. The other servers rest (SIGSTOP) while one is measured."
    )


def _machine() -> dict[str, str]:
    about = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.partition(":")[2].strip() for line in about if line.startswith("model name")), "")
    node = (
        subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        if shutil.which("node")
        else ""
    )
    return {
        "cpu": cpu,
        "system": platform.platform(),
        "python": platform.python_version(),
        "node": node.strip(),
    }


if __name__ == "__main__":
    main()
