"""What every store promises of tags: lists by them in each order and page by page, names of those that may be seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.desk_cases import ME, found, keep, project
from contracts.desks import Desk, agent, lead
from contracts.openings import AT
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lifecycle import ALIVE, Act
from gigdesk.insights.asked import Asked, Listing, Phrase, place_of
from gigdesk.insights.model import DeskEntry, Sort

HOUR = timedelta(hours=1)
OPEN = Asked(person=ME, statuses=ALIVE)
REFUND = frozenset({"refund"})


async def some(store: SqlStore) -> list[DeskEntry]:
    """Cases of two queues and two statuses; two of three are tagged, and some share a moment."""
    return [
        await keep(
            store,
            at=AT + n // 2 * HOUR,
            queue=("general", "payments")[n % 2],
            status=("received", "in_review")[n // 2 % 2],
            updated_at=AT + (7 * n % 5) * HOUR,
            due_at=None if n % 4 == 3 else AT + (5 * n % 4) * HOUR,
            tags=((), ("refund",), ("bank", "refund"))[n % 3],
        )
        for n in range(9)
    ]


async def count(store: SqlStore, asked: Asked) -> int:
    return (await store.desk.counts({"it": Listing(asked=asked)}, 99))["it"]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 50])
async def test_a_list_by_tag_is_the_list_without_those_that_lack_it(
    store: SqlStore, sort: Sort, limit: int
) -> None:
    tagged = {one.case for one in await some(store) if "refund" in one.tags}
    every = await found(store, replace(OPEN, sort=sort))
    asked = replace(OPEN, tags=REFUND, sort=sort)

    cases = await found(store, asked, limit)

    assert cases == [case for case in every if case in tagged]
    assert len(cases) == await count(store, asked) == 6
    middle = await store.desk.entry(cases[3])
    assert middle is not None
    before = Listing(asked=asked, after=place_of(middle, sort), is_backwards=True)
    assert [one.case for one in (await store.desk.page(before, 2)).entries] == [cases[2], cases[1]]


async def test_an_entry_comes_back_with_its_tags(store: SqlStore) -> None:
    one = await keep(store, tags=("a\u00f1o:2026", "refund"))

    [listed] = (await store.desk.page(Listing(asked=replace(OPEN, tags=REFUND)), 5)).entries
    assert listed == await store.desk.entry(one.case) == one


async def test_each_of_several_tags_must_be_there_and_none_of_those_that_must_not(store: SqlStore) -> None:
    entries = await some(store)

    def those(has: set[str], lacks: set[str] = frozenset()) -> set[object]:  # type: ignore[assignment]
        return {one.case for one in entries if has <= set(one.tags) and not lacks & set(one.tags)}

    for has, lacks in (
        ({"bank", "refund"}, set()),
        ({"refund"}, {"bank"}),
        (set(), {"refund"}),
        ({"x"}, set()),
    ):
        asked = replace(OPEN, tags=frozenset(has), except_tags=frozenset(lacks))
        assert set(await found(store, asked)) == those(has, lacks), (has, lacks)
        assert await count(store, asked) == len(those(has, lacks))


async def test_a_tag_is_the_whole_word_and_no_sign_stands_for_another(store: SqlStore) -> None:
    right = await keep(store, tags=("a_b", "refund"))
    for other in (("refunds",), ("re",), ("a-b", "fund"), ("axb",)):
        await keep(store, tags=other)

    for tags in (REFUND, frozenset({"a_b"}), frozenset({"a_b", "refund"})):
        assert await found(store, replace(OPEN, tags=tags)) == [right.case]
        assert len(await found(store, replace(OPEN, except_tags=tags))) == 4


async def test_a_tag_goes_with_every_other_filter(store: SqlStore) -> None:
    plain = {"tags": ("bank", "refund")}
    right = await keep(
        store,
        "the grey violin",
        owner=ME,
        issue_type="payment.refund",
        is_held=True,
        priority="urgent",
        **plain,
    )
    for other in ({}, plain, {"owner": ME}, {"owner": ME, "is_held": True, "issue_type": "payment.refund"}):
        await keep(store, "the grey violin" if other else "nothing", **other)  # type: ignore[arg-type]

    asked = replace(OPEN, tags=frozenset({"bank", "refund"}))
    for narrowed in (
        {"owners": frozenset({ME})},
        {"types": frozenset({"payment.refund"})},
        {"flags": frozenset({("held", True)})},
        {"priorities": frozenset({"urgent"})},
        {"phrases": (Phrase(words=("grey", "violin")),), "owners": frozenset({ME}), "sort": Sort.NEWEST},
        {"phrases": (Phrase(words=("violin",)),), "owners": frozenset({ME})},
        {"cases": frozenset({right.case})},
        {"flags": frozenset({("unreplied", True), ("held", True)})},
    ):
        assert await found(store, replace(asked, **narrowed)) == [right.case], narrowed  # type: ignore[arg-type]


async def test_a_list_by_tag_follows_its_cases(store: SqlStore) -> None:
    one = await keep(store, tags=("bank", "refund"))

    await project(store, replace(one, tags=("vip",), queue="payments", status="closed"))

    assert await found(store, replace(OPEN, tags=REFUND)) == []
    every = Asked(person=ME, tags=frozenset({"vip"}))
    assert await found(store, every) == [one.case]
    assert await found(store, replace(every, queues=frozenset({"general"}))) == []
    assert await store.desk.tags(ME, None, 9) == ["vip"]


async def test_of_more_parts_than_an_index_is_read_in_nothing_is_lost(store: SqlStore) -> None:
    kept = [await keep(store, at=AT + n * HOUR, queue=f"queue-{n:02}", tags=("refund",)) for n in range(14)]

    assert await found(store, Asked(person=ME, tags=REFUND), 5) == [one.case for one in kept]


async def test_tags_are_known_by_name_where_they_may_be_seen(store: SqlStore) -> None:
    await keep(store, tags=("bank", "refund"))
    await keep(store, tags=("bank", "year-end"), status="closed")
    await keep(store, tags=("acoso",), queue="safety")
    await keep(store, tags=("about-me",), reporter=ME)
    await keep(store, tags=("against-me", "bank"), respondent=ME)

    general = frozenset({"general", "payments"})
    assert await store.desk.tags(ME, None, 9) == ["acoso", "bank", "refund", "year-end"]
    assert await store.desk.tags(ME, general, 9) == ["bank", "refund", "year-end"]
    assert await store.desk.tags(ME, general, 2) == ["bank", "refund"]
    assert await store.desk.tags(ME, frozenset(), 9) == []


async def test_what_staff_tag_is_found_and_made_anew_from_the_log_alone(store: SqlStore) -> None:
    desk = Desk(store)
    case, other = await desk.report(), await desk.report()
    await desk.act(agent(), case, Act.TAGS, add=("refund", "bank"))
    await desk.act(agent(), case, Act.TAGS, add=("vip",), remove=("bank",))
    await desk.act(agent(), other, Act.PRIORITY, priority="urgent", reason="They wait since May.")
    await desk.follower.follow_all()

    async def judge() -> None:
        assert await desk.cases(lead(), "tag:VIP tag:refund -tag:bank") == [case]
        assert (
            await desk.cases(lead(), "-tag:refund") == await desk.cases(lead(), "priority:urgent") == [other]
        )
        assert await desk.lists.tags(lead()) == ["refund", "vip"]
        [line] = (await desk.page(lead(), "tag:vip")).lines
        assert line.entry.tags == ("refund", "vip")

    await judge()
    await store.database.write(
        ("DELETE FROM desk", ()), ("DELETE FROM desk_tags", ()), ("UPDATE cases SET followed = 0", ())
    )
    await desk.follower.follow_all()
    await judge()
