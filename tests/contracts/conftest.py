"""The stores that the contracts are run against."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gigdesk.adapters.stores.sql.store import SqlStore


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/gigdesk.db"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """An open store with its schema."""
    store = SqlStore(store_url)
    await store.open()
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
async def other(store: SqlStore, store_url: str) -> AsyncIterator[SqlStore]:
    """Another process's store on the same database."""
    other = SqlStore(store_url, exclusive=False)
    await other.open()
    yield other
    await other.close()
