"""What every store promises of who reads a case: one row each, gone when they leave or are not heard of."""

from datetime import timedelta

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.ids import uuid7
from gigdesk.insights.model import Reading

MINUTE, NOW = timedelta(minutes=1), timedelta(0)
ADA, BERT = Reading(person="person-ada", name="Ada"), Reading(person="person-bert", name="Bert")


async def count(store: SqlStore) -> int:
    [(rows,)] = await store.database.read("SELECT count(*) FROM presence")
    return int(rows)


async def test_who_reads_a_case_is_found_there_by_name_and_nowhere_else(store: SqlStore) -> None:
    one, other, quiet = uuid7(), uuid7(), uuid7()
    for case, who in ((one, BERT), (one, ADA), (other, ADA)):
        await store.presence.here(case, who.person, who.name)

    found = await store.presence.readers([one, other, quiet], MINUTE)

    assert {case: list(readers) for case, readers in found.items()} == {one: [ADA, BERT], other: [ADA]}
    assert await store.presence.readers([quiet], MINUTE) == {}
    assert await store.presence.readers([], MINUTE) == {}


async def test_one_person_has_one_row_of_a_case_however_often_they_are_heard_of(store: SqlStore) -> None:
    case = uuid7()
    for name in ("Ada", "Ada", "Ada Lovelace"):
        await store.presence.here(case, ADA.person, name)

    found = await store.presence.readers([case], MINUTE)

    assert list(found[case]) == [Reading(person=ADA.person, name="Ada Lovelace")]
    assert await count(store) == 1


async def test_who_leaves_is_gone_at_once_and_may_leave_again(store: SqlStore) -> None:
    case = uuid7()
    for who in (ADA, BERT):
        await store.presence.here(case, who.person, who.name)

    for _ in range(2):
        await store.presence.leave(case, ADA.person)

    assert {case: list(r) for case, r in (await store.presence.readers([case], MINUTE)).items()} == {
        case: [BERT]
    }


async def test_who_is_not_heard_of_within_the_time_is_not_told_and_then_forgotten(store: SqlStore) -> None:
    case = uuid7()
    await store.presence.here(case, ADA.person, ADA.name)

    assert await store.presence.readers([case], NOW) == {}
    await store.presence.forget(MINUTE)
    assert await count(store) == 1
    await store.presence.forget(NOW)
    assert await count(store) == 0
