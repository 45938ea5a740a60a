"""The store behind one handle: every port that is kept in SQL, on one database."""

import asyncio
from collections.abc import Callable

from gigdesk.adapters.stores.sql.accounts import SqlAccounts
from gigdesk.adapters.stores.sql.administration import SqlAdminLog, SqlMacros, SqlRulesVersions
from gigdesk.adapters.stores.sql.database import Database, away
from gigdesk.adapters.stores.sql.desk import SqlDeskIndex
from gigdesk.adapters.stores.sql.desk_leases import SqlCaseLeases
from gigdesk.adapters.stores.sql.desk_projection import SqlDeskProjection
from gigdesk.adapters.stores.sql.figures import SqlFigureSource
from gigdesk.adapters.stores.sql.gigs import SqlGigTable
from gigdesk.adapters.stores.sql.index import SqlCaseIndex
from gigdesk.adapters.stores.sql.loading import SqlCaseLoader
from gigdesk.adapters.stores.sql.log import SqlCaseLog
from gigdesk.adapters.stores.sql.migrations import HEAD, script_between
from gigdesk.adapters.stores.sql.notices import SqlNoticeLedger
from gigdesk.adapters.stores.sql.outbox import SqlOutbox
from gigdesk.adapters.stores.sql.people import SqlPeople
from gigdesk.adapters.stores.sql.presence import SqlPresence
from gigdesk.adapters.stores.sql.saved_views import SqlSavedViews
from gigdesk.adapters.stores.sql.seen import SqlSeenMarks
from gigdesk.adapters.stores.sql.sessions import SqlKeyRing, SqlSessions


class SqlStore:
    """Every port of one installation that is kept in SQL: log, lists, outbox, sessions, accounts, and so on.

    ``exclusive`` refuses a second server on the same SQLite file; tools that only look in set it False.
    ``observe`` hears of each group commit: how many appends it wrote.
    """

    def __init__(
        self, url: str, *, exclusive: bool = True, observe: Callable[[int], None] = lambda appends: None
    ) -> None:
        self.database = database_of(url, exclusive)
        self.log = SqlCaseLog(self.database, observe)
        self.index = SqlCaseIndex(self.database)
        self.seen = SqlSeenMarks(self.database)
        self.outbox = SqlOutbox(self.database)
        self.sessions = SqlSessions(self.database)
        self.accounts = SqlAccounts(self.database)
        self.keys = SqlKeyRing(self.database)
        self.gigs = SqlGigTable(self.database)
        self.people = SqlPeople(self.database)
        self.notices = SqlNoticeLedger(self.database)
        self.loader = SqlCaseLoader(self.database)
        self.desk = SqlDeskIndex(self.database)
        self.projection = SqlDeskProjection(self.database)
        self.leases = SqlCaseLeases(self.database)
        self.figures = SqlFigureSource(self.database)
        self.saved_views = SqlSavedViews(self.database)
        self.administration = SqlAdminLog(self.database)
        self.macros = SqlMacros(self.database)
        self.rules = SqlRulesVersions(self.database)
        self.presence = SqlPresence(self.database)

    async def open(self) -> None:
        """Connect; raises Unavailable, also where another server holds the SQLite file."""
        await self.database.open()

    async def close(self) -> None:
        """Finish what is being written and let go."""
        await self.log.close()
        await self.database.close()

    async def schema_version(self) -> str | None:
        """The schema that stands there, or None for an empty database. Compare with ``HEAD``."""
        catalogue = {
            "sqlite": "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'",
            "postgresql": "SELECT count(*) FROM pg_class WHERE oid = to_regclass('alembic_version')",
        }
        [(known,)] = await self.database.read(catalogue[self.database.dialect])
        if not known:
            return None
        rows = await self.database.read("SELECT version_num FROM alembic_version")
        return str(rows[0][0]) if rows else None

    async def migrate(self) -> bool:
        """Bring the schema up to date; False where it already was. Safe from several processes at once."""
        version = await self.schema_version()
        if version == HEAD:
            return False
        script = await asyncio.to_thread(script_between, self.database.dialect, version)
        try:
            await self.database.script(script)
        except Exception:
            if await self.schema_version() == HEAD:  # another process was faster
                return False
            raise
        return True

    async def probe(self) -> None:
        """Ask in earnest; raises Unavailable where the store is away or its schema is another version's."""
        version = await self.schema_version()
        if version != HEAD:
            raise away(f"its schema is {version or 'empty'}, not {HEAD}: run gigdesk migrate")


def database_of(url: str, exclusive: bool) -> Database:
    """The database that the URL names. Raises ValueError for a scheme that this store does not know."""
    if url.startswith("sqlite:///"):
        from gigdesk.adapters.stores.sql.sqlite import SqliteDatabase

        return SqliteDatabase(url, exclusive=exclusive)
    if url.startswith(("postgresql://", "postgres://")):
        from gigdesk.adapters.stores.sql.postgres import PostgresDatabase

        return PostgresDatabase(url)
    raise ValueError("the database URL begins with sqlite:/// or postgresql://")
