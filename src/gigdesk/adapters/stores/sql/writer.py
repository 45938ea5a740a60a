"""SQLite's one writer thread: jobs that wait are written in one transaction, with one sync.

1. Every job has a savepoint, so that one which fails takes nothing of the others along.
2. A full disk or an I/O error can roll back the *whole* transaction; then nobody is told success, and each
   job is tried alone.
3. Every caller is answered after the COMMIT that holds its job.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gigdesk.adapters.stores.sql.database import away, full

MAX_JOBS = 64
FULL = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class TransactionLostError(Exception):
    """SQLite rolled the whole transaction back under a job."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do in a transaction, and who waits for its result."""

    work: Callable[[sqlite3.Connection], Any]
    done: "asyncio.Future[Any]"


class Writer:
    """Owns the connection that writes. ``submit`` from the event loop; results come back there."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="gigdesk-store", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Connect in the thread; raises what ``connect`` raises."""
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.create_future()
        self._thread.start()
        await self._opened

    async def submit(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """The result of ``work`` once it is committed; raises Unavailable, or what ``work`` raised."""
        if self._loop is None or not self._thread.is_alive():
            raise away("it is closed")
        done = self._loop.create_future()
        self._jobs.put(Job(work, done))
        return await done

    async def stop(self) -> None:
        """Write what is waiting, then close the connection."""
        if self._thread.is_alive():
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            connection = self._connect()
        except Exception as error:  # noqa: BLE001 - whoever opens the store hears of it
            self._tell([(self._opened, translate(error))])
            return
        self._tell([(self._opened, None)])
        try:
            while jobs := self._next():
                try:
                    transact(connection, jobs, self._tell)
                except Exception as error:  # noqa: BLE001 - whoever waits hears of it, and the thread goes on
                    self._give_up(jobs, error)
        finally:
            connection.close()

    def _next(self) -> list[Job]:
        """The jobs that wait, at least one; none at the end."""
        jobs: list[Job] = []
        try:
            job = self._jobs.get()
            while job is not None:
                jobs.append(job)
                if len(jobs) == MAX_JOBS:
                    return jobs
                job = self._jobs.get_nowait()
            if jobs:
                self._jobs.put(None)
        except queue.Empty:
            pass
        return jobs

    def _give_up(self, jobs: list[Job], error: Exception) -> None:
        """Tell those whose turn it was; while another process writes, also those who came meanwhile."""
        while code_of(error) in BUSY and not self._jobs.empty():
            if not (more := self._next()):
                self._jobs.put(None)
                break
            jobs = jobs + more
        self._tell([(job.done, translate(error)) for job in jobs])

    def _tell(self, answers: Sequence[tuple[Any, Any]]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(deliver, answers)


def deliver(answers: Sequence[tuple[Any, Any]]) -> None:
    """On the event loop: hand each caller its result or its error."""
    for done, result in answers:
        if done.done():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)


def transact(
    connection: sqlite3.Connection, jobs: Sequence[Job], tell: Callable[[Sequence[tuple[Any, Any]]], None]
) -> None:
    """Do the jobs in one transaction; where that is lost as a whole, each in one of its own.

    Raises sqlite3.Error where none begins: each job alone would only wait as long again for the same.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [guarded(connection, job.work) for job in jobs]
        connection.execute("COMMIT")
    except (sqlite3.Error, TransactionLostError) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if len(jobs) > 1:
            for job in jobs:
                transact(connection, [job], tell)
            return
        results = [translate(error)]
    tell([(job.done, result) for job, result in zip(jobs, results, strict=True)])


def guarded(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any]) -> Any:
    """The result of ``work``, or the exception that undid it alone. Raises TransactionLostError."""
    connection.execute("SAVEPOINT job")
    try:
        result = work(connection)
    except Exception as error:
        if lost(connection, error):
            raise TransactionLostError from error
        connection.execute("ROLLBACK TO job")
        result = translate(error)
    connection.execute("RELEASE job")
    return result


def lost(connection: sqlite3.Connection, error: Exception) -> bool:
    """Whether more than the statement is gone: the disk is full or failed, or no transaction is open."""
    return not connection.in_transaction or code_of(error) in FULL or isinstance(error, TransactionLostError)


def code_of(error: BaseException | None) -> int | None:
    """SQLite's primary result code, where it has one."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def translate(error: Exception) -> Exception:
    """Unavailable for what is no fault of the caller; anything else as it is."""
    cause = error.__cause__ if isinstance(error, TransactionLostError) else error
    code = code_of(cause)
    if code in FULL:
        return full()
    if code in BUSY or isinstance(error, TransactionLostError):
        return away(str(cause))
    return error
