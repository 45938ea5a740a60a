"""Numbers for Prometheus: requests, reports, group commits, the outbox. No label names a person or a gig."""

import asyncio
import hmac
import math
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.cases.ports import Outbox
from gigdesk.errors import NotFound, Unavailable
from gigdesk.web.answers import PRIVATE
from gigdesk.web.tally import Distribution, Tally

FLUSH_SECONDS = 1.0
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
_SIZES = (1e3, 1e4, 1e5, 1e6, 1e7, 5e7, 1e8, 6e8)
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_PROXIED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_UNMATCHED = (404, 405)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Telemetry:
    """Counts what a process does; with PROMETHEUS_MULTIPROC_DIR set, the processes are added up."""

    def __init__(self, token: str = "") -> None:
        self._token = token
        self._registry = CollectorRegistry()
        registry = self._registry
        self._seconds = Distribution(
            "gigdesk_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ["route", "method", "status"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._report_bytes = Tally(
            Distribution(
                "gigdesk_report_bytes",
                "Bytes of files in a report that opened a case.",
                registry=registry,
                buckets=_SIZES,
            )
        )
        self._batch = Tally(
            Distribution(
                "gigdesk_commit_batch",
                "Appends written by one group commit.",
                registry=registry,
                buckets=(1, 2, 4, 8, 16, 32, 64),
            )
        )
        self._due = self._gauge("due", "Effects that are due.")
        self._parked = self._gauge("parked", "Effects that failed for good.")
        self._held = self._gauge("held", "Effects that wait untried, because what they go to is away.")
        self._oldest = self._gauge("oldest_seconds", "Age of the oldest effect that is due.")
        self._behind = Gauge(
            "gigdesk_desk_behind",
            "Cases whose latest changes the lists and the search of the desk do not know yet.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._children: dict[tuple[str, str, int], Tally] = {}
        if not _is_shared():
            ProcessCollector(registry=registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        """A number of the whole outbox, that whichever process was asked last has read from the store."""
        return Gauge(f"gigdesk_outbox_{name}", text, registry=self._registry, multiprocess_mode="mostrecent")

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered. ``route`` is a template; the address of what nothing matched is dropped."""
        if status in _UNMATCHED and "{" not in route:
            route = "unmatched"
        key = (route, method if method in _METHODS else "other", status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = Tally(self._seconds.labels(key[0], key[1], str(status)))
        child.add(seconds)

    def reported(self, size: int) -> None:
        """One report opened a case, with so many bytes of files."""
        self._report_bytes.add(size)

    def batch(self, appends: int) -> None:
        """One group commit was written."""
        self._batch.add(appends)

    def flush(self) -> None:
        """Let every process see what this one has counted."""
        for tally in (self._report_bytes, self._batch, *self._children.values()):
            tally.flush()

    @asynccontextmanager
    async def flushing(self) -> AsyncIterator[None]:
        """Flush each second, and at the end."""

        async def again() -> None:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                self.flush()

        task = asyncio.create_task(again())
        try:
            yield
        finally:
            task.cancel()
            self.flush()

    async def metrics(
        self, request: Request, outbox: Outbox, count_behind: Callable[[], Awaitable[int]]
    ) -> Response:
        """The numbers, for loopback or who has the token; to everybody else there is nothing here."""
        if not self.may_see(request):
            raise NotFound("address.unknown", "There is nothing at this address.")
        try:
            state = await outbox.state()
            behind: float = await count_behind()
        except Unavailable:
            due = parked = held = oldest = behind = math.nan
        else:
            due, parked, held = state.due, state.parked, state.held
            oldest = state.oldest.total_seconds()
        self.flush()
        self._due.set(due)
        self._parked.set(parked)
        self._held.set(held)
        self._oldest.set(oldest)
        self._behind.set(behind)
        headers = {"content-type": CONTENT_TYPE_LATEST, **PRIVATE}
        return Response(generate_latest(self._gathered()), headers=headers)

    def may_see(self, request: Request) -> bool:
        """With a token, who has it; without, loopback, unless a proxy there speaks for somebody else."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._token:
            return hmac.compare_digest(given.encode(), self._token.encode())
        if any(name in request.headers for name in _PROXIED):
            return False
        return bool(request.client and request.client.host.startswith(_LOOPBACK))

    def _gathered(self) -> CollectorRegistry:
        if not _is_shared():
            return self._registry
        from prometheus_client.multiprocess import MultiProcessCollector

        gathered = CollectorRegistry()
        MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]
        return gathered


def _is_shared() -> bool:
    """Whether several processes serve: `gigdesk serve` then names a folder, before this module is loaded."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ
