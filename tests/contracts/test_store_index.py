"""What every store promises of lists: newest first, page after page, only what was asked for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.openings import AT, following, opening, twin
from gigdesk.adapters.stores.sql.index import QUEUES
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.ports import Append, StaleError
from gigdesk.cases.queries import CaseQuery, PartyQuery


async def keep(store: SqlStore, *appends: Append) -> None:
    await asyncio.gather(*(store.log.append(append) for append in appends))


def aged(minutes: int, case: UUID | None = None, gig: str = "gig-1", reporter: str = "person-1") -> Append:
    append = opening(case, gig=gig, reporter=reporter)
    return replace(append, row=replace(append.row, opened_at=AT - timedelta(minutes=minutes)))


async def pages(store: SqlStore, query: CaseQuery | PartyQuery, limit: int) -> list[list[UUID]]:
    found, place = [], None
    while True:
        page = await store.index.list_cases(query, place, limit)
        found.append([row.id for row in page.items])
        place = page.next
        if place is None:
            return found


async def test_cases_are_listed_newest_first_in_pages(store: SqlStore) -> None:
    appends = [aged(n) for n in range(7)]
    await keep(store, *appends)
    ids = [append.row.id for append in appends]

    assert await pages(store, CaseQuery(), 3) == [ids[:3], ids[3:6], ids[6:]]
    assert await pages(store, CaseQuery(), 7) == [ids]


async def test_without_a_queue_named_those_of_every_queue_are_listed_also_of_one_in_use_no_more(
    store: SqlStore,
) -> None:
    appends = [aged(n) for n in range(5)]
    named = ("general", "trust", "a-queue", "zz", "payments")
    placed = [replace(a, row=replace(a.row, queue=q)) for a, q in zip(appends, named, strict=True)]
    assert await pages(store, CaseQuery(), 2) == [[]]
    await keep(store, *placed)

    assert await pages(store, CaseQuery(), 5) == [[a.row.id for a in placed]]
    some = CaseQuery(queues=frozenset({"trust", "general", "nothing-in-it"}))
    assert await pages(store, some, 5) == [[placed[0].row.id, placed[1].row.id]]


async def test_cases_of_the_same_moment_are_neither_repeated_nor_lost(store: SqlStore) -> None:
    appends = [aged(0) for _ in range(9)]
    await keep(store, *appends)

    found = await pages(store, CaseQuery(), 2)

    assert [case for page in found for case in page] == sorted((a.row.id for a in appends), reverse=True)


async def test_a_page_stays_right_while_the_list_grows(store: SqlStore) -> None:
    appends = [aged(n) for n in range(1, 5)]
    await keep(store, *appends)
    first = await store.index.list_cases(CaseQuery(), None, 2)

    await keep(store, aged(0))

    second = await store.index.list_cases(CaseQuery(), first.next, 2)
    assert [row.id for row in second.items] == [append.row.id for append in appends[2:]]


async def test_every_condition_narrows(store: SqlStore) -> None:
    plain = aged(0)
    other_gig = aged(1, gig="gig-2")
    other_person = aged(2, reporter="person-7")
    safety = aged(3)
    named = {"queue": "safety", "issue_type": "safety.emergency", "reference": "GD-7K3M-92QX7"}
    safety = replace(safety, row=replace(safety.row, **named))
    reviewed = aged(4)
    await keep(store, plain, other_gig, other_person, safety, reviewed)
    await keep(store, following(reviewed))

    async def found(query: CaseQuery | PartyQuery) -> list[UUID]:
        return [row.id for row in (await store.index.list_cases(query, None, 50)).items]

    assert await found(CaseQuery(gig_id="gig-2")) == [other_gig.row.id]
    assert await found(CaseQuery(reference=safety.row.reference)) == [safety.row.id]
    elsewhere = CaseQuery(reference=safety.row.reference, queues=frozenset({"general", "payments"}))
    assert await found(elsewhere) == []
    assert await found(PartyQuery(party="person-7")) == [other_person.row.id]
    assert await found(CaseQuery(issue_type="safety.emergency")) == [safety.row.id]
    assert await found(CaseQuery(queues=frozenset({"safety", "none"}))) == [safety.row.id]
    assert await found(CaseQuery(statuses=frozenset({"in_review"}))) == [reviewed.row.id]
    both = CaseQuery(statuses=frozenset({"received", "in_review"}), gig_id="gig-1")
    assert await found(both) == [plain.row.id, other_person.row.id, safety.row.id, reviewed.row.id]
    assert await found(CaseQuery(queues=frozenset())) == []
    assert await found(CaseQuery(not_about="person-2", queues=frozenset({"safety"}))) == []
    assert await found(CaseQuery(not_about=safety.row.reporter, queues=frozenset({"safety"}))) == []
    assert await found(CaseQuery(not_about="person-3", queues=frozenset({"safety"}))) == [safety.row.id]
    assert await found(CaseQuery(gig_id="' OR 1=1 --")) == []


async def test_a_respondent_finds_a_case_once_they_were_asked(store: SqlStore) -> None:
    asked, silent = aged(1), aged(2)
    await keep(store, asked, silent)
    theirs = PartyQuery(party="person-2")
    assert await pages(store, theirs, 5) == [[]]

    await keep(store, following(silent, status="waiting_reporter"))
    first = following(asked, status="waiting_respondent")
    await keep(store, first)
    assert await pages(store, theirs, 5) == [[asked.row.id]]

    again = following(first, status="waiting_respondent")
    await keep(store, again)
    await keep(store, following(again, status="closed"))
    assert await pages(store, theirs, 5) == [[asked.row.id]]


async def test_who_was_too_slow_to_ask_has_told_nobody(store: SqlStore) -> None:
    opened = aged(1)
    await keep(store, opened)
    await keep(store, following(opened))

    with pytest.raises(StaleError):
        await store.log.append(twin(following(opened, status="waiting_respondent")))

    assert await pages(store, PartyQuery(party="person-2"), 5) == [[]]


async def test_who_stands_on_both_sides_finds_a_case_once(store: SqlStore) -> None:
    alone = aged(1, reporter="person-2")
    await keep(store, alone)
    await keep(store, following(alone, status="waiting_respondent"))

    assert await pages(store, PartyQuery(party="person-2"), 5) == [[alone.row.id]]


async def test_cases_of_both_roles_come_in_one_list(store: SqlStore) -> None:
    own = [aged(n, reporter="person-2", gig=f"gig-{n % 2}") for n in (0, 2, 4, 6)]
    own = [replace(append, row=replace(append.row, respondent="person-1")) for append in own]
    others = [aged(n, gig=f"gig-{n % 2}") for n in (1, 3, 5)]
    await keep(store, *own, *others)
    await keep(store, *(following(append, status="waiting_respondent") for append in others))
    ids = [append.row.id for append in sorted([*own, *others], key=lambda a: -a.row.opened_at.timestamp())]

    assert await pages(store, PartyQuery(party="person-2"), 3) == [ids[:3], ids[3:6], ids[6:]]
    in_first = PartyQuery(party="person-2", gig_id="gig-1")
    assert await pages(store, in_first, 2) == [[others[0].row.id, others[1].row.id], [others[2].row.id]]
    named = PartyQuery(party="person-2", reference=own[0].row.reference)
    assert await pages(store, named, 9) == [ids]
    assert await pages(store, replace(named, reference="GD-0000-00000"), 9) == [[]]


def test_a_list_without_queues_looks_into_every_queue_that_a_type_has() -> None:
    assert {issue_type.queue for issue_type in ISSUE_TYPES} <= QUEUES


async def test_sealed_values_can_be_asked_for_by_item(store: SqlStore) -> None:
    first, second = opening(), opening()
    await keep(store, first, second)
    unknown = uuid4()

    sealed = await store.index.sealed([first.row.id, second.row.id, unknown], ["reporter", "nothing"])

    assert sealed == {
        first.row.id: {"reporter": first.sealed[1]},
        second.row.id: {"reporter": second.sealed[1]},
        unknown: {},
    }
    assert await store.index.sealed([]) == {}
    assert await store.index.sealed([first.row.id], []) == {first.row.id: {}}


async def test_an_object_or_a_case_that_nobody_kept_is_unknown(store: SqlStore) -> None:
    assert not await store.index.knows_object("aa/bb")
    assert await store.index.get_row(uuid4()) is None


async def test_a_store_says_whether_it_knows_any_object(store: SqlStore) -> None:
    assert not await store.index.knows_objects()
    await keep(store, aged(1))
    assert await store.index.knows_objects()


def decided(before: Append, hours: float) -> Append:
    """The next commit, with a first decision so many hours after the case was opened."""
    append = following(before, status="decided")
    at = before.row.opened_at + timedelta(hours=hours)
    return replace(append, row=replace(append.row, decided_at=at))


async def spans(store: SqlStore, issue_type: str = "payment.not_received", limit: int = 50) -> list[float]:
    day = timedelta(days=1)
    found = await store.index.decided_after(issue_type, AT, AT + 3 * day, limit)
    return [span / timedelta(hours=1) for span in found]


async def test_how_long_decisions_took_is_told_newest_first(store: SqlStore) -> None:
    first, second, third, open_ = (opening() for _ in range(4))
    await keep(store, first, second, third, open_)
    await keep(store, decided(first, 5), decided(second, 30), decided(third, 72.5), following(open_))

    assert await spans(store) == [30, 5]
    assert await spans(store, limit=1) == [30]
    assert await spans(store, "other") == []
    at = AT + timedelta(hours=5)
    assert await store.index.decided_after("payment.not_received", AT, at, 9) == []
    assert await store.index.decided_after("payment.not_received", at, at + timedelta(1), 9) != []


async def test_a_decision_that_the_summary_has_no_more_is_told_no_more(store: SqlStore) -> None:
    case = opening()
    one = decided(case, 4)
    await keep(store, case)
    await keep(store, one)
    assert await spans(store) == [4]
    assert await store.index.get_row(case.row.id) == one.row

    back = following(replace(one, row=replace(one.row, decided_at=None)), status="in_review")
    await keep(store, back)
    assert await spans(store) == []
    await keep(store, decided(back, 12))
    assert await spans(store) == [12]


async def test_it_knows_of_which_types_there_are_cases(store: SqlStore) -> None:
    append = opening()
    await store.log.append(append)

    assert await store.index.knows_type(append.row.issue_type)
    assert not await store.index.knows_type("fleet.never")
