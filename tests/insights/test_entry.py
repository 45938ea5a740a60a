"""From the story of a case to its row in the desk's lists."""

from datetime import timedelta
from uuid import uuid4

from cases.stories import AGENT, AT, LEAD, REPORTER, RESPONDENT, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.model import Addressee, Disposition
from gigdesk.cases.ports import CaseRow, SealedValue
from gigdesk.insights.entry import entry_of, texts_of
from gigdesk.insights.model import Awaits, DeskEntry, WaitsOn, Where

HOUR = timedelta(hours=1)


def sealed(item: str, value: str, person: str = "person-1") -> SealedValue:
    return SealedValue(item=item, salt=bytes(32), value=value.encode(), person=person)


def of(story: Story) -> DeskEntry:
    case = story.now
    row = CaseRow(
        id=case.id,
        version=len(story.history),
        status=case.status,
        reference=case.reference,
        gig_id=case.gig_id,
        issue_type=case.issue_type,
        severity=case.severity,
        queue=case.queue,
        side=case.side,
        reporter="person-1",
        respondent="person-2",
        files=0,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
    )
    return entry_of(row, case, row.version, {"staff:1": sealed("staff:1", "{}", "person-of-staff")})


def said(story: Story, by: object = REPORTER, to: Addressee = Addressee.DESK) -> Story:
    story.when(ask.SendMessage, by, message=uuid4(), to=to, digests=SAID)  # type: ignore[arg-type]
    return story


def test_a_new_case_waits_for_the_desks_first_reply() -> None:
    entry = of(Story.of(opened()))

    assert (entry.waits_on, entry.awaits) == (WaitsOn.DESK, Awaits.FIRST_REPLY)
    assert (entry.owner, entry.clock, entry.due_at) == (None, "first_reply", AT + 8 * HOUR)
    assert (entry.version, entry.reporter, entry.respondent) == (1, "person-1", "person-2")
    assert (entry.is_statutory, entry.paused_since, entry.has_answered, entry.priority) == (
        False,
        None,
        False,
        "normal",
    )


def test_who_claims_a_case_owns_it_and_its_answers_are_awaited() -> None:
    story = Story.of(opened()).claimed()
    assert of(story).owner == "person-of-staff"

    said(story, AGENT, Addressee.REPORTER)
    assert (of(story).awaits, of(story).clock) == (Awaits.DECISION, "resolution")

    story.wait(hours=3)
    said(story)
    entry = of(story)
    assert (entry.awaits, entry.clock, entry.has_answered) == (Awaits.NEXT_REPLY, "next_reply", True)
    assert entry.due_at == story.at + 8 * HOUR

    said(story, AGENT, Addressee.REPORTER)
    assert not of(story).has_answered


def test_an_owner_whose_name_was_erased_is_somebody_still() -> None:
    story = Story.of(opened()).claimed(LEAD)

    assert of(story).owner == "staff:3"


def test_a_case_that_waits_outside_has_no_clock_but_since_when_it_stands_still() -> None:
    for whom, waits, awaits in (
        (Addressee.REPORTER, WaitsOn.REPORTER, Awaits.QUESTION),
        (Addressee.RESPONDENT, WaitsOn.RESPONDENT, Awaits.STATEMENT),
        (Addressee.EXTERNAL, WaitsOn.EXTERNAL, Awaits.OUTSIDE),
    ):
        story = Story.of(opened()).claimed().wait(hours=1)
        entry = of(story.asked(whom))

        assert (entry.waits_on, entry.awaits) == (waits, awaits)
        assert (entry.due_at, entry.clock, entry.paused_since) == (None, None, story.at)


def test_the_clock_of_the_law_goes_on_while_the_desk_waits() -> None:
    story = Story.of(opened("account.access", "general", "high")).claimed()
    said(story, REPORTER)
    first = of(story)
    assert first.clock == "first_reply"

    story = Story.of(opened("account.access", "general", "high")).claimed().asked(Addressee.EXTERNAL)
    entry = of(story)

    assert (entry.clock, entry.is_statutory, entry.due_at) == (
        "account_review",
        True,
        AT + timedelta(days=14),
    )
    assert entry.paused_since is not None


def test_a_decided_case_awaits_nothing() -> None:
    story = Story.of(opened()).claimed()
    story.when(
        ask.DecideCase,
        AGENT,
        disposition=Disposition.UPHELD,
        evidence=(),
        announce=True,
        digests={"reasons:1": "ab" * 32},
    )
    entry = of(story)

    assert (entry.status, entry.waits_on, entry.awaits) == ("decided", WaitsOn.NOBODY, Awaits.NOTHING)
    assert (entry.due_at, entry.has_answered) == (None, False)


def test_what_stands_beside_the_status_is_kept() -> None:
    story = Story.of(opened()).claimed()
    story.when(ask.Snooze, AGENT, until=story.at + 5 * HOUR)
    assert of(story).snoozed_until == story.at + 5 * HOUR

    story.when(ask.Escalate, AGENT, digests=SAID)
    story.when(ask.Hold, LEAD, digests=SAID)
    entry = of(story)
    assert (entry.is_escalated, entry.is_held) == (True, True)


def test_a_statement_is_an_answer() -> None:
    story = Story.of(opened()).claimed().asked(Addressee.RESPONDENT).wait(hours=2)
    story.when(ask.GiveStatement, RESPONDENT, message=uuid4(), digests=SAID)

    entry = of(story)
    assert (entry.status, entry.has_answered, entry.waits_on) == ("in_review", True, WaitsOn.DESK)


def test_a_case_is_found_by_what_was_said_and_what_files_and_gig_are_called() -> None:
    values = [
        sealed("description", "It broke"),
        sealed("gig", "Tiles"),
        sealed("details", '{"amount":"240","currency":"GBP"}'),
        sealed("message:1", "a message"),
        sealed("note:1", "a note"),
        sealed("file:1", '{"name":"photo.jpg","sha256":"cd"}'),
        sealed("reporter", '{"id":"1","name":"Amara"}'),
        sealed("staff:1", '{"id":"2","name":"Priya"}'),
        sealed("reasons:1", "because"),
    ]

    assert [(where, text) for _, where, text in texts_of({value.item: value for value in values})] == [
        (Where.DESCRIPTION, "It broke"),
        (Where.GIG, "Tiles"),
        (Where.DESCRIPTION, "240 · GBP"),
        (Where.MESSAGE, "a message"),
        (Where.NOTE, "a note"),
        (Where.FILE, "photo.jpg"),
    ]
