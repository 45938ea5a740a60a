"""What is joined to a duplicate hears of the case that goes on, whatever the order, and nobody of one that hides."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from gigdesk.access.model import Role
from gigdesk.cases.joining import MOST_DUPLICATES, news_of, told_of
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Disposition, Status
from gigdesk.outbox.joining import Joining
from gigdesk.outbox.run import Pace, Runner
from outbox.stage import JONAS, THIRD, Stage, staff, staged

LENA = staff("lena", Role.LEAD)
UPHELD = (Status.DECIDED, Disposition.UPHELD)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as opened:
        yield opened


async def decided(stage: Stage, case: UUID) -> None:
    await stage.act(LENA, case, Act.ASSIGNMENT, owner="lena")
    await stage.act(
        LENA, case, Act.DECISION, disposition="upheld", reasons="The chat shows it.", notify="now"
    )


async def merged(stage: Stage, case: UUID, into: UUID) -> None:
    await stage.act(LENA, case, Act.MERGE, into=str(into))


async def followed(stage: Stage, case: UUID) -> tuple[Status, Disposition | None] | None:
    found = (await stage.case(case)).followed
    return (found.status, found.disposition) if found else None


async def test_a_duplicate_of_a_duplicate_hears_where_one_person_reported_the_other_two(stage: Stage) -> None:
    last, between, first = [await stage.report(by=by) for by in (JONAS, JONAS, THIRD)]
    await merged(stage, first, between)
    await stage.works_off()
    await merged(stage, between, last)
    await stage.works_off()
    await decided(stage, last)
    await stage.works_off()
    assert await followed(stage, first) == UPHELD


async def test_it_hears_as_well_where_the_one_between_knew_of_it_late(stage: Stage) -> None:
    last, between, first = [await stage.report(by=by) for by in (JONAS, JONAS, THIRD)]
    await decided(stage, last)
    await merged(stage, first, between)
    await merged(stage, between, last)
    await Joining(stage.desk).join(between, last)  # before it knows of its own
    await Joining(stage.desk).tell(last, news_of(await stage.case(last), 99))
    assert await followed(stage, first) is None
    await stage.works_off()
    assert await followed(stage, first) == UPHELD


async def test_who_may_not_know_of_the_last_one_hears_nothing_through_the_one_between(stage: Stage) -> None:
    last = await stage.report("harassment.verbal", by=JONAS)
    between, first = [await stage.report(by=by) for by in (JONAS, THIRD)]
    await merged(stage, first, between)
    await merged(stage, between, last)  # before it knows of its own: else it is refused
    await stage.works_off()
    await decided(stage, last)
    await stage.works_off()
    assert told_of(await stage.case(last)) == UPHELD
    assert await followed(stage, between) == UPHELD
    assert await followed(stage, first) is None


async def test_one_too_many_of_merges_made_at_once_is_parked_until_there_is_room(stage: Stage) -> None:
    last, *many = [await stage.report(by=JONAS) for _ in range(MOST_DUPLICATES + 2)]
    await stage.works_off()
    for one in many:
        await merged(stage, one, last)  # none is noted yet
    runner = Runner(stage.desk.outbox, stage.performer.perform, pace=Pace(attempts=1))
    await runner.drain()
    joined = (await stage.case(last)).duplicates
    [parked] = await stage.desk.outbox.parked(10)
    assert (parked.effect.kind, parked.reason) == ("join-cases", "merge.too_many")
    assert {*joined, parked.case} == {*many}

    await stage.act(LENA, joined[0], Act.MERGE, "DELETE")
    await runner.drain()
    await stage.desk.outbox.retry(parked.effect.id)
    await runner.drain()
    assert (await stage.case(last)).duplicates == (*joined[1:], parked.case)
