"""SQLite: one writer thread with group commit, a few reader connections, one server a database.

Write-ahead log, every COMMIT synced. What is erased is overwritten (``secure_delete``).
"""

import asyncio
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from gigdesk.adapters.stores.sql.database import Load, Outcome, Step, Value, away
from gigdesk.adapters.stores.sql.rows import Row
from gigdesk.adapters.stores.sql.sqlite_append import write_batch
from gigdesk.adapters.stores.sql.writer import Writer, translate
from gigdesk.cases.ports import Append
from gigdesk.errors import Unavailable

READERS = 3
BUSY_SECONDS = 3.0
SWITCH_SECONDS = 0.0005
WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
)


def path_of(url: str) -> Path:
    """The file that ``sqlite:///relative`` or ``sqlite:////absolute`` names."""
    return Path(unquote(url.removeprefix("sqlite:///").partition("?")[0]))


class SqliteDatabase:
    """The database in one file. ``exclusive`` is for servers: a second one is refused."""

    dialect = "sqlite"
    lock_rows = ""

    def __init__(self, url: str, *, exclusive: bool = True) -> None:
        self.path = path_of(url)
        self._exclusive = exclusive
        self._lock: IO[str] | None = None
        self._writer = Writer(self._connect_writer)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="gigdesk-read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._wakes: list[Callable[[], None]] = []
        self._closed = False

    async def open(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._exclusive:
                self._lock = hold(self.path.with_name(self.path.name + ".lock"))
            # SQLite gives the log the mode of the database: nobody else on the machine reads reports.
            self.path.touch(mode=0o600)
        except OSError as error:
            raise away(f"{error.strerror}: {self.path}") from error
        # The writer must win Python's lock back after every statement; 5 ms each time would stall it.
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        try:
            await self._writer.start()
        except Exception:
            await self.close()
            raise

    async def close(self) -> None:
        self._closed = True
        await self._writer.stop()
        await asyncio.to_thread(self._readers.shutdown)
        while self._opened:
            self._opened.pop().close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def read(self, sql: str, *values: Value) -> Sequence[Row]:
        if self._closed:
            raise away("it is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, sql, values)
        except sqlite3.Error as error:
            raise translate(error) from error

    async def write(self, *steps: Step) -> Sequence[Sequence[Row]]:
        answers: list[list[Row]] = await self._writer.submit(
            lambda connection: [run(connection, sql, values) for sql, values in steps]
        )
        return answers

    async def write_after(self, first: Step, then: Callable[[Sequence[Row]], Sequence[Step]]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for sql, values in then(run(connection, *first)):
                run(connection, sql, values)

        await self._writer.submit(work)

    async def script(self, sql: str) -> None:
        await self._writer.submit(lambda connection: run_script(connection, sql))

    async def load(self, *tables: Load) -> None:
        await self._writer.submit(lambda connection: load(connection, tables))

    async def append(self, appends: Sequence[Append]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = await self._writer.submit(
            lambda connection: write_batch(connection, appends)
        )
        return outcomes

    def on_wake(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def watch(self) -> None:
        """Nothing to do: only this process writes."""

    def owes(self) -> None:
        for wake in self._wakes:
            wake()

    def _read(self, sql: str, values: Sequence[Value]) -> list[Row]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            self._opened.append(connection)
        return run(connection, sql, values)

    def _connect_writer(self) -> sqlite3.Connection:
        connection = self._connect()
        for pragma in WRITER_PRAGMAS:
            connection.execute(pragma)
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            cached_statements=256,
            check_same_thread=False,
        )
        connection.create_function("micros", 0, lambda: time.time_ns() // 1000)
        return connection


def load(connection: sqlite3.Connection, tables: Sequence[Load]) -> None:
    """Insert many rows into each of these tables."""
    for table, columns, rows in tables:
        places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of our own
        connection.executemany(sql, ([plain(value) for value in row] for row in rows))


def plain(value: Value) -> str | int | bytes | None:
    """The value as SQLite takes it: an id is 16 bytes."""
    return value if isinstance(value, str | int | bytes | None) else value.bytes


def run(connection: sqlite3.Connection, sql: str, values: Sequence[Value]) -> list[Row]:
    """Run a statement written for both databases; ids become 16 bytes."""
    return connection.execute(sql.replace("$", "?"), [plain(value) for value in values]).fetchall()


def run_script(connection: sqlite3.Connection, sql: str) -> None:
    """Run statements that end in ``;`` at a line's end, inside the writer's transaction."""
    for statement in sql.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def hold(path: Path) -> IO[str]:
    """The lock file, held until it is closed or the process ends. Raises Unavailable naming the holder."""
    import fcntl

    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise held(path, holder) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def held(path: Path, holder: str) -> Unavailable:
    """Another server has the database."""
    return Unavailable(
        "store.held",
        "Another gigdesk server, process %(pid)s, uses this database (%(lock)s). Stop it first, or use"
        " PostgreSQL for several processes.",
        pid=holder,
        lock=str(path),
    )
