"""CPU time and memory of a server's whole process tree, from /proc."""

import os
import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def members(root: int) -> list[int]:
    """The process and its descendants."""
    found, open_ends = [], [root]
    while open_ends:
        pid = open_ends.pop()
        found.append(pid)
        for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                open_ends += map(int, tasks.read_text().split())
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the living members; nothing where there is no process."""
    ticks = 0
    for pid in members(root) if root else []:
        with suppress(OSError):
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
    return ticks / TICK


def resident_mb(root: int, *, alone: bool = False) -> float:
    """Resident memory now; pages that processes share are counted in each of them."""
    return _sum([root] if alone else members(root), "VmRSS")


def peak_mb(root: int, *, alone: bool = False) -> float:
    """The sum of each member's peak since ``forget_peak``: an upper bound, alike for every server."""
    return _sum([root] if alone else members(root), "VmHWM")


def forget_peak(root: int) -> None:
    for pid in members(root):
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def resting(roots: Iterable[int]) -> Iterator[None]:
    """These trees stand still meanwhile: what a server works off later is no burden to another."""
    pids = [pid for root in roots for pid in members(root)]
    _signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(pids, signal.SIGCONT)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, number)


def _sum(pids: list[int], name: str) -> float:
    total = 0
    for pid in pids:
        with suppress(OSError):
            if found := re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()):
                total += int(found[1])
    return total / 1024
