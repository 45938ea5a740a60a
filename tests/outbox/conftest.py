"""An embedded store, and a second process's view of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gigdesk.adapters.stores.sql.store import SqlStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An open store with its schema."""
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
async def other(store: SqlStore, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """Another process's store on the same database."""
    other = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db", exclusive=False)
    await other.open()
    yield other
    await other.close()
