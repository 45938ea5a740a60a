"""What every store promises of cases that are brought in at once: they stand as if they had come one by one."""

from datetime import UTC, datetime, timedelta
from functools import partial

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.seal import person_key
from gigdesk.invented.moulds import Cast
from gigdesk.invented.write import History

UNTIL = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)


def some(count: int) -> list[Cast]:
    return list(History(Rulebook(), partial(person_key, b"k" * 32), 1, UNTIL).cases(count))


async def test_what_is_loaded_is_read_back(store: SqlStore) -> None:
    cases = some(60)
    assert await store.loader.is_empty()

    await store.loader.load(cases)

    assert not await store.loader.is_empty()
    for case in cases:
        assert await store.index.get_row(case.row.id) == case.row
        assert tuple(await store.log.load(case.row.id)) == case.commits
        sealed = (await store.index.sealed([case.row.id]))[case.row.id]
        assert set(sealed.values()) == {value for values in case.sealed for value in values}


async def test_what_they_wait_for_is_owed(store: SqlStore) -> None:
    cases = some(60)

    await store.loader.load(cases)

    owed = {one.effect.id for one in await store.outbox.claim(1_000, timedelta(minutes=1))}
    due = {case.wake.id for case in cases if case.wake and case.wake.due <= datetime.now(UTC)}
    assert owed == due
