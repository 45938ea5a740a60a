"""One process or several that serve, and how they end.

1. The port is taken exclusively before anything else, so that a busy one is named at once.
2. Several workers listen by SO_REUSEPORT: the kernel spreads connections evenly.
3. No worker outlives its parent; a worker that dies is replaced, more slowly each time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from gigdesk.web.server import worker
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
    bind(host, port).close()
    if workers == 1:
        return worker.serve_here(target, host=host, port=port, server=server, limits=limits, shared=False)
    command = worker.command(target, host=host, port=port, server=server, limits=limits)
    with metrics_folder() as folder:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        return _Supervisor(command, environment, workers, limits.graceful_seconds + GRACE).run()


class _Place:
    """A worker's place: whoever stands there, since when, and how long it stays empty after a death."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._delay = 0.0
        self._due = 0.0
        self.has_served = False
        self.start()

    def start(self) -> None:
        self._born = time.monotonic()
        self._due = 0.0
        self.process = subprocess.Popen(self._command, env=self._environment)  # noqa: S603

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
        self, command: list[str], environment: Mapping[str, str], workers: int, grace: float
    ) -> None:
        self._is_ending = False
        self._grace = grace
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        self._places = [_Place([*command, str(place), str(workers)], environment) for place in range(workers)]

    def run(self) -> int:
        """Watch until told to end; the exit code."""
        failed = False
        while not (self._is_ending or failed):
            time.sleep(0.1)
            codes = [place.watch(time.monotonic()) for place in self._places]
            failed = any(codes)
        self._stop()
        return 1 if failed else 0

    def _end(self, *_: object) -> None:
        self._is_ending = True

    def _stop(self) -> None:
        """Ask all workers to end, and end those that do not within their time."""
        for place in self._places:
            place.process.terminate()
        deadline = time.monotonic() + self._grace
        for place in self._places:
            try:
                place.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                place.process.kill()
                place.process.wait()
