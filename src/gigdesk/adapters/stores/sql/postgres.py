"""PostgreSQL 15 and later: asyncpg, a small pool, and connections of their own for appends and for LISTEN.

Away means Unavailable within a few seconds; every connection is made anew when it is next needed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from gigdesk.adapters.stores.sql.database import Load, Outcome, Step, Value, away, full, unsure
from gigdesk.adapters.stores.sql.postgres_append import CALL, CREATE, arguments, in_order
from gigdesk.adapters.stores.sql.postgres_wake import Bell
from gigdesk.adapters.stores.sql.rows import Row
from gigdesk.cases.ports import Append

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 3.0
LOAD_SECONDS = 300.0
POOL = 4
CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
MIGRATING = "SELECT pg_advisory_xact_lock(7093424111)"
# Lists are read in the order of an index and left when a page is full: a disk without an arm is meant.
# A NOTIFY has a commit of its own, which need not wait for the disk, nor keep others from it.
NOTIFY = "SET LOCAL synchronous_commit TO off; NOTIFY gigdesk_effects"
SETTINGS = {"application_name": "gigdesk", "jit": "off", "random_page_cost": "1.1"}
Result = TypeVar("Result")


class PostgresDatabase:
    """The database behind ``postgresql://``. Raises Unavailable where asyncpg is not installed."""

    dialect = "postgresql"
    lock_rows = "FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str) -> None:
        try:
            import asyncpg
        except ImportError as error:
            raise away("asyncpg is missing: pip install 'gigdesk[postgres]'") from error
        self._asyncpg = asyncpg
        self._url = url
        self._pool: Any = None
        self._idle: list[Any] = []
        self._bell = Bell(self._connect, self._ring)
        self._gone = (
            OSError,
            TimeoutError,
            asyncpg.InterfaceError,
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.ReadOnlySQLTransactionError,
            asyncpg.TooManyConnectionsError,
            asyncpg.InvalidCatalogNameError,
            asyncpg.InvalidAuthorizationSpecificationError,
        )

    async def open(self) -> None:
        self._pool = await self._translated(
            self._asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=POOL,
                timeout=CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
                server_settings=SETTINGS,
                reset=_as_it_is,
            )
        )

    async def close(self) -> None:
        await self._bell.close()
        for connection in (*self._idle, self._pool):
            if connection is not None:
                with suppress(*self._gone):
                    await asyncio.wait_for(connection.close(), CONNECT_SECONDS)
        self._idle.clear()

    async def read(self, sql: str, *values: Value) -> Sequence[Row]:
        return await self._translated(self._read(own(sql), values))

    async def write(self, *steps: Step) -> Sequence[Sequence[Row]]:
        return await self._translated(self._write(steps))

    async def write_after(self, first: Step, then: Callable[[Sequence[Row]], Sequence[Step]]) -> None:
        await self._translated(self._write_after(first, then))

    async def script(self, sql: str) -> None:
        await self._translated(self._script(sql))

    async def load(self, *tables: Load) -> None:
        await self._translated(self._load(tables))

    async def append(self, appends: Sequence[Append]) -> Sequence[Outcome]:
        order = in_order(appends)
        values = arguments(appends, order)
        try:
            [(winners,)] = await self._call(values, first=True)
        except self._asyncpg.InsufficientResourcesError as error:
            raise full() from error
        outcomes: list[Outcome] = [winners is None] * len(appends)
        for nth in winners or ():
            outcomes[order[nth - 1]] = True
        return outcomes

    def on_wake(self, wake: Callable[[], None]) -> None:
        self._bell.on_wake(wake)

    def watch(self) -> None:
        self._bell.listen()

    def owes(self) -> None:
        self._bell.ring()

    async def _read(self, sql: str, values: Sequence[Value]) -> list[Row]:
        try:
            return await self._fetch(sql, values)
        except (self._asyncpg.InterfaceError, self._asyncpg.PostgresConnectionError, ConnectionError):
            # A connection that died while it lay in the pool; the next one is new.
            return await self._fetch(sql, values)

    async def _fetch(self, sql: str, values: Sequence[Value]) -> list[Row]:
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
            rows: list[Row] = await connection.fetch(sql, *values)
            return rows

    async def _write(self, steps: Sequence[Step]) -> list[list[Row]]:
        if len(steps) == 1:
            async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
                return [await connection.fetch(own(steps[0][0]), *steps[0][1])]
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection, connection.transaction():
            return [await connection.fetch(own(sql), *values) for sql, values in steps]

    async def _load(self, tables: Sequence[Load]) -> None:
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection, connection.transaction():
            for table, columns, rows in tables:
                await connection.copy_records_to_table(
                    table, records=rows, columns=columns, timeout=LOAD_SECONDS
                )

    async def _write_after(self, first: Step, then: Callable[[Sequence[Row]], Sequence[Step]]) -> None:
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection, connection.transaction():
            for sql, values in then(await connection.fetch(own(first[0]), *first[1])):
                await connection.fetch(own(sql), *values)

    async def _script(self, sql: str) -> None:
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection, connection.transaction():
            await connection.execute(MIGRATING, timeout=3600)
            await connection.execute(sql, timeout=3600)

    async def _call(self, values: Sequence[Any], *, first: bool) -> list[Row]:
        """Send a batch; when the connection breaks, once more: what stands there already is not repeated."""
        try:
            connection = self._idle.pop() if self._idle else await self._appender()
        except self._gone as error:
            raise (away if first else unsure)(reason_of(error)) from error
        try:
            won: list[Row] = await connection.fetch(CALL, *values)
        except self._gone as error:
            if isinstance(error, ValueError):  # the driver's word for a value that it cannot send
                self._give_back(connection)
                raise
            connection.terminate()
            if not first:
                raise unsure(reason_of(error)) from error
            self.owes()
            return await self._call(values, first=False)
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)
        return won

    def _give_back(self, connection: Any) -> None:
        if connection.is_closed():
            connection.terminate()
        else:
            self._idle.append(connection)

    async def _appender(self) -> Any:
        """A connection that knows the statement, planned once."""
        connection = await self._connect(plan_cache_mode="force_generic_plan")
        await connection.execute(CREATE.replace("micros()", CLOCK))
        return connection

    async def _connect(self, **settings: str) -> Any:
        return await self._asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=ANSWER_SECONDS,
            server_settings={**SETTINGS, **settings},
        )

    async def _ring(self) -> None:
        """Tell every process that listens; raises what the driver raises."""
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
            await connection.execute(NOTIFY)

    async def _translated(self, work: Awaitable[Result]) -> Result:
        try:
            return await work
        except self._asyncpg.InsufficientResourcesError as error:
            raise full() from error
        except self._gone as error:
            if isinstance(error, ValueError):
                raise
            raise away(reason_of(error)) from error


async def _as_it_is(connection: Any) -> None:
    """Nothing here changes a session, so that there is nothing to reset: a round trip less for each read."""


@lru_cache(maxsize=256)
def own(sql: str) -> str:
    """The statement with PostgreSQL's clock in it."""
    return sql.replace("micros()", CLOCK)


def reason_of(error: BaseException) -> str:
    """Why it is away, in a few words and without addresses."""
    return "it took too long" if isinstance(error, TimeoutError) else type(error).__name__
