"""The desk's lists as staff read them: what a line says, where a search matched, what stands around a case."""

from uuid import UUID, uuid4

import pytest

from contracts.desks import AMARA, JONAS, Desk, agent, lead
from gigdesk.access.model import Actor, Role
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lifecycle import Act
from gigdesk.errors import Invalid, NotAllowed, NotFound
from gigdesk.insights.model import Where
from gigdesk.insights.query import read_query


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return Desk(store)


async def worked(desk: Desk) -> UUID:
    """A case with a message and a note, owned by somebody who is known."""
    case = await desk.report(
        "While cutting tiles the cutter\n was dragged over the oak floor. " + "More. " * 40
    )
    await desk.act(agent("ines"), case, Act.ASSIGNMENT, owner="ines")
    await desk.act(agent("ines"), case, Act.MESSAGES, text="Which floor was it?", to="reporter")
    await desk.act(agent("ines"), case, Act.NOTES, text="Ask the seller of the cutter.")
    await desk.follower.follow_all()
    return case


async def test_a_line_says_what_it_is_about_and_whose_it_is(desk: Desk) -> None:
    case = await worked(desk)
    await desk.knows("ines", "Ines Duarte")

    [line] = (await desk.page(agent())).lines

    assert (line.entry.case, line.gig_title, line.type_label) == (
        case,
        "Re-tile a shower wall",
        "Something was damaged",
    )
    assert line.said.startswith("While cutting tiles the cutter was dragged over the oak floor. More.")
    assert len(line.said) == 160
    assert (line.owner_name, line.owner_is_me, line.matched) == ("Ines Duarte", False, ())
    [own] = (await desk.page(agent("ines"))).lines
    assert own.owner_is_me


async def test_an_owner_who_was_never_met_has_the_name_that_the_case_knows(desk: Desk) -> None:
    await worked(desk)
    unowned = await desk.report()
    await desk.follower.follow_all()

    names = {line.entry.case: line.owner_name for line in (await desk.page(agent())).lines}

    assert names[unowned] is None
    assert set(names.values()) == {None, "Ines"}


async def test_a_search_says_where_it_matched(desk: Desk) -> None:
    case = await worked(desk)

    async def places(text: str) -> list[Where]:
        [line] = (await desk.page(agent(), text)).lines
        assert line.entry.case == case
        return [found.where for found in line.matched]

    assert await places("floor") == [Where.DESCRIPTION, Where.MESSAGE]
    assert await places("seller") == [Where.NOTE]
    assert await places('"shower wall"') == [Where.GIG]
    assert await places("tile seller floor") == [Where.DESCRIPTION, Where.MESSAGE, Where.NOTE]
    assert await desk.cases(agent(), "seller violin") == []


async def test_a_mistyped_reference_offers_the_ones_that_exist(desk: Desk) -> None:
    case = await desk.report()
    await desk.follower.follow_all()
    [line] = (await desk.page(agent())).lines
    right = line.entry.reference

    for text in (
        right,
        right.lower(),
        right.replace("-", ""),
        right.removeprefix("GD-") if any(c.isdigit() for c in right[3:]) else right,
        right[:-1] + ("2" if right[-1] != "2" else "3"),
        right[:3] + ("2" if right[3] != "2" else "3") + right[4:],
        right.replace("0", "O").replace("1", "l"),
    ):
        assert await desk.cases(agent(), text) == [case], text


async def test_pages_go_on_where_the_one_before_ended(desk: Desk) -> None:
    cases = [await desk.report() for _ in range(5)]
    await desk.follower.follow_all()

    first = await desk.page(agent(), "sort:newest", limit=2)
    second = await desk.page(agent(), "sort:newest", first.next, limit=2)
    third = await desk.page(agent(), "sort:newest", second.next, limit=2)

    found = [line.entry.case for page in (first, second, third) for line in page.lines]
    assert found == cases[::-1]
    assert third.next is None
    for wrong in (
        "",
        "x",
        "newest.1",
        "clock.-." + uuid4().hex,
        "newest.-." + uuid4().hex,
        "newest.z.z",
        "newest.f" * 40,
    ):
        with pytest.raises(Invalid):
            await desk.page(agent(), "sort:newest", wrong)


async def test_what_stands_around_a_case_is_told_with_its_place(desk: Desk) -> None:
    cases = [await desk.report() for _ in range(4)]
    closed = await desk.report("elsewhere", "conduct.rude")
    await desk.follower.follow_all()
    query = read_query("type:property.* sort:oldest", desk.lists.vocabulary(agent()))

    around = [await desk.lists.neighbours(agent(), query, case) for case in cases]

    assert [(a.previous, a.next, a.place, a.count) for a in around] == [
        (None, cases[1], 1, 4),
        (cases[0], cases[2], 2, 4),
        (cases[1], cases[3], 3, 4),
        (cases[2], None, 4, 4),
    ]
    outside = await desk.lists.neighbours(agent(), query, closed)
    assert (outside.previous, outside.place, outside.count) == (cases[3], None, 4)


async def test_the_next_case_is_taken_up_until_it_is_given_back_or_assigned(desk: Desk) -> None:
    late = await desk.report(code="conduct.rude")
    soon = await desk.report(code="payment.refund")
    await desk.report(code="safety.emergency")
    await desk.follower.follow_all()

    assert await desk.lists.next_case(agent("ines")) == soon
    assert await desk.lists.next_case(agent("tomasz")) == late
    assert await desk.lists.next_case(agent("callum")) is None
    await desk.lists.release(agent("callum"), soon)
    assert await desk.lists.next_case(agent("callum")) is None
    await desk.lists.release(agent("ines"), soon)
    assert await desk.lists.next_case(agent("callum")) == soon

    await desk.act(agent("callum"), soon, Act.ASSIGNMENT, owner="callum")
    await desk.follower.catch_up(soon)
    assert await desk.lists.next_case(agent("callum")) is None


async def test_counts_are_of_what_was_asked(desk: Desk) -> None:
    await worked(desk)
    await desk.report()
    await desk.follower.follow_all()
    words = desk.lists.vocabulary(agent())
    texts = ("is:open", "is:unassigned", "owner:ines", "floor", "is:closed")
    queries = {text: read_query(text, words) for text in texts}

    assert await desk.lists.counts(agent(), queries) == dict(zip(texts, (2, 1, 1, 1, 0), strict=True))
    assert await desk.lists.counts(agent(), queries, most=1) == dict(zip(texts, (2, 1, 1, 1, 0), strict=True))
    assert await desk.lists.counts(agent(), queries, most=0) == dict(zip(texts, (1, 1, 1, 1, 0), strict=True))


@pytest.mark.parametrize(
    "who",
    [
        Actor(sub=AMARA.user_id),
        Actor(sub=JONAS.user_id),
        Actor(sub="shop", roles=frozenset({Role.INTEGRATION})),
    ],
)
async def test_there_is_no_desk_for_others(desk: Desk, who: Actor) -> None:
    case = await desk.report()
    await desk.follower.follow_all()
    query = read_query("", desk.lists.vocabulary(lead()))

    with pytest.raises(NotFound):
        await desk.lists.page(who, query, None)
    with pytest.raises(NotFound):
        await desk.lists.counts(who, {"": query})
    with pytest.raises(NotFound):
        await desk.lists.neighbours(who, query, case)
    with pytest.raises(NotFound):
        await desk.lists.next_case(who)
    with pytest.raises(NotFound):
        desk.lists.vocabulary(who)


async def test_an_auditor_takes_nothing_up(desk: Desk) -> None:
    auditor = Actor(sub="audrey", roles=frozenset({Role.AUDITOR}))

    with pytest.raises(NotAllowed):
        await desk.lists.next_case(auditor)
    with pytest.raises(NotAllowed):
        await desk.lists.release(auditor, uuid4())


async def test_a_case_that_was_never_followed_has_no_neighbours_yet(desk: Desk) -> None:
    case = await desk.report()

    with pytest.raises(NotFound):
        await desk.lists.neighbours(agent(), read_query("", desk.lists.vocabulary(agent())), case)
