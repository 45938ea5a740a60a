"""Reporters who do not give up: many threads that send reports, and remember exactly what was promised."""

import hashlib
import http.client
import io
import json
import random
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image

from servers.gigdesk import Site

BOUNDARY = "crash-boundary-7d1f"
GIGS = 40
RETRY_SHARE = 0.25


@cache
def photo() -> bytes:
    """A whole small JPEG, the same in every thread, which stays readable with anything after it."""
    content = io.BytesIO()
    noise = random.Random(7).randbytes(160 * 120)
    Image.frombytes("L", (160, 120), noise).save(content, "JPEG")
    return content.getvalue()


@dataclass(frozen=True)
class Report:
    """A report that can be made again byte for byte from its number."""

    number: int

    @property
    def gig(self) -> str:
        return f"crash-{self.number % GIGS}"

    @property
    def key(self) -> str:
        return f"report-{self.number}"

    def files(self) -> list[bytes]:
        """None to three files of 1 kB to 900 kB, one in five a photo, the others PDFs; no two alike."""
        chance = random.Random(self.number)
        sizes = [
            chance.choice((1_000, 20_000, 150_000, 900_000)) for _ in range(chance.choice((0, 1, 1, 2, 3)))
        ]
        return [
            (photo() if chance.random() < 0.2 else b"%PDF-1.7\n") + chance.randbytes(size) for size in sizes
        ]

    def digests(self) -> list[str]:
        return [hashlib.sha256(content).hexdigest() for content in self.files()]

    def body(self) -> bytes:
        fields = {
            "gigId": self.gig,
            "issueType": "other",
            "description": f"What happened, number {self.number}.",
        }
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for place, content in enumerate(self.files()):
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{place}"\r\n'
            parts.append(
                head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
            )
        return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class Ledger:
    """What the site promised: an answer of 201 or 200 is a promise, no answer promises nothing."""

    promised: dict[int, dict[str, Any]] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)
    created: set[int] = field(default_factory=set)
    repeated: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, chance: random.Random) -> Report:
        """A new report, or one that was sent before, answered or not."""
        with self._lock:
            if chance.random() < RETRY_SHARE:
                for pool in (sorted(self.unanswered), sorted(self.promised)):
                    if pool:
                        return Report(chance.choice(pool))
            self._next += 1
            self.unanswered.add(self._next)
            return Report(self._next)

    def note(self, report: Report, status: int, body: bytes) -> None:
        """Remember an answer, and what contradicts an earlier one."""
        with self._lock:
            if status not in (200, 201):
                self.refused[status] = self.refused.get(status, 0) + 1
                if status not in (409, 503):
                    self.broken.append(f"report {report.number} was answered {status}: {body[:200]!r}")
                return
            answer = json.loads(body)
            before = self.promised.get(report.number)
            if before is not None and before["id"] != answer["id"]:
                self.broken.append(f"report {report.number} opened {before['id']} and {answer['id']}")
            if status == 201 and report.number in self.created:
                self.broken.append(f"report {report.number} was created a second time")
            given, sent = [f["sha256"] for f in answer["files"]], report.digests()
            if given != sent:
                self.broken.append(
                    f"report {report.number}: {status} with files {given}, but {sent} were sent"
                )
            if status == 201:
                self.created.add(report.number)
            self.repeated += status == 200
            self.promised[report.number] = answer
            self.unanswered.discard(report.number)


class Crowd:
    """Threads that report without pause until the site is gone or they are told to stop."""

    def __init__(self, site: Site, ledger: Ledger, token: str, threads: int, seed: int) -> None:
        self._site = site
        self._ledger = ledger
        self._token = token
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._report, args=(random.Random(seed * 1000 + n),))
            for n in range(threads)
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _report(self, chance: random.Random) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        try:
            while not self._stop.is_set():
                report = self._ledger.take(chance)
                self._ledger.note(report, *send(connection, report, self._token))
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def send(connection: http.client.HTTPConnection, report: Report, token: str) -> tuple[int, bytes]:
    """One report over a connection that stays open."""
    connection.request(
        "POST",
        "/api/report-issue",
        report.body(),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Idempotency-Key": report.key,
        },
    )
    answer = connection.getresponse()
    return answer.status, answer.read()


def settle(site: Site, ledger: Ledger, token: str) -> None:
    """Send everything that has no answer yet until each has one."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        for _ in range(5):
            for number in sorted(ledger.unanswered):
                ledger.note(Report(number), *send(connection, Report(number), token))
    finally:
        connection.close()
