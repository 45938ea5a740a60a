"""What every store promises of the ledger of notices, and of what people have switched off."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.ids import uuid7
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Attempt, Entry, State

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
CASE = uuid7()


def entry(at: datetime = NOW, state: State = State.QUEUED, case: UUID = CASE) -> Entry:
    return Entry(
        notice=uuid7(),
        case=case,
        kind=Kind.MESSAGE,
        person="ab12",
        state=state,
        queued_at=at,
        changed_at=at,
    )


async def test_a_notice_reads_back_as_it_was_entered(store: SqlStore) -> None:
    first, second, foreign = entry(NOW), entry(NOW - HOUR), entry(case=uuid7())
    for kept in (first, second, foreign):
        assert await store.notices.enter(kept, "box", 5) is State.QUEUED

    assert list(await store.notices.of_case(CASE)) == [second, first]
    assert await store.notices.of_case(uuid7()) == ()


async def test_a_notice_that_is_entered_again_adds_no_line(store: SqlStore, other: SqlStore) -> None:
    kept = entry()
    await asyncio.gather(*(s.notices.enter(kept, "box", 1) for s in (store, other, store)))
    await store.notices.mark(kept.notice, State.DEFERRED, "451 later", NOW + HOUR)

    assert await other.notices.enter(replace(kept, queued_at=NOW + HOUR), "box", 1) is State.DEFERRED
    assert len(await store.notices.of_case(CASE)) == 1


async def test_what_became_of_a_notice_is_marked_and_sent_stays_sent(store: SqlStore) -> None:
    kept = entry()
    await store.notices.enter(kept, "box", None)

    await store.notices.mark(kept.notice, State.DEFERRED, "451 later", NOW + HOUR)
    await store.notices.mark(kept.notice, State.SENT, "250 taken", NOW + 2 * HOUR)
    await store.notices.mark(kept.notice, State.FAILED, "550 no", NOW + 3 * HOUR)

    [found] = await store.notices.of_case(CASE)
    sent = replace(kept, state=State.SENT, answer="250 taken", changed_at=NOW + 2 * HOUR, attempts=2)
    assert found == replace(
        sent,
        history=(
            Attempt(state=State.DEFERRED, at=NOW + HOUR, answer="451 later"),
            Attempt(state=State.SENT, at=NOW + 2 * HOUR, answer="250 taken"),
        ),
    )


async def test_each_of_many_attempts_is_counted_and_the_newest_20_are_told(
    store: SqlStore, other: SqlStore
) -> None:
    kept, untouched = entry(), entry(NOW + HOUR)
    for one in (kept, untouched):
        await store.notices.enter(one, "box", None)
    for number in range(23):
        await store.notices.mark(kept.notice, State.DEFERRED, f"451 {number}", NOW + number * HOUR)
    await asyncio.gather(
        *(s.notices.mark(kept.notice, State.FAILED, "550 no", NOW + 30 * HOUR) for s in (store, other))
    )

    found, another = await store.notices.of_case(kept.case)
    assert found.attempts == 25
    assert [one.answer for one in found.history] == [*(f"451 {n}" for n in range(5, 23)), "550 no", "550 no"]
    assert another == untouched


async def test_what_is_over_the_cap_of_a_mailbox_is_held(store: SqlStore) -> None:
    for _ in range(3):
        assert await store.notices.enter(entry(), "box", 3) is State.QUEUED

    held = entry()
    assert await store.notices.enter(held, "box", 3) is State.HELD
    assert await store.notices.enter(held, "box", 9) is State.HELD
    assert await store.notices.enter(entry(), "another", 3) is State.QUEUED
    assert await store.notices.enter(entry(), "box", 4) is State.QUEUED
    assert await store.notices.enter(entry(), "box", None) is State.QUEUED


async def test_it_is_told_beforehand_whether_a_notice_would_be_held(store: SqlStore) -> None:
    await store.notices.enter(entry(NOW - 25 * HOUR), "box", 9)
    await store.notices.enter(entry(state=State.UNREACHABLE), "box", 9)
    assert not await store.notices.is_full("box", 1, NOW)

    await store.notices.enter(entry(NOW - HOUR), "box", 9)
    assert await store.notices.is_full("box", 1, NOW)
    assert not await store.notices.is_full("box", 2, NOW)
    assert not await store.notices.is_full("another", 1, NOW)
    assert not await store.notices.is_full("box", 1, NOW + 23 * HOUR)
    assert await store.notices.enter(entry(), "box", 1) is State.HELD


async def test_the_cap_counts_24_hours_and_only_what_goes_out(store: SqlStore) -> None:
    await store.notices.enter(entry(NOW - 25 * HOUR), "box", 1)
    for state in (State.UNWANTED, State.UNREACHABLE):
        assert await store.notices.enter(entry(state=state), "box", 1) is state

    assert await store.notices.enter(entry(), "box", 1) is State.QUEUED
    assert await store.notices.enter(entry(), "box", 1) is State.HELD
    assert await store.notices.enter(entry(state=State.UNWANTED), "box", 1) is State.UNWANTED
    assert await store.notices.enter(entry(NOW + 25 * HOUR), "box", 1) is State.QUEUED


async def test_kinds_are_switched_off_and_on_for_one_person(store: SqlStore, other: SqlStore) -> None:
    for kind in (Kind.MESSAGE, Kind.REMINDER, Kind.MESSAGE):
        await store.notices.choose("ab12", kind, False, NOW)

    assert await other.notices.unwanted("ab12") == {Kind.MESSAGE, Kind.REMINDER}
    assert await store.notices.unwanted("cd34") == frozenset()
    await other.notices.choose("ab12", Kind.MESSAGE, True, NOW)
    await other.notices.choose("ab12", Kind.MESSAGE, True, NOW)
    assert await store.notices.unwanted("ab12") == {Kind.REMINDER}
