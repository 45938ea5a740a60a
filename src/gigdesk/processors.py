"""Which processors a thread may run on (Linux, sched_setaffinity(2); elsewhere nothing happens).

Linux wakes a thread where it ran last, and looks for a better place only while the machine is not busy. Two event
loops can so share one processor for long, while the other has nothing to do. Where there are as many workers as
processors, the event loop of each keeps to its own. Whatever else a worker has goes where there is room.
"""

import os
from collections.abc import Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

_affinity = getattr(os, "sched_getaffinity", None)
_GIVEN: Set[int] = _affinity(0) if _affinity else frozenset()


def keep_to_own(place: int, workers: int) -> None:
    """Let this thread, and those that it starts, run on the processor of its place among so many workers.

    Nothing happens where there are not exactly as many processors as workers, or where it is forbidden.
    """
    if len(_GIVEN) == workers > 1:
        _run_on({sorted(_GIVEN)[place]})


def roam() -> None:
    """Let this thread run on every processor that the process was given."""
    if _GIVEN:
        _run_on(_GIVEN)


def pool(threads: int | None = None, name: str = "") -> ThreadPoolExecutor:
    """Threads that go where there is room, whoever starts them."""
    return ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=roam)


def _run_on(processors: Set[int]) -> None:
    with suppress(OSError):  # a sandbox may forbid it, and processors can be taken away
        os.sched_setaffinity(0, processors)
