"""One process or several that serve, and how they end.

1. The port is taken exclusively before anything else, so that a busy one is named at once.
2. Several workers listen by SO_REUSEPORT: the kernel spreads connections evenly.
3. No worker outlives its parent; a worker that dies is replaced, more slowly each time.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from gigdesk.web.server.listening import bind
from gigdesk.web.server.worker import serve_here

GRACE = 15.0
CALM = 60.0
MAX_DELAY = 30.0


def run(target: str, *, host: str, port: int, workers: int, server: str) -> int:
    """Serve the application that ``target`` makes until told to stop; the exit code."""
    bind(host, port).close()
    if workers == 1:
        return serve_here(target, host=host, port=port, server=server, shared=False)
    with tempfile.TemporaryDirectory(prefix="gigdesk-metrics-") as folder:
        return _Supervisor(target, host, port, workers, server, {"PROMETHEUS_MULTIPROC_DIR": folder}).run()


class _Supervisor:
    """Starts workers, replaces dead ones, passes on what ends them."""

    def __init__(
        self, target: str, host: str, port: int, workers: int, server: str, environment: Mapping[str, str]
    ) -> None:
        self._command = [sys.executable, "-m", "gigdesk.web.server.worker", target, host, str(port), server]
        self._environment = {**os.environ, **environment}
        self._workers: list[subprocess.Popen[bytes]] = [self._start() for _ in range(workers)]
        self._born = [time.monotonic()] * workers
        self._delays = [0.0] * workers
        self._is_ending = False
        self._code = 0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        while not self._is_ending:
            time.sleep(0.2)
            for place, worker in enumerate(self._workers):
                if worker.poll() is not None and not self._is_ending:
                    self._replace(place)
        return self._wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._command, str(os.getpid())], env=self._environment)  # noqa: S603

    def _replace(self, place: int) -> None:
        lived = time.monotonic() - self._born[place]
        code = self._workers[place].returncode
        if code == 3 and lived < CALM:  # it could not start, and has said why
            self._end(1)
            return
        self._delays[place] = 0.5 if lived > CALM else min(MAX_DELAY, 2 * self._delays[place] or 0.5)
        sys.stderr.write(f"gigdesk: a worker ended with {code}; another starts.\n")
        time.sleep(self._delays[place])
        self._workers[place] = self._start()
        self._born[place] = time.monotonic()

    def _end(self, code: int = 0) -> None:
        self._is_ending = True
        self._code = code
        for worker in self._workers:
            if worker.poll() is None:
                worker.terminate()

    def _wait(self) -> int:
        deadline = time.monotonic() + GRACE
        for worker in self._workers:
            try:
                worker.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        return self._code
