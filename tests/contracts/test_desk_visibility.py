"""Whatever is asked, by whomever: no list, count, search, neighbour or next case tells of what they may not see."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.desk_cases import keep
from contracts.desks import QUEUES, Desk, lead
from contracts.openings import AT
from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import GigdeskError, NotFound
from gigdesk.insights.model import DeskEntry
from gigdesk.insights.query import read_query

PEOPLE = ("ada", "ines", "tomasz", "amara", "jonas")
NAMES = ("safety", "trust", "payments", "general", "taken-out")
TEXTS = (
    "", "is:open", "is:open is:unassigned", "queue:safety", "queue:trust queue:general", "-queue:general", "violin",
    "violin queue:safety", "violin sort:clock", "gig:gig-1", "GD-7K3M-92QX7", "sort:newest", "sort:oldest",
    "sort:updated", "type:payment.*", "clock:<24h", "is:held", "status:received", "owner:nobody sort:newest",
    "tag:violin", "tag:violin sort:newest", "tag:violin is:held", "-tag:violin",
)  # fmt: skip
STAFF = st.builds(
    Actor,
    sub=st.sampled_from(PEOPLE),
    roles=st.sets(
        st.sampled_from([Role.AGENT, Role.LEAD, Role.AUDITOR, Role.ADMIN]), min_size=1, max_size=2
    ).map(frozenset)
    | st.just(frozenset({Role.AGENT})),
    queues=st.frozensets(st.sampled_from(NAMES), max_size=2),
)
CASES = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(PEOPLE), st.sampled_from((*PEOPLE, None)), st.booleans()
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_nobody_learns_of_a_case_that_they_may_not_see(store_url: str, runner: asyncio.Runner) -> None:
    store = SqlStore(store_url)
    runner.run(store.open())
    runner.run(store.migrate())

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(CASES, STAFF)
    def judge(cases: list[tuple[str, str, str | None, bool]], who: Actor) -> None:
        runner.run(judged(store, cases, who))

    try:
        judge()
    finally:
        runner.run(store.close())


async def judged(store: SqlStore, cases: list[tuple[str, str, str | None, bool]], who: Actor) -> None:
    await store.database.write(
        ("DELETE FROM desk", ()), ("DELETE FROM desk_tags", ()), ("DELETE FROM leases", ())
    )
    desk = Desk(store)
    desk.clock.at = AT
    entries = [
        await keep(
            store,
            "a violin",
            queue=queue,
            reference="GD-7K3M-92QX7",
            is_held=is_held,
            reporter=desk.handler.person(reporter),
            respondent=desk.handler.person(respondent) if respondent else None,
            tags=("violin", f"of-{queue}", f"about-{reporter}") if is_held else (),
        )
        for queue, reporter, respondent, is_held in cases
    ]
    told = {tag for entry in entries if may_see(desk, who, entry) for tag in entry.tags}
    assert await desk.lists.tags(who) == sorted(told)
    seen = {entry.case for entry in entries if may_see(desk, who, entry)}
    words = desk.lists.vocabulary(lead())
    for text in TEXTS:
        query = read_query(text, words)
        every = set(await desk.cases(lead("nobody's party"), text))
        found = await desk.cases(who, text)
        assert set(found) == every & seen, text
        assert await desk.lists.counts(who, {"it": query}) == {"it": len(found)}
        for entry in entries:
            await judge_neighbours(desk, who, text, entry, found)
    await judge_next(desk, who, seen)


def may_see(desk: Desk, who: Actor, entry: DeskEntry) -> bool:
    """As the policy says it of one case; who is a party of it is no staff in it."""
    person = desk.handler.person(who.sub)
    facts = Facts(
        is_respondent=entry.respondent == person,
        is_sensitive=QUEUES.is_sensitive(entry.queue),
        is_specialist=QUEUES.is_specialist(who, entry.queue),
    )
    try:
        permit(who, Action.SEE_AS_STAFF, facts)
    except GigdeskError:
        return False
    return entry.reporter != person


async def judge_neighbours(desk: Desk, who: Actor, text: str, entry: DeskEntry, found: list[object]) -> None:
    query = read_query(text, desk.lists.vocabulary(lead()))
    if not may_see(desk, who, entry):
        with pytest.raises(NotFound):
            await desk.lists.neighbours(who, query, entry.case)
        return
    around = await desk.lists.neighbours(who, query, entry.case)
    assert around.count == len(found)
    assert {around.previous, around.next} - {None} <= set(found)
    if entry.case in found:
        place = found.index(entry.case)
        assert around.place == place + 1
        assert around.previous == (found[place - 1] if place else None)
        assert around.next == (found[place + 1] if place + 1 < len(found) else None)


async def judge_next(desk: Desk, who: Actor, seen: set[object]) -> None:
    if Role.AUDITOR in who.roles:
        return
    case = await desk.lists.next_case(who)
    assert case in seen if seen else case is None
