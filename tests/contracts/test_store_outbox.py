"""What every store promises of effects: owed until settled, held by one at a time, by the store's clock."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.openings import effect, opening
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.owed import EffectRow

SHORT = timedelta(milliseconds=150)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def owe(store: SqlStore, *effects: EffectRow) -> None:
    await store.log.append(replace(opening(), effects=effects))


async def test_an_effect_is_claimed_by_one_until_the_lease_ends(store: SqlStore, other: SqlStore) -> None:
    await owe(store, effect("notify"))

    [first] = await store.outbox.claim(10, SHORT)
    assert await other.outbox.claim(10, SHORT) == []
    await asyncio.sleep(SHORT.total_seconds() * 1.2)
    [second] = await other.outbox.claim(10, MINUTE)

    assert (first.attempts, second.attempts) == (1, 2)
    assert first.effect == second.effect


async def test_two_that_claim_at_once_never_get_the_same(store: SqlStore, other: SqlStore) -> None:
    effects = [effect("notify") for _ in range(60)]
    await owe(store, *effects)

    claims = await asyncio.gather(*(s.outbox.claim(7, MINUTE) for s in (store, other) * 6))

    ids = [found.effect.id for claim in claims for found in claim]
    assert len(ids) == len(set(ids))
    assert all(len(claim) <= 7 for claim in claims)
    while more := await store.outbox.claim(7, MINUTE):
        ids += [found.effect.id for found in more]
    assert sorted(ids) == sorted(e.id for e in effects)


async def test_the_oldest_are_claimed_first(store: SqlStore) -> None:
    now = datetime.now(UTC)
    effects = [effect("notify", now - timedelta(minutes=age)) for age in (1, 9, 5, 3, 7)]
    for one in effects:
        await owe(store, one)

    first = await store.outbox.claim(2, MINUTE)
    second = await store.outbox.claim(2, MINUTE)

    assert [found.effect for found in first] == [effects[1], effects[4]]
    assert [found.effect for found in second] == [effects[2], effects[3]]


async def test_mail_does_not_wait_behind_files_that_are_to_be_inspected(store: SqlStore) -> None:
    now = datetime.now(UTC)
    files = [effect("inspect-evidence", now - timedelta(minutes=age)) for age in range(2, 8)]
    mail = [effect("notify", now - timedelta(minutes=age)) for age in (0, 1)]
    await owe(store, *files, *mail)

    first = await store.outbox.claim(3, MINUTE)

    assert {found.effect.id for found in first} == {mail[0].id, mail[1].id, files[-1].id}


async def test_the_turn_of_the_others_goes_before_mail(store: SqlStore) -> None:
    now = datetime.now(UTC)
    files = [effect("inspect-evidence", now - timedelta(minutes=age)) for age in (4, 3, 2)]
    mail = [effect("notify", now - timedelta(minutes=age)) for age in (9, 8, 7)]
    await owe(store, *mail, *files)

    claims = [await store.outbox.claim(2, MINUTE, turn=1) for _ in range(4)]

    ids = [{found.effect.id for found in claim} for claim in claims]
    assert ids == [{file.id, letter.id} for file, letter in zip(files, mail, strict=True)] + [set()]


async def test_a_turn_is_no_claim_to_more_than_was_asked_for(store: SqlStore) -> None:
    files = [effect("inspect-evidence") for _ in range(4)]
    await owe(store, *files, effect("notify"))

    found = await store.outbox.claim(3, MINUTE, turn=9)

    assert {one.effect.kind for one in found} == {"inspect-evidence"}
    assert len({one.effect.id for one in found}) == 3


async def test_what_is_due_later_waits(store: SqlStore) -> None:
    soon = effect("wake", datetime.now(UTC) + SECOND)
    await owe(store, soon)

    assert await store.outbox.claim(10, MINUTE) == []
    await store.outbox.wait(SECOND)
    [found] = await claim_soon(store)

    assert found.effect == soon


async def test_what_is_settled_is_owed_no_longer(store: SqlStore) -> None:
    await owe(store, effect("notify"))
    [found] = await store.outbox.claim(10, timedelta(0))

    await store.outbox.settle(found.effect.id)
    await store.outbox.settle(found.effect.id)

    assert await store.outbox.claim(10, MINUTE) == []
    assert (await store.outbox.state()).due == 0


async def test_what_is_postponed_comes_back_after_its_delay(store: SqlStore) -> None:
    await owe(store, effect("notify"))
    [found] = await store.outbox.claim(10, MINUTE)

    await store.outbox.postpone(found.effect.id, SHORT, "mail server was away")

    assert await store.outbox.claim(10, MINUTE) == []
    await asyncio.sleep(SHORT.total_seconds() * 1.2)
    [again] = await store.outbox.claim(10, MINUTE)
    assert again.attempts == 2


async def test_what_is_held_waits_uncounted_and_all_of_its_kind_with_it(store: SqlStore) -> None:
    now = datetime.now(UTC)
    mail = [effect("notify", now - timedelta(minutes=age)) for age in (9, 8, 7, 6)]
    others = [effect("inspect-evidence", now - MINUTE), effect("notify", now + MINUTE)]
    await owe(store, *mail, *others)
    claimed = await store.outbox.claim(2, MINUTE)
    [elsewhere] = await store.outbox.claim(1, MINUTE)

    await store.outbox.hold([found.effect.id for found in claimed], ["notify"], SHORT, "mail")

    state = await store.outbox.state()
    assert (state.due, state.later, state.held, state.parked) == (5, 1, 3, 0)
    assert [found.effect for found in await store.outbox.claim(10, MINUTE)] == [others[0]]
    await asyncio.sleep(SHORT.total_seconds() * 1.2)
    assert (await store.outbox.state()).held == 0
    again = await store.outbox.claim(10, MINUTE)
    assert [(found.effect, found.attempts) for found in again] == [(mail[i], 1) for i in (0, 1, 3)]
    assert elsewhere.effect == mail[2], "what another has claimed is left to it"


async def test_two_that_hold_and_claim_at_once_hinder_nobody(store: SqlStore, other: SqlStore) -> None:
    await owe(store, *(effect("notify") for _ in range(60)))

    async def claim_and_hold(one: SqlStore) -> None:
        for _ in range(8):
            claimed = await one.outbox.claim(3, MINUTE)
            await one.outbox.hold([found.effect.id for found in claimed], ["notify"], timedelta(0), "mail")

    await asyncio.gather(*(claim_and_hold(one) for one in (store, other) * 3))

    found = [each for _ in range(10) for each in await store.outbox.claim(10, MINUTE)]
    assert len({each.effect.id for each in found}) == 60
    assert {each.attempts for each in found} == {1}


async def test_what_is_parked_stays_until_somebody_retries_it(store: SqlStore) -> None:
    await owe(store, effect("notify"), effect("notify"))
    first, second = await store.outbox.claim(10, timedelta(0))
    await store.outbox.settle(second.effect.id)

    await store.outbox.park(first.effect.id, "no such address")

    assert await store.outbox.claim(10, MINUTE) == []
    [parked] = await store.outbox.parked(10)
    assert (parked.effect, parked.case, parked.reason) == (first.effect, first.case, "no such address")
    assert abs(datetime.now(UTC) - parked.parked_at) < MINUTE
    assert (await store.outbox.state()).parked == 1
    await store.outbox.postpone(first.effect.id, timedelta(0), "too late")
    assert await store.outbox.claim(10, MINUTE) == []

    assert await store.outbox.retry(first.effect.id)

    assert not await store.outbox.retry(first.effect.id)
    assert not await store.outbox.retry(uuid4())
    [again] = await store.outbox.claim(10, MINUTE)
    assert replace(again.effect, due=first.effect.due) == first.effect
    assert again.effect.due > first.effect.due  # as if owed now: its patience begins anew
    assert await store.outbox.parked(10) == ()


async def test_what_has_been_due_for_too_long_is_parked_but_not_what_somebody_is_at(store: SqlStore) -> None:
    old = datetime.now(UTC) - timedelta(days=4)
    tried, held, fresh, other, leased = (
        effect("call-webhook", old),
        effect("call-webhook", old),
        effect("call-webhook", datetime.now(UTC)),
        effect("notify", old),
        effect("call-webhook", old),
    )
    await owe(store, leased)
    assert len(await store.outbox.claim(1, MINUTE)) == 1
    await owe(store, tried, held, fresh, other)
    await store.outbox.claim(10, MINUTE)
    await store.outbox.postpone(tried.id, MINUTE, "webhook.server")
    await store.outbox.hold([held.id], [], MINUTE, "webhook")
    for one in (fresh, other):
        await store.outbox.postpone(one.id, MINUTE, "webhook.server")

    assert await store.outbox.park_old(["call-webhook"], timedelta(days=3), "gave up") == 2

    assert {(p.effect.id, p.reason) for p in await store.outbox.parked(10)} == {
        (tried.id, "gave up"),
        (held.id, "gave up"),
    }
    assert await store.outbox.park_old(["call-webhook"], timedelta(days=3), "gave up") == 0


async def test_all_that_is_parked_is_retried_at_once_and_nothing_else(store: SqlStore) -> None:
    await owe(store, *(effect("notify") for _ in range(5)))
    claimed = [found.effect.id for found in await store.outbox.claim(10, MINUTE)]
    assert await store.outbox.retry_all() == 0
    for one in claimed[:3]:
        await store.outbox.park(one, "no such address")

    assert await store.outbox.retry_all() == 3

    assert await store.outbox.parked(10) == ()
    again = await store.outbox.claim(10, MINUTE)
    assert {(found.effect.id, found.attempts) for found in again} == {(one, 1) for one in claimed[:3]}


async def test_what_is_not_due_yet_is_told_in_its_order(store: SqlStore) -> None:
    now = datetime.now(UTC)
    later = [effect("wake", now + timedelta(hours=hours)) for hours in (3, 1, 2, 4)]
    await owe(store, effect("notify", now), *later)
    [claimed] = await store.outbox.claim(10, MINUTE)
    await store.outbox.postpone(claimed.effect.id, MINUTE, "mail server was away")
    await store.outbox.park(later[3].id, "no such address")

    found = await store.outbox.upcoming(2)

    assert [each.effect.due for each in found] == [later[1].due, later[2].due]
    assert {each.case for each in found} == {claimed.case}
    assert [each.effect for each in await store.outbox.upcoming(10)] == [later[i] for i in (1, 2, 0)]


async def test_the_state_tells_due_from_later(store: SqlStore) -> None:
    now = datetime.now(UTC)
    await owe(store, effect("notify", now - MINUTE), effect("notify", now), effect("wake", now + MINUTE))

    state = await store.outbox.state()

    assert (state.due, state.later, state.parked) == (2, 1, 0)
    assert state.oldest >= MINUTE


async def test_a_commit_wakes_whoever_sleeps(store: SqlStore, other: SqlStore) -> None:
    for sleeper in {"sqlite": [store], "postgresql": [store, other]}[store.database.dialect]:
        await drain(sleeper)
        task = asyncio.create_task(sleeper.outbox.wait(timedelta(seconds=4)))
        await asyncio.sleep(0.3)
        assert not task.done()

        await owe(store, effect("notify"))

        await asyncio.wait_for(task, 2)
        assert len(await claim_soon(sleeper)) == 1


async def test_a_commit_between_claim_and_sleep_is_not_slept_over(store: SqlStore) -> None:
    await drain(store)
    await owe(store, effect("notify"))

    await asyncio.wait_for(store.outbox.wait(timedelta(seconds=4)), 2)

    assert len(await store.outbox.claim(10, MINUTE)) == 1


async def test_a_sleeper_with_nothing_to_do_wakes_in_time(store: SqlStore) -> None:
    await drain(store)

    await asyncio.wait_for(store.outbox.wait(SHORT), 2)

    assert await store.outbox.claim(10, MINUTE) == []


async def test_what_is_owed_beside_a_commit_is_due_at_once_and_kept_once(store: SqlStore) -> None:
    case, one = uuid4(), effect("call-webhook")

    await store.outbox.owe(case, [one])
    await store.outbox.owe(case, [replace(one, body=b"another")])

    [claimed] = await store.outbox.claim(10, MINUTE)
    assert (claimed.case, claimed.effect.id, claimed.effect.body) == (case, one.id, one.body)


async def drain(store: SqlStore) -> None:
    """Listen, and forget what was heard so far."""
    for _ in range(3):
        await store.outbox.wait(SHORT)


async def claim_soon(store: SqlStore) -> object:
    for _ in range(200):
        if found := await store.outbox.claim(10, MINUTE):
            return found
        await asyncio.sleep(0.01)
    return []
