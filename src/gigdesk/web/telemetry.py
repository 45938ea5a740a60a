"""Numbers for Prometheus: requests, reports, group commits, the outbox. No label names a person or a gig."""

import hmac
import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.cases.ports import Outbox
from gigdesk.errors import NotFound

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
_SIZES = (1e3, 1e4, 1e5, 1e6, 1e7, 5e7, 1e8, 6e8)
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Telemetry:
    """Counts what a process does; with PROMETHEUS_MULTIPROC_DIR set, the processes are added up."""

    def __init__(self, token: str = "") -> None:
        self._token = token
        self._registry = CollectorRegistry()
        registry = self._registry
        self._seconds = Histogram(
            "gigdesk_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ["route", "method", "status"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._report_bytes = Histogram(
            "gigdesk_report_bytes", "Bytes of files in a report.", registry=registry, buckets=_SIZES
        )
        self._reports = Counter("gigdesk_reports", "Reports that opened a case.", registry=registry)
        self._batch = Histogram(
            "gigdesk_commit_batch",
            "Appends written by one group commit.",
            registry=registry,
            buckets=(1, 2, 4, 8, 16, 32, 64),
        )
        self._due = Gauge("gigdesk_outbox_due", "Effects that are due.", registry=registry)
        self._parked = Gauge("gigdesk_outbox_parked", "Effects that failed for good.", registry=registry)
        self._oldest = Gauge(
            "gigdesk_outbox_oldest_seconds", "Age of the oldest effect that is due.", registry=registry
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered. ``route`` is a template, never an address."""
        key = (route, method, status)
        child = self._children.get(key)
        if child is None:
            known = method if method in _METHODS else "other"
            child = self._children[key] = self._seconds.labels(route, known, str(status))
        child.observe(seconds)

    def reported(self, size: int) -> None:
        """One report opened a case, with so many bytes of files."""
        self._reports.inc()
        self._report_bytes.observe(size)

    def batch(self, appends: int) -> None:
        """One group commit was written."""
        self._batch.observe(appends)

    async def metrics(self, request: Request, outbox: Outbox) -> Response:
        """The numbers, for loopback or who has the token; to everybody else there is nothing here."""
        if not self._may_see(request):
            raise NotFound("address.unknown", "There is nothing at this address.")
        state = await outbox.state()
        self._due.set(state.due)
        self._parked.set(state.parked)
        self._oldest.set(state.oldest.total_seconds())
        return Response(generate_latest(self._gathered()), headers={"content-type": CONTENT_TYPE_LATEST})

    def _may_see(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._token:
            return hmac.compare_digest(given.encode(), self._token.encode())
        return bool(request.client and request.client.host.startswith(_LOOPBACK))

    def _gathered(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self._registry
        from prometheus_client.multiprocess import MultiProcessCollector

        gathered = CollectorRegistry()
        MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]
        return gathered
