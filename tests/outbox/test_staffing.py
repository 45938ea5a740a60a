"""Who of the staff is told of a case that runs late, and that no party ever learns of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

import samples
from gigdesk.access.model import Actor, Role
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.listed import Wanted, item_document
from gigdesk.cases.model import Status
from gigdesk.cases.owed import ClaimedEffect
from gigdesk.cases.timeline import timeline
from gigdesk.cases.view import document_of
from gigdesk.evidence.model import ReceivedFile
from gigdesk.ids import object_key, uuid7
from gigdesk.outbox.upkeep import Upkeep
from outbox.stage import AMARA, JONAS, SUPPORT, Stage, staff, staged

ADA, BERT, LENA = staff("ada"), staff("bert"), staff("lena", Role.LEAD)
REPORTER, RESPONDENT = Actor(sub=AMARA.user_id), Actor(sub=JONAS.user_id)
OWNER_MAIL, LEAD_MAIL = "ada@market.example", "lena@market.example"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


async def claimed(stage: Stage, code: str = "property.damage", by: Actor = ADA) -> UUID:
    """A case with an owner, whose letters of the beginning are out of the way."""
    case = await stage.report(code)
    await stage.act(by, case, Act.ASSIGNMENT, owner=by.sub)
    await stage.works_off()
    stage.letters()
    return case


async def test_owner_then_leads_and_support_then_the_queue(stage: Stage) -> None:
    await stage.knows("ada", "staff")
    await stage.knows("lena", "lead")
    case = await claimed(stage)

    await stage.works_off(hours=6)
    assert stage.told() == {(OWNER_MAIL, "due soon")}
    await stage.works_off(hours=2)
    assert stage.told() == {(LEAD_MAIL, "overdue"), (SUPPORT, "overdue")}
    await stage.works_off(hours=2)
    assert stage.told() == {(OWNER_MAIL, "back in the queue"), (SUPPORT, "back in the queue")}
    state = await stage.case(case)
    assert (state.owner, state.status.value) == (None, "in_review")
    await stage.works_off(hours=2)
    assert stage.told() == set()
    await stage.act(BERT, case, Act.ASSIGNMENT, owner="bert")  # anybody may claim it now


async def test_where_nobody_can_be_told_support_is_and_the_mail_says_so(stage: Stage) -> None:
    await claimed(stage)

    await stage.works_off(hours=6)
    [letter] = stage.letters()
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["to"] == SUPPORT
    assert "Its owner has no address" in " ".join(text.split())
    await stage.works_off(hours=2)
    [letter] = stage.letters()
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (letter["to"], "We know of no lead" in " ".join(text.split())) == (SUPPORT, True)


@pytest.mark.parametrize(
    "who",
    [
        {"role": None},  # the marketplace speaks of somebody of this id, who never came as staff
        {"role": ""},  # came, and works here no longer
        {"role": "staff", "verified": False},
        {"role": "staff", "email": "ada@market.example\r\nBcc: x@evil.example"},
    ],
)
async def test_mail_goes_to_no_owner_whose_address_nobody_vouched_for(
    stage: Stage, who: dict[str, object]
) -> None:
    if who["role"] == "":
        await stage.knows("carla", "staff")
    case = await claimed(stage, by=staff("carla"))
    await stage.knows("carla", **who)  # type: ignore[arg-type]

    await stage.works_off(hours=6)

    assert {to for to, _ in stage.told()} == {SUPPORT}
    assert (await stage.case(case)).owner == "staff:1"


async def test_who_was_not_seen_for_a_month_is_known_no_longer(stage: Stage) -> None:
    await stage.knows("lena", "lead")
    met = (await stage.desk.people.get(["lena"]))["lena"].met_at
    assert met is not None
    for since, known in ((met, ["lena"]), (met + timedelta(microseconds=1), [])):
        assert [p.user_id for p in await stage.desk.people.staff("lead", since, 10)] == known
    stage.clock.time += timedelta(days=31)
    case = await claimed(stage)
    await stage.act(ADA, case, Act.ESCALATION, reason="Look.")
    await stage.works_off()

    assert {to for to, _ in stage.told()} == {SUPPORT}


async def test_a_lead_or_owner_who_is_a_party_is_told_nothing(stage: Stage) -> None:
    await stage.knows(JONAS.user_id, "lead")
    case = await claimed(stage, by=LENA)
    await stage.act(LENA, case, Act.ASSIGNMENT, owner=JONAS.user_id)

    await stage.works_off(hours=6)
    await stage.works_off(hours=2)

    assert {to for to, _ in stage.told()} == {SUPPORT}


async def test_an_emergency_that_nobody_owns_reaches_a_lead_in_minutes(stage: Stage) -> None:
    await stage.knows("lena", "lead")
    await stage.report("safety.emergency")
    await stage.works_off()
    stage.letters()

    await stage.works_off(minutes=8)
    assert {to for to, _ in stage.told()} == {SUPPORT}
    await stage.works_off(minutes=4)
    letters = stage.letters()
    assert [(x["to"], str(x["subject"])[:9]) for x in letters] == [(LEAD_MAIL, "Critical:")]


async def test_an_escalation_is_told_to_leads_and_to_support(stage: Stage) -> None:
    await stage.knows("lena", "lead")
    case = await claimed(stage)

    await stage.act(ADA, case, Act.ESCALATION, reason="Somebody with more say should look.")
    await stage.works_off()

    assert stage.told() == {(LEAD_MAIL, "escalated"), (SUPPORT, "escalated")}


async def test_each_is_told_once_however_often_it_is_tried(stage: Stage) -> None:
    await stage.knows("lena", "lead")
    await stage.knows("otto", "lead")
    case = await claimed(stage)
    stage.clock.time += timedelta(hours=1)
    await stage.act(ADA, case, Act.ESCALATION, reason="Look.")
    owed = [one for one in await stage.desk.outbox.upcoming(10) if one.effect.kind == "notify"]

    for each in owed * 2:
        claim = ClaimedEffect(effect=each.effect, case=each.case, attempts=1, created_at=stage.clock.now())
        await stage.performer.perform(claim)
    await stage.knows("otto", "")  # the list is another when it is tried again
    await stage.works_off()

    assert sorted(str(x["to"]) for x in stage.letters()) == [LEAD_MAIL, "otto@market.example", SUPPORT]


async def test_what_is_held_keeps_its_files_whatever_time_passes(stage: Stage) -> None:
    content = samples.jpeg()
    key = object_key()
    await stage.desk.storage.create(key).finish([content])
    digest, size = sha256(content).hexdigest(), len(content)
    file = ReceivedFile(
        id=uuid7(), key=key, name="tray.jpg", media_type="image/jpeg", size=size, sha256=digest
    )
    await stage.desk.storage.create(orphan := object_key()).finish([content])
    case = await stage.report("conduct.rude", files=(file,))
    await stage.act(LENA, case, Act.ASSIGNMENT, owner="lena")
    await stage.act(LENA, case, Act.HOLD, reason="The police asked.")
    await stage.act(REPORTER, case, Act.WITHDRAWAL)
    due = stage.clock.now() + timedelta(days=2)
    await stage.act(LENA, case, Act.REQUEST, to="reporter", text="Which day?", due=due)

    for _ in range(4):
        await stage.works_off(days=100)
        await Upkeep(stage.desk, stage.performer.tidy).turn()

    state = await stage.case(case)
    assert (state.status, state.closed_reason) == (Status.IN_REVIEW, None)
    kept = [
        state.files[0].key,
        *(copy.key for copy in (state.files[0].derivative, state.files[0].thumbnail) if copy),
    ]
    assert len(kept) == 3
    assert [await stage.desk.storage.size(key) is not None for key in kept] == [True] * 3
    assert await stage.desk.storage.size(orphan) is None  # everything was judged


async def shown(stage: Stage, who: Actor, case: UUID) -> tuple[object, ...]:
    """All that a party can get of a case: its document with version, its timeline with ids, its line in the list."""
    sight = await stage.desk.reader.look(who, case)
    at = stage.clock.now().replace(year=2020)  # clocks say for how long they stand: the same time for all
    page = await stage.desk.lists.cases(who, Wanted(), None, 10)
    rows = [item_document(one) for one in page.items]
    view = await stage.desk.reader.see(who, case)
    return document_of(view, "", str, at, None), timeline(sight), sight.version, rows


async def test_no_party_learns_of_any_of_it_by_any_way(stage: Stage) -> None:
    await stage.knows("ada", "staff")
    await stage.knows("lena", "lead")
    case = await claimed(stage)
    due = stage.clock.now() + timedelta(hours=1)
    await stage.act(ADA, case, Act.REQUEST, to="respondent", text="Your side?", due=due)
    await stage.act(RESPONDENT, case, Act.STATEMENT, text="I was there.")
    await stage.act(REPORTER, case, Act.MESSAGES, text="Any news?")
    await stage.works_off()
    stage.letters()
    before = [await shown(stage, who, case) for who in (REPORTER, RESPONDENT)]
    commits = len(await stage.desk.log.load(case))

    for _ in range(12):
        await stage.works_off(hours=2)

    told = {to for to, _ in stage.told()}
    assert told == {OWNER_MAIL, LEAD_MAIL, SUPPORT}
    assert len(await stage.desk.log.load(case)) > commits + 2
    assert (await stage.case(case)).owner is None
    assert [await shown(stage, who, case) for who in (REPORTER, RESPONDENT)] == before
