"""The servers that are compared: gigdesk on SQLite and on PostgreSQL, and Express + multer."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

import traffic

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from servers import free_port
from servers.gigdesk import MANY, SECRET, Site
from servers.postgres import Cluster

EXPRESS = Path(__file__).parent / "peers" / "express"
# Every check stays on; only the rate limits are out of the way.
RAISED = {
    "GIGDESK_RATE_PERSON": MANY,
    "GIGDESK_RATE_GIG": MANY,
    "GIGDESK_RATE_SITE": MANY,
    "GIGDESK_DAILY_CAP": "100000000",
    "GIGDESK_LOG_LEVEL": "warning",
}


class Contestant(Protocol):
    """A server under test: an address, a process tree, a way to count what it stored and to empty it."""

    name: str
    base: str

    @property
    def pid(self) -> int: ...
    @property
    def database_pid(self) -> int: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def stored(self) -> int: ...
    def empty(self) -> None: ...


class GigdeskServer:
    """gigdesk as it is served: one process on SQLite, or two workers on PostgreSQL."""

    def __init__(self, name: str, folder: Path, cluster: Cluster | None, workers: int = 1) -> None:
        folder.mkdir()
        self.name = name
        self._cluster = cluster
        self._database = cluster.database() if cluster else f"sqlite:///{folder}/gigdesk.db"
        self._site = Site(folder, {**RAISED, "GIGDESK_DATABASE_URL": self._database}, workers)
        self.base = self._site.base

    @property
    def pid(self) -> int:
        return self._site.processes[0].pid

    @property
    def database_pid(self) -> int:
        return self._cluster.pid if self._cluster else 0

    def start(self) -> None:
        for arguments in (["migrate"], ["gigs", "import", self._gigs()]):
            done = self._site.run(*arguments)
            if done.returncode:
                raise RuntimeError(done.stderr)
        self._site.start()

    def stop(self) -> None:
        self._site.close()

    def stored(self) -> int:
        if self._cluster:
            return int(
                self._cluster.fetch("SELECT count(*) FROM cases", self._database.rpartition("/")[2])[0][0]
            )
        import sqlite3

        connection = sqlite3.connect(self._database.removeprefix("sqlite:///"))
        try:
            return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])
        finally:
            connection.close()

    def empty(self) -> None:
        """Forget the files, and on PostgreSQL the rows; one process alone may write to SQLite."""
        if self._cluster:
            tables = "commits, objects, cases, effects"
            self._cluster.execute(f"TRUNCATE {tables}", database=self._database.rpartition("/")[2])
        _empty(self._site.folder / "objects")

    def _gigs(self) -> str:
        parties = [{"userId": "wanda", "side": "worker"}, {"userId": "carl", "side": "client"}]
        gigs = [
            {"gigId": traffic.gig(n), "title": f"Gig {n}", "parties": parties} for n in range(traffic.GIGS)
        ]
        path = self._site.folder / "gigs.json"
        path.write_text(json.dumps(gigs))
        return str(path)


class ExpressServer:
    """The yardstick: two Node workers, PostgreSQL, files on the same disk."""

    name = "Express + multer"

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        folder.mkdir()
        self._cluster = cluster
        self._database = cluster.database()
        self._folder = folder
        self._port = free_port()
        self.base = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def missing() -> str:
        """Why it cannot take part, or nothing."""
        return "" if shutil.which("node") and shutil.which("npm") else "Node and npm are not installed"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def database_pid(self) -> int:
        return self._cluster.pid

    def start(self) -> None:
        if not (EXPRESS / "node_modules").exists():
            subprocess.run(["npm", "ci", "--silent"], cwd=EXPRESS, check=True, timeout=300)
        self._cluster.execute(
            (EXPRESS / "schema.sql").read_text(), database=self._database.rpartition("/")[2]
        )
        uploads = self._folder / "uploads"
        uploads.mkdir()
        environment = {
            "DATABASE_URL": self._database,
            "JWT_SECRET": SECRET,
            "UPLOADS": str(uploads),
            "WORKERS": "2",
        }
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["node", "server.js", str(self._port)],
                cwd=EXPRESS, env={**os.environ, **environment, "NODE_ENV": "production"}, stdout=log, stderr=log,
            )  # fmt: skip
        for _ in range(200):
            try:
                if traffic.post(self.base, None, traffic.TAIL)[0] == 401:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text())

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=20)

    def stored(self) -> int:
        return int(
            self._cluster.fetch("SELECT count(*) FROM reports", self._database.rpartition("/")[2])[0][0]
        )

    def empty(self) -> None:
        self._cluster.execute(
            "TRUNCATE reports, report_files, report_history", database=self._database.rpartition("/")[2]
        )
        _empty(self._folder / "uploads")


def _empty(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink(missing_ok=True)
