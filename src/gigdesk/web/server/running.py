"""One process or several that serve, and how they end.

1. The port is taken exclusively before anything else, so that a busy one is named at once.
2. Several workers accept from one socket, which stays here: each its share, and a death loses no connection that
   was not accepted yet (``accepting.py``). Workers of granian listen by SO_REUSEPORT, each by itself.
3. No worker outlives its parent; a worker that dies is replaced, more slowly each time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from gigdesk.web.server import worker
from gigdesk.web.server.accepting import ABSENT, Shares
from gigdesk.web.server.limits import ServerLimits
from gigdesk.web.server.listening import bind
from gigdesk.web.server.metrics_folder import metrics_folder

GRACE = 5.0
CALM = 60.0
FIRST_DELAY = 0.5
MAX_DELAY = 30.0


def run(
    target: str, *, host: str, port: int, workers: int, server: str, limits: ServerLimits | None = None
) -> int:
    """Serve the application that ``target`` makes until told to stop; the exit code.

    Raises Unavailable (``serve.port``) where the port is busy.
    """
    limits = limits or ServerLimits()
    listener = bind(host, port)
    listener.listen(limits.backlog)
    if workers == 1:
        return worker.serve_here(target, listener, server=server, limits=limits)
    shares = Shares.made(workers)
    files = [listener.fileno(), shares.descriptor]
    if server == "granian":
        listener.close()
        files = []
    command = worker.command(target, host=host, port=port, server=server, limits=limits)
    with metrics_folder() as folder:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        supervisor = _Supervisor(command, environment, files, shares, workers)
        supervisor.watch()
        listener.close()  # the workers close it too: who comes now is refused at once
        return supervisor.end(limits.graceful_seconds + GRACE)


class _Place:
    """A worker's place: whoever stands there, since when, and how long it stays empty after a death."""

    def __init__(self, command: list[str], environment: Mapping[str, str], files: Sequence[int]) -> None:
        self._command = command
        self._environment = environment
        self._files = files
        self._delay = 0.0
        self._due = 0.0
        self.has_served = False
        self.start()

    def start(self) -> None:
        self._born = time.monotonic()
        self._due = 0.0
        self.process = subprocess.Popen(  # noqa: S603
            self._command, env=self._environment, pass_fds=self._files
        )

    def watch(self, now: float) -> int | None:
        """Replace who has died, after a while; the exit code of a first worker that could not start."""
        code = self.process.poll()
        if code is None:
            self.has_served = self.has_served or now - self._born > CALM
            return None
        if code == worker.CANNOT_START and not self.has_served:
            return code  # it has said why, and the next would say the same
        if not self._due:
            calm = now - self._born > CALM
            self._delay = FIRST_DELAY if calm else min(MAX_DELAY, 2 * self._delay or FIRST_DELAY)
            self._due = now + self._delay
            self.has_served = True
            sys.stderr.write(f"gigdesk: a worker ended with {code}; another starts.\n")
        elif now >= self._due:
            self.start()
        return None


class _Supervisor:
    """Starts workers, replaces dead ones, passes on what ends them."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        files: Sequence[int],
        shares: Shares,
        workers: int,
    ) -> None:
        self._is_ending = False
        self._has_failed = False
        self._shares = shares
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        inherited = map(str, files or (-1, -1))
        command = [*command, str(workers), *inherited]
        self._places = [_Place([*command, str(place)], environment, files) for place in range(workers)]

    def watch(self) -> None:
        """Replace who has died, until told to end or until the workers cannot start."""
        while not (self._is_ending or self._has_failed):
            time.sleep(0.1)
            codes = [self._watch(number, place) for number, place in enumerate(self._places)]
            self._has_failed = any(codes)

    def _watch(self, number: int, place: _Place) -> int | None:
        code = place.watch(time.monotonic())
        if place.process.poll() is not None:
            self._shares.put(number, ABSENT)  # it could not say so itself
        return code

    def _end(self, *_: object) -> None:
        self._is_ending = True

    def end(self, grace: float) -> int:
        """Ask all workers to end, and end those that do not within so many seconds; the exit code."""
        for place in self._places:
            place.process.terminate()
        deadline = time.monotonic() + grace
        for place in self._places:
            try:
                place.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                place.process.kill()
                place.process.wait()
        return 1 if self._has_failed else 0
