"""A running site and callers of it: every answer of its API is held against its own document."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

import forms
from forms import File
from openapi_check import Contract
from raw import Answer, Wire
from servers.gigdesk import MANY, Site

RAISED = {"GIGDESK_RATE_PERSON": MANY, "GIGDESK_RATE_GIG": MANY, "GIGDESK_RATE_SITE": MANY}
RAISED |= {"GIGDESK_DAILY_CAP": "1000000"}
REPORT = "/api/report-issue"
GIG, WORKER, CLIENT = "gig-1", "wanda", "carl"


class Live(Site):
    """A site that serves, with one gig of Wanda's and Carl's in it."""

    _contract: Contract | None = None

    def open(self) -> "Live":
        self.start()
        self.put_gig(GIG, WORKER, CLIENT)
        return self

    @property
    def contract(self) -> Contract:
        if self._contract is None:
            with Wire(self.port) as wire:
                wire.head("GET", "/api/openapi.json")
                self._contract = Contract(wire.answer().json())
        return self._contract

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str | int] | None = None,
        *,
        by: str | None = WORKER,
        seconds: float = 20,
    ) -> Answer:
        """One request on a connection of its own, its answer checked; ``by`` signs it with a token."""
        sent: dict[str, str | int] = {"Connection": "close"}
        if body is not None:
            sent["Content-Length"] = len(body)
        if by is not None:
            sent["Authorization"] = f"Bearer {self.token(by)}"
        with Wire(self.port, seconds) as wire:
            wire.head(method, path, sent | dict(headers or {}))
            if body:
                wire.send(body)
            return self.checked(method, path, wire.answer(to_head=method == "HEAD"))

    def checked(self, method: str, path: str, answer: Answer) -> Answer:
        """The answer, which the document promises."""
        self.contract.check(method, path, answer)
        return answer

    def report(
        self,
        fields: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        files: Iterable[File] = (),
        *,
        by: str | None = WORKER,
        boundary: str = forms.BOUNDARY,
        **headers: str,
    ) -> Answer:
        """Send a report; ``headers`` with _ for -."""
        body = forms.form(forms.report(GIG) if fields is None else fields, files, boundary)
        return self.send_form(body, by=by, boundary=boundary, **headers)

    def send_form(
        self, body: bytes, *, by: str | None = WORKER, boundary: str = forms.BOUNDARY, **headers: str
    ) -> Answer:
        """Send these bytes as a report."""
        sent = {"Content-Type": forms.content_type(boundary)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", REPORT, body, sent, by=by)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows read past the program."""
        connection = sqlite3.connect(f"file:{self.folder}/gigdesk.db?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def stored(self) -> tuple[int, int, int]:
        """How many cases there are, how many files were received, and how many objects are nobody's."""
        known = {key for (key,) in self.rows("SELECT key FROM objects")}
        folder = self.folder / "objects"
        orphans = [path for path in self.objects() if str(path.relative_to(folder)) not in known]
        [(cases,)] = self.rows("SELECT count(*) FROM cases")
        [(files,)] = self.rows("SELECT count(DISTINCT evidence) FROM objects")
        return cases, files, len(orphans)

    def objects(self) -> list[Path]:
        """Every file of a case, and leftovers; the mark of the installation is neither."""
        found = (path for path in (self.folder / "objects").rglob("*") if path.is_file())
        return [path for path in found if not path.name.startswith("installation.")]

    @property
    def process(self) -> psutil.Process:
        """The process that serves."""
        return psutil.Process(self.processes[0].pid)

    def cpu(self) -> float:
        """Seconds of CPU that the server has used, all of its threads."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def whole_log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


def eventually(holds: Callable[[], bool], seconds: float = 8) -> bool:
    """Whether it comes to hold within this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.04)
    return holds()


def nothing_left(site: Live, before: tuple[int, int, int]) -> bool:
    """Whether no case and no file was added and no object is nobody's; what is on its way has a moment."""
    return eventually(lambda: site.stored() == (*before[:2], 0))
