"""Several workers accept from one socket, and each takes its share of the connections.

1. The kernel does not see to that: by SO_REUSEPORT it draws lots for each connection, and of 32 one of two workers
   has 21 now and then; one socket that is simply shared gives all to whoever wakes first.
2. So each tells the others how many connections it has, in a shared file of a few bytes. Who is ahead leaves the
   next one to the others for a moment, and takes it then all the same: none waits for a worker that is stuck.
3. What has not been accepted when a worker dies is accepted by another.
"""

import asyncio
import mmap
import os
import socket
import tempfile
from collections.abc import Callable

MOMENT = 0.001
EXHAUSTED = 1.0
ABSENT = 1 << 60
_CELL = 8


class Shares:
    """How many connections each worker has, and who had the last one: an open file that the workers inherit.

    Who is not there has ``ABSENT``, so that nobody waits for it. Cells are written by one process each, but for
    the last, whose value is a hint.
    """

    def __init__(self, descriptor: int, workers: int) -> None:
        self.descriptor = descriptor
        self._cells = memoryview(mmap.mmap(descriptor, _CELL * (workers + 1))).cast("q")
        self._workers = workers

    @classmethod
    def made(cls, workers: int) -> "Shares":
        """For so many workers, none of whom is there yet."""
        descriptor = _in_memory() if hasattr(os, "memfd_create") else _on_disk()
        os.write(descriptor, bytes(_CELL * (workers + 1)))
        shares = cls(descriptor, workers)
        for place in range(workers):
            shares.put(place, ABSENT)
        shares._cells[workers] = -1  # had by nobody
        return shares

    def put(self, place: int, connections: int) -> None:
        """That worker has so many now."""
        self._cells[place] = connections

    def took(self, place: int) -> None:
        """That worker has taken one."""
        self._cells[self._workers] = place

    def is_ahead(self, place: int, own: int) -> bool:
        """Whether another has clearly fewer than these of our own; where nobody has any, whose turn it is."""
        least = min([ABSENT, *(self._cells[other] for other in range(self._workers) if other != place)])
        if own == least == 0:
            return self._cells[self._workers] == place
        return own > least + own // 16


def _in_memory() -> int:
    return os.memfd_create("gigdesk-shares")


def _on_disk() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Accepting:
    """Accepts connections for the worker at this place, and hands each to ``serve``; ``own`` counts them."""

    def __init__(
        self,
        listener: socket.socket,
        shares: Shares,
        place: int,
        *,
        own: Callable[[], int],
        serve: Callable[[socket.socket], None],
    ) -> None:
        self._listener = listener
        self._shares = shares
        self._place = place
        self._own = own
        self._serve = serve
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self.tell()
        self._watch()

    def tell(self) -> None:
        """Tell the others how many there are; called now and then, for connections also end."""
        self._shares.put(self._place, self._own())

    def stop(self) -> None:
        """Accept no more."""
        self._shares.put(self._place, ABSENT)
        self._loop.remove_reader(self._listener)
        if self._waiting:
            self._waiting.cancel()

    def _watch(self) -> None:
        self._loop.add_reader(self._listener, self._knocked)

    def _knocked(self) -> None:
        self.tell()
        if self._shares.is_ahead(self._place, self._own()):
            self._rest(MOMENT)
        else:
            self._accept()

    def _rest(self, seconds: float) -> None:
        """Leave whoever knocks to the others for a while."""
        self._loop.remove_reader(self._listener)
        self._waiting = self._loop.call_later(seconds, self._after_all)

    def _after_all(self) -> None:
        self._waiting = None
        self._watch()
        self._accept()

    def _accept(self) -> None:
        try:
            taken, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # taken by another, or gone again
        except OSError:  # no descriptor or memory is left: asked again at once, it would be the same
            self._rest(EXHAUSTED)
            return
        self._shares.took(self._place)
        self._serve(taken)
