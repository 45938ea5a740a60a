"""How fast a store takes opened cases, and what each costs in CPU: in this process and in PostgreSQL.

    python bench/store.py sqlite:////tmp/bench.db
    python bench/store.py postgresql://user@127.0.0.1/bench --processes 2 --waiting 32

A case is what a report without a file writes: 1 commit with 4 sealed values, 1 summary, 1 effect, a daily
cap; ``--files 3`` adds 3 objects, 3 sealed names and 3 effects. The database should be empty and is filled.
"""

import argparse
import asyncio
import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import psutil

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.owed import EffectRow
from gigdesk.cases.ports import Append, CaseRow, Commit, DailyCap, ObjectRow, SealedValue
from gigdesk.ids import object_key, uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to do: how many cases, how many callers wait at once, how many files each case has."""

    url: str
    cases: int
    waiting: int
    files: int


def opening(number: int, files: int) -> Append:
    """One case as ``handle`` would append it, on one of 1,000 gigs."""
    case, now = uuid7(), datetime.now(UTC)
    items = ["description", "reporter", "respondent", "gig", *(f"name:{n}" for n in range(files))]
    content = wire.canonical({"case": str(case), "digests": dict.fromkeys(items, "0" * 64), "pad": "x" * 250})
    commit = Commit(
        case=case, number=1, id=uuid7(), at=now, content=content, hash=wire.chain(wire.root(case), content),
        command=os.urandom(32), fingerprint=os.urandom(32),
    )  # fmt: skip
    row = CaseRow(
        id=case, version=1, status="received", reference="GD-7K3M-9XQ24", gig_id=f"gig-{number % 1000}",
        issue_type="other", severity="normal", queue="general", side="worker", reporter="a" * 32,
        respondent="b" * 32, files=files, opened_at=now, updated_at=now,
    )  # fmt: skip
    return Append(
        commit=commit,
        row=row,
        sealed=tuple(
            SealedValue(item=item, salt=os.urandom(32), value=b"v" * 100, person="a" * 32) for item in items
        ),
        objects=tuple(ObjectRow(key=object_key(), evidence=uuid7(), size=1) for _ in range(files)),
        effects=tuple(
            EffectRow(id=uuid7(), kind="notify", body=b'{"about":"case.opened"}', due=now)
            for _ in range(1 + files)
        ),
        cap=DailyCap(since=now - timedelta(days=1), limit=1_000_000),
    )


async def fill(load: Load, ready: Connection) -> None:
    batches: list[int] = []
    store = SqlStore(load.url, observe=batches.append)
    await store.open()
    appends = [opening(number, load.files) for number in range(load.cases)]
    queue = iter(appends)

    async def caller() -> None:
        for append in queue:
            await store.log.append(append)

    ready.send("ready")
    await asyncio.to_thread(ready.recv)
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(load.waiting)))
    ready.send((time.perf_counter() - began, time.process_time() - cpu, len(batches)))
    await asyncio.to_thread(ready.recv)
    await store.close()


def process(load: Load, ready: Connection) -> None:
    import uvloop

    uvloop.run(fill(load, ready))


def postgres_cpu() -> float:
    """Seconds of CPU that every PostgreSQL process that lives has used."""
    used = 0.0
    for found in psutil.process_iter(["name", "cpu_times"]):
        if found.info["name"] == "postgres" and found.info["cpu_times"]:
            used += found.info["cpu_times"].user + found.info["cpu_times"].system
    return used


async def prepare(url: str) -> None:
    store = SqlStore(url)
    await store.open()
    await store.migrate()
    await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--cases", type=int, default=20_000, help="a process")
    parser.add_argument("--waiting", type=int, default=32, help="callers at once, a process")
    parser.add_argument("--files", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(prepare(options.url))
    load = Load(url=options.url, cases=options.cases, waiting=options.waiting, files=options.files)
    spawn = multiprocessing.get_context("spawn")
    ends = [spawn.Pipe() for _ in range(options.processes)]
    children = [spawn.Process(target=process, args=(load, theirs)) for _, theirs in ends]
    for child in children:
        child.start()
    for ours, _ in ends:
        ours.recv()
    server = postgres_cpu()
    for ours, _ in ends:
        ours.send("go")
    results = [ours.recv() for ours, _ in ends]
    server = postgres_cpu() - server
    for ours, _ in ends:
        ours.send("stop")
    for child in children:
        child.join()
    total = options.cases * options.processes
    seconds = max(result[0] for result in results)
    own = sum(result[1] for result in results)
    batches = sum(result[2] for result in results)
    print(
        f"{total / seconds:8.0f} cases/s   {own / total * 1e6:5.0f} us CPU a case here"
        f"   {server / total * 1e6:5.0f} us in PostgreSQL   {total / batches:5.1f} cases a batch"
    )


if __name__ == "__main__":
    main()
