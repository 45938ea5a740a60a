"""What every store promises of the desk's lists: only what was asked for, in its order, page after page, counted."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.desk_cases import ME, found, keep, project
from contracts.openings import AT
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lifecycle import ALIVE
from gigdesk.insights.asked import Asked, Listing, Phrase, place_of
from gigdesk.insights.model import DeskEntry, Sort

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN = Asked(person=ME, statuses=ALIVE)
SORTS = {
    Sort.CLOCK: lambda one: (one.due_at is None, one.due_at, one.case),
    Sort.NEWEST: lambda one: (-one.opened_at.timestamp(), -one.case.int),
    Sort.OLDEST: lambda one: (one.opened_at, one.case),
    Sort.UPDATED: lambda one: (-one.updated_at.timestamp(), -one.case.int),
}


async def some(store: SqlStore, count: int = 9) -> list[DeskEntry]:
    """Cases of three queues; every third has no clock, some of the others share a moment."""
    return [
        await keep(
            store,
            at=AT + n // 2 * HOUR,
            queue=("general", "payments", "safety")[n % 3],
            updated_at=AT + (7 * n % 5) * HOUR,
            due_at=None if n % 3 == 2 else AT + (5 * n % 4) * HOUR,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_a_list_is_in_its_order_and_its_pages_repeat_and_lose_nothing(
    store: SqlStore, sort: Sort, limit: int
) -> None:
    entries = await some(store)

    cases = await found(store, replace(OPEN, sort=sort), limit)

    assert cases == [one.case for one in sorted(entries, key=SORTS[sort])]


@pytest.mark.parametrize("sort", Sort)
async def test_what_stands_before_a_case_is_read_backwards(store: SqlStore, sort: Sort) -> None:
    entries = sorted(await some(store), key=SORTS[sort])
    asked = replace(OPEN, sort=sort)
    here = place_of(entries[4], sort)

    ahead = await store.desk.page(Listing(asked=asked, after=here), 1)
    behind = await store.desk.page(Listing(asked=asked, after=here, is_backwards=True), 3)

    assert ahead.entries == (entries[5],)
    assert behind.entries == (entries[3], entries[2], entries[1])


async def test_an_entry_comes_back_as_it_was_kept(store: SqlStore) -> None:
    one = await keep(
        store,
        owner=ME,
        due_at=None,
        clock=None,
        paused_since=AT + HOUR,
        snoozed_until=AT + DAY,
        is_held=True,
        is_escalated=True,
        has_answered=True,
        is_statutory=True,
    )
    plain = await keep(store)

    assert await store.desk.entry(one.case) == one
    assert (await store.desk.page(Listing(asked=OPEN), 5)).entries == (plain, one)
    assert await store.desk.entry(UUID(int=7)) is None


NARROWED = [
    (replace(OPEN, queues=frozenset({"safety"})), {"queue": "safety"}),
    (replace(OPEN, except_queues=frozenset({"payments"})), {"queue": "general"}),
    (replace(OPEN, statuses=frozenset({"in_review"})), {"status": "in_review"}),
    (replace(OPEN, statuses=frozenset({"closed"})), {"status": "closed"}),
    (replace(OPEN, types=frozenset({"other"})), {"issue_type": "other"}),
    (replace(OPEN, except_types=frozenset({"payment.not_received"})), {"issue_type": "other"}),
    (replace(OPEN, owners=frozenset({ME})), {"owner": ME}),
    (replace(OPEN, owners=frozenset({ME, "another"})), {"owner": "another"}),
    (replace(OPEN, except_owners=frozenset({None})), {"owner": ME}),
    (replace(OPEN, flags=frozenset({("snoozed", True)})), {"snoozed_until": AT}),
    (replace(OPEN, flags=frozenset({("escalated", True)})), {"is_escalated": True}),
    (replace(OPEN, flags=frozenset({("held", True)})), {"is_held": True}),
    (replace(OPEN, flags=frozenset({("answered", True)})), {"has_answered": True}),
    (replace(OPEN, due=(None, AT)), {"due_at": AT - HOUR}),
    (replace(OPEN, due=(AT + 3 * DAY, None), has_clock=True), {"due_at": AT + 4 * DAY}),
    (replace(OPEN, opened=(None, AT)), {"opened_at": AT - HOUR}),
    (replace(OPEN, opened=(AT + HOUR, None)), {"opened_at": AT + HOUR}),
    (replace(OPEN, files=(2, 9)), {"files": 2}),
    (replace(OPEN, gigs=frozenset({"gig-7"})), {"gig_id": "gig-7"}),
    (replace(OPEN, severities=frozenset({"high"})), {"severity": "high"}),
    (replace(OPEN, priorities=frozenset({"urgent", "high"})), {"priority": "urgent"}),
    (replace(OPEN, references=frozenset({"GD-7K3M-92QX7", "x"})), {"reference": "GD-7K3M-92QX7"}),
]


@pytest.mark.parametrize(("asked", "given"), NARROWED)
async def test_every_condition_narrows_whatever_the_order(
    store: SqlStore, asked: Asked, given: dict[str, object]
) -> None:
    await keep(store)
    meant = await keep(store, **{"at": AT, **given})

    for sort in Sort:
        wanted = replace(asked, sort=sort)
        assert await found(store, wanted) == [meant.case], sort
        assert await store.desk.counts({"it": Listing(asked=wanted)}, 9) == {"it": 1}, sort


async def test_conditions_of_different_kinds_must_all_hold(store: SqlStore) -> None:
    typed = {"issue_type": "other", "owner": ME, "queue": "general"}
    meant = await keep(store, is_held=True, **typed)
    await keep(store, **typed)
    await keep(store, is_held=True, **{**typed, "owner": "another"})

    asked = replace(
        OPEN, types=frozenset({"other"}), owners=frozenset({ME}), flags=frozenset({("held", True)})
    )
    for sort in Sort:
        assert await found(store, replace(asked, sort=sort)) == [meant.case]
    assert await found(store, replace(asked, types=frozenset())) == []
    assert await found(store, replace(asked, statuses=frozenset())) == []
    assert await found(store, replace(asked, queues=frozenset())) == []
    assert await found(store, replace(asked, flags=asked.flags | {("held", False)})) == []


async def test_nothing_about_who_asks_is_found_or_counted(store: SqlStore) -> None:
    await keep(store, "violin", reporter=ME)
    await keep(store, "violin", respondent=ME)
    other = await keep(store, "violin", respondent=None)

    for asked in (
        OPEN,
        replace(OPEN, phrases=(Phrase(words=("violin",)),)),
        replace(OPEN, gigs=frozenset({"gig-1"})),
    ):
        for sort in Sort:
            wanted = replace(asked, sort=sort)
            assert await found(store, wanted) == [other.case]
            assert await store.desk.counts({"it": Listing(asked=wanted)}, 9) == {"it": 1}


async def test_counting_stops_one_past_the_most(store: SqlStore) -> None:
    await some(store, 9)

    listings = {
        "open": Listing(asked=OPEN),
        "safety": Listing(asked=replace(OPEN, queues=frozenset({"safety"}))),
        "held": Listing(asked=replace(OPEN, flags=frozenset({("held", True)}))),
        "unassigned": Listing(asked=replace(OPEN, owners=frozenset({None}))),
    }

    assert await store.desk.counts(listings, 4) == {"open": 5, "safety": 3, "held": 0, "unassigned": 5}
    assert await store.desk.counts({}, 4) == {}


async def test_a_case_that_goes_on_is_found_where_it_is_now(store: SqlStore) -> None:
    one = await keep(store, "old words", queue="general")

    await project(store, replace(one, owner=ME, status="closed", due_at=None), "new words")

    assert await found(store, OPEN) == []
    assert await found(store, replace(OPEN, statuses=frozenset({"closed"}))) == [one.case]
    every = Asked(person=ME)
    assert await found(store, replace(every, phrases=(Phrase(words=("old",)),))) == []
    assert await found(store, replace(every, phrases=(Phrase(words=("new",)),))) == [one.case]


async def test_a_page_that_looks_at_many_cases_in_vain_comes_out_short_and_goes_on(store: SqlStore) -> None:
    from gigdesk.adapters.stores.sql.desk import found_in
    from gigdesk.adapters.stores.sql.desk_statement import Bounds, Ground, Statement

    entries = sorted(await some(store, 12), key=SORTS[Sort.CLOCK])
    meant = replace(entries[9], files=7)
    await project(store, meant)
    asked = replace(OPEN, files=(7, 7))
    after, looks, cases = None, 0, []
    while looks == 0 or after:
        statement = Statement(
            Ground(dialect=store.database.dialect, queues=("general", "payments", "safety"))
        )
        select = statement.page(Listing(asked=asked, after=after), Bounds(limit=1, read=6))
        rows = await store.database.read(select.sql, *statement.values)
        page = found_in(rows, select, Sort.CLOCK, 1)
        cases += [one.case for one in page.entries]
        after, looks = page.next, looks + 1

    assert cases == [meant.case]
    assert looks > 2


async def test_two_that_look_at_once_find_the_same(store: SqlStore, other: SqlStore) -> None:
    entries = await some(store, 4)

    pages = await asyncio.gather(*(each.desk.page(Listing(asked=OPEN), 9) for each in (store, other)))

    assert pages[0] == pages[1]
    assert len(pages[0].entries) == len(entries)
