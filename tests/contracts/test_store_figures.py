"""What every store promises of figures: what counting by hand gives, and nothing of what may not be seen."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from contracts.desk_cases import ME, found, keep_facts, missed
from gigdesk.adapters.stores.sql.figures import ARRIVED, DECIDED, GROUP, RANKED, Select
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.insights.asked import Asked, Listing
from gigdesk.insights.days import DAY, Days, day_of, week_of
from gigdesk.insights.facts import CaseFacts
from gigdesk.insights.figures import FEW, By, Day, Group, Measure, Spread, backlog_days, backlog_of
from gigdesk.insights.figures_asked import Scope
from gigdesk.insights.model import Sort

# The clock in Berlin is put back on 25 October.
BEGIN = datetime(2026, 9, 20, tzinfo=UTC)
OCTOBER = Days(first=date(2026, 10, 5), last=date(2026, 11, 3), zone="Europe/Berlin")
PARTS = {By.ALL: "''", By.WEEK: "opened_at", By.TYPE: "issue_type", By.QUEUE: "queue", By.OWNER: "owner"}
SCOPES = {
    "everything": Scope(person=ME, days=OCTOBER, queues=None),
    "in UTC": Scope(person=ME, days=replace(OCTOBER, zone="UTC"), queues=None),
    "some queues": Scope(person=ME, days=OCTOBER, queues=frozenset({"general", "payments"})),
    "no queue": Scope(person=ME, days=OCTOBER, queues=frozenset()),
    "types": Scope(person=ME, days=OCTOBER, queues=None, types=frozenset({"other", "quality.late"})),
    "an owner": Scope(person=ME, days=OCTOBER, queues=None, owner="ada"),
    "nobody": Scope(person=ME, days=OCTOBER, queues=None, owner=""),
    "somebody else": Scope(person="person-9", days=OCTOBER, queues=None),
    "one day": Scope(person=ME, days=replace(OCTOBER, first=OCTOBER.last), queues=None),
}


async def some(store: SqlStore, count: int = 90) -> list[CaseFacts]:
    """Cases of seven weeks, by chance but always the same; some of them about ME."""
    rng, kept = Random(7), []
    for _ in range(count):
        opened = BEGIN + rng.random() * 49 * DAY
        replied = opened + rng.expovariate(0.2) * timedelta(hours=1) if rng.random() < 0.8 else None
        decided = opened + rng.expovariate(0.3) * DAY if replied and rng.random() < 0.7 else None
        is_open = decided is None or rng.random() < 0.1
        late = rng.random() < 0.2
        kept.append(
            await keep_facts(
                store,
                opened.replace(microsecond=0),
                queue=rng.choice(["general", "payments", "safety"]),
                issue_type=rng.choice(["other", "quality.late", "payment.refund"]),
                owner=rng.choice(["ada", "bert", None]),
                reporter=ME if rng.random() < 0.1 else "person-1",
                respondent=rng.choice([ME, None, *["person-2"] * 8]),
                opened_at=opened.replace(microsecond=0),
                replied_at=replied,
                reply_took=replied - opened if replied else None,
                is_reply_late=late if replied else None,
                decided_at=decided,
                decision_took=decided - opened if decided else None,
                decided_by="ada" if decided else None,
                outcomes={"upheld": 1, "varied": 0, "overturned": int(rng.random() < 0.5)}
                if decided and rng.random() < 0.2
                else {"upheld": 0, "varied": 0, "overturned": 0},
                reopenings=int(rng.random() < 0.15),
                missed=missed(first_reply=int(late), next_reply=rng.choice([0, 0, 0, 2])),
                settled_at=None if is_open else decided,
                files=rng.choice([0, 1, 4]),
                size=rng.randrange(5_000_000_000),
            )
        )
    return kept


def seen(scope: Scope, every: Iterable[CaseFacts]) -> list[CaseFacts]:
    """What the scope has, counted by hand."""
    return [
        one
        for one in every
        if scope.person not in (one.reporter, one.respondent)
        and (scope.queues is None or one.queue in scope.queues)
        and (scope.types is None or one.issue_type in scope.types)
        and (scope.owner is None or (one.owner or "") == scope.owner)
    ]


def inside(at: datetime | None, days: Days) -> bool:
    return at is not None and days.first <= day_of(at, days.zone) <= days.last


def spread(lengths: Sequence[timedelta]) -> Spread:
    """The smallest length within which half of them, and nine of ten, are."""
    if len(lengths) < FEW:
        return Spread(count=len(lengths), half=None, most=None)
    within = [
        min(x for x in lengths if sum(y <= x for y in lengths) >= share * len(lengths))
        for share in (0.5, 0.9)
    ]
    return Spread(count=len(lengths), half=within[0], most=within[1])


@pytest.fixture
async def kept(store: SqlStore) -> list[CaseFacts]:
    return await some(store)


async def test_facts_come_back_as_they_were_kept(store: SqlStore, kept: list[CaseFacts]) -> None:
    found_facts = await store.figures.facts([one.case for one in kept[:20]] + [UUID(int=7)])

    assert list(found_facts.values()) == [found_facts[one.case] for one in found_facts.values()]
    assert [found_facts[one.case] for one in kept[:20]] == kept[:20]
    assert await store.figures.facts([]) == {}


async def test_every_figure_is_what_counting_by_hand_gives(store: SqlStore, kept: list[CaseFacts]) -> None:
    for name, scope in SCOPES.items():
        own, days = seen(scope, kept), scope.days
        arrived = [one for one in own if inside(one.opened_at, days)]
        decided = [one for one in own if inside(one.decided_at, days)]

        assert await store.figures.days(scope) == by_day(arrived, decided, days), name
        assert by_group(await store.figures.arrived(scope), "cases") == groups(arrived), name
        assert by_group(await store.figures.decided(scope), "cases") == groups(decided), name
        replied = await store.figures.spreads(scope, Measure.FIRST_REPLY)
        took = await store.figures.spreads(scope, Measure.DECISION)
        for by in By:
            assert replied[by] == spreads(
                [(one, one.opened_at, one.reply_took) for one in arrived], by, days
            ), (name, by)
            assert took[by] == spreads(
                [(one, one.decided_at, one.decision_took) for one in decided], by, days
            ), (name, by)
        stood = await store.figures.stood(scope)
        for day in (days.first - DAY, *backlog_days(days)):
            told = backlog_of(day, stood)
            at_the_end = [one for one in own if was_open(one, day, days.zone)]
            ages = [(day - day_of(one.opened_at, days.zone)).days for one in at_the_end]
            assert told.ages == tuple(
                sum(low <= age < high for age in ages) for low, high in ((0, 2), (2, 7), (7, 14), (14, 9999))
            ), (name, day)
    assert len(seen(SCOPES["everything"], kept)) > 60


async def test_the_counts_of_a_group_add_up(store: SqlStore, kept: list[CaseFacts]) -> None:
    scope = SCOPES["everything"]
    own = seen(scope, kept)
    arrived = [one for one in own if inside(one.opened_at, scope.days)]
    decided = [one for one in own if inside(one.decided_at, scope.days)]

    counts = [one for _, one in await store.figures.arrived(scope)]
    assert sum(one.unreplied for one in counts) == sum(one.replied_at is None for one in arrived)
    assert sum(one.late for one in counts) == sum(any(one.missed.values()) for one in arrived)
    assert sum(one.missed["next_reply"] for one in counts) == sum(
        one.missed["next_reply"] > 0 for one in arrived
    )
    assert sum(one.with_files for one in counts) == sum(one.files > 0 for one in arrived)
    assert sum(one.size for one in counts) == sum(one.size for one in arrived) > 2**32
    ends = [one for _, one in await store.figures.decided(scope)]
    assert sum(one.reopened for one in ends) == sum(one.reopenings > 0 for one in decided) > 0
    assert sum(one.overturned for one in ends) == sum(one.outcomes["overturned"] for one in decided) > 0
    assert sum(one.appeals for one in ends) == sum(sum(one.outcomes.values()) for one in decided)


def was_open(one: CaseFacts, day: date, zone: str) -> bool:
    settled = day_of(one.settled_at, zone) if one.settled_at else None
    return day_of(one.opened_at, zone) <= day and (settled is None or settled > day)


def by_day(arrived: list[CaseFacts], decided: list[CaseFacts], days: Days) -> list[Day]:
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for one in arrived:
        counts[day_of(one.opened_at, days.zone)][0] += 1
    for one in decided:
        assert one.decided_at
        counts[day_of(one.decided_at, days.zone)][1] += 1
    return [Day(day=day, arrived=here[0], decided=here[1]) for day, here in sorted(counts.items())]


def groups(cases: list[CaseFacts]) -> dict[Group, int]:
    found_groups: dict[Group, int] = defaultdict(int)
    for one in cases:
        found_groups[Group(type=one.issue_type, queue=one.queue, owner=one.owner)] += 1
    return dict(found_groups)


def by_group(rows: Sequence[tuple[Group, object]], name: str) -> dict[Group, int]:
    return {group: getattr(one, name) for group, one in rows}


def spreads(
    cases: list[tuple[CaseFacts, datetime | None, timedelta | None]], by: By, days: Days
) -> dict[str, Spread]:
    parts: dict[str, list[timedelta]] = defaultdict(list)
    for one, at, took in cases:
        assert at
        key = {
            By.ALL: "",
            By.WEEK: week_of(day_of(at, days.zone)).isoformat(),
            By.TYPE: one.issue_type,
            By.QUEUE: one.queue,
            By.OWNER: one.owner,
        }[by]
        if took is not None and key is not None:
            parts[key].append(took)
    return {key: spread(lengths) for key, lengths in parts.items()}


NARROWED = {
    "decided in a span": (
        {"decided": (OCTOBER.since, OCTOBER.until)},
        lambda one: inside(one.decided_at, OCTOBER),
    ),
    "decided at any time": ({"decided": (None, None)}, lambda one: one.decided_at is not None),
    "decided by": ({"deciders": frozenset({"ada"})}, lambda one: one.decided_by == "ada"),
    "missed": ({"breached": frozenset({"first_reply"})}, lambda one: one.missed["first_reply"] > 0),
    "missed any": ({"breached": frozenset({"any"})}, lambda one: any(one.missed.values())),
    "missed one of two": (
        {"breached": frozenset({"appeal", "next_reply"})},
        lambda one: one.missed["next_reply"] > 0,
    ),
    "reopened": ({"flags": frozenset({("reopened", True)})}, lambda one: one.reopenings > 0),
    "not reopened": ({"flags": frozenset({("reopened", False)})}, lambda one: one.reopenings == 0),
    "overturned": ({"flags": frozenset({("overturned", True)})}, lambda one: one.outcomes["overturned"] > 0),
    "unreplied": ({"flags": frozenset({("unreplied", True)})}, lambda one: one.replied_at is None),
    "open then": (
        {"unsettled": frozenset({OCTOBER.until})},
        lambda one: was_open(one, OCTOBER.last, OCTOBER.zone),
    ),
    "several at once": (
        {
            "flags": frozenset({("reopened", False), ("unreplied", False)}),
            "breached": frozenset({"any"}),
            "opened": (OCTOBER.since, OCTOBER.until),
            "types": frozenset({"other", "quality.late"}),
        },
        lambda one: (
            one.reopenings == 0
            and one.replied_at is not None
            and any(one.missed.values())
            and inside(one.opened_at, OCTOBER)
            and one.issue_type != "payment.refund"
        ),
    ),
}


@pytest.mark.parametrize("name", NARROWED)
async def test_the_cases_of_a_figure_are_listed(store: SqlStore, name: str) -> None:
    kept = await some(store, 40)
    given, fits = NARROWED[name]
    meant = {one.case for one in seen(Scope(person=ME, days=OCTOBER, queues=None), kept) if fits(one)}
    assert meant

    for sort in Sort:
        asked = Asked(person=ME, sort=sort, **given)
        assert set(await found(store, asked, 7)) == meant, sort
        assert await store.desk.counts({"it": Listing(asked=asked)}, 99) == {"it": len(meant)}
        narrow = replace(asked, gigs=frozenset({"gig-1"}))
        assert set(await found(store, narrow)) == meant
        unseen = replace(asked, queues=frozenset({"payments"}))
        assert set(await found(store, unseen)) == {
            one.case for one in kept if one.case in meant and one.queue == "payments"
        }


async def test_an_owner_is_known_by_their_newest_case(store: SqlStore, kept: list[CaseFacts]) -> None:
    owned = [one for one in kept if one.owner == "bert"]

    cases = await store.figures.cases_of(["bert", "nobody-here"])

    assert cases == {"bert": max(owned, key=lambda one: (one.opened_at, one.case)).case}
    assert await store.figures.cases_of([]) == {}


async def test_every_figure_is_read_from_an_index(store: SqlStore) -> None:
    scope = SCOPES["some queues"]
    made = {}
    for column, index in (("opened_at", "facts_opened"), ("decided_at", "facts_decided")):
        select = Select(scope, ["general", "payments"])
        source = select.within(column)
        made[f"{ARRIVED} FROM {source} GROUP BY {GROUP}"] = (select, {index})
        made[f"{DECIDED} FROM {source} GROUP BY {GROUP}"] = (select, {index})
        made[RANKED[store.database.dialect](PARTS, "reply_took", source)] = (select, {index})
    select = Select(scope, ["general", "payments"])
    made[f"SELECT count(*) FROM {select.standing()}"] = (select, {"facts_unsettled", "facts_settled"})
    for sql, (select, indexes) in made.items():
        read = await plan(store, sql, select.values)
        for index in indexes:
            assert index in read, read
        assert "SCAN facts" not in read
        assert "Seq Scan on facts" not in read


async def plan(store: SqlStore, sql: str, values: Sequence[object]) -> str:
    if store.database.dialect == "sqlite":
        rows = await store.database.read(f"EXPLAIN QUERY PLAN {sql}", *values)  # type: ignore[arg-type]
        return "\n".join(str(row[3]) for row in rows)
    # As a large table would be read: a small one is gone through from end to end, whatever indexes it has.
    steps = (("SET LOCAL enable_seqscan = off", ()), (f"EXPLAIN {sql}", values))
    *_, rows = await store.database.write(*steps)  # type: ignore[arg-type]
    return "\n".join(str(row[0]) for row in rows)
