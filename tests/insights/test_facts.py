"""From the story of a case to what it adds to figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cases.stories import AGENT, AT, LEAD, OTHER, REPORTER, SAID, Story, a_file, digests_of, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.events import EvidenceReceived
from gigdesk.cases.hours import Hours
from gigdesk.cases.life_commands import SYSTEM
from gigdesk.cases.model import Addressee, ClosedReason, Disposition, Outcome
from gigdesk.cases.terms import hours_to_wire
from gigdesk.insights.facts import CaseFacts, Parties, facts_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAFF = Parties(reporter="key-1", respondent="key-2", staff={"staff:1": "key-ada", "staff:2": "key-bert"})
NINE_TO_FIVE = Hours(zone="UTC", week=(*(((540, 1020),),) * 5, (), ()))


def of(story: Story) -> CaseFacts:
    return facts_of(story.now, story.history, STAFF)


def replied(story: Story) -> Story:
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    return story


def decided(story: Story, by: ask.By = AGENT, *, announce: bool = True) -> Story:
    story.when(
        ask.DecideCase, by, disposition=Disposition.UPHELD, evidence=(), announce=announce, digests=SAID
    )
    return story


def test_a_new_case_has_only_arrived() -> None:
    facts = of(Story.of(opened()))

    assert (facts.opened_at, facts.queue, facts.issue_type, facts.version) == (
        AT,
        "payments",
        "payment.not_received",
        1,
    )
    assert (facts.reporter, facts.respondent, facts.owner) == ("key-1", "key-2", None)
    assert (facts.replied_at, facts.reply_took, facts.is_reply_late) == (None, None, None)
    assert (facts.decided_at, facts.settled_at, facts.closed_at) == (None, None, None)
    assert set(facts.missed.values()) == {0}


@pytest.mark.parametrize(("hours", "late"), [(7, False), (8, False), (9, True)])
def test_a_first_reply_is_in_time_by_its_clock(hours: int, late: bool) -> None:
    story = replied(
        Story.of(opened()).claimed().wait(hours=hours - 1)
    )  # an hour has passed since it was opened

    facts = of(story)

    assert (facts.replied_at, facts.reply_took, facts.is_reply_late) == (
        AT + hours * HOUR,
        hours * HOUR,
        late,
    )
    assert facts.missed["first_reply"] == int(late)
    assert facts.owner == "key-ada"


def test_a_first_reply_takes_as_long_as_its_queue_was_open_and_nobody_was_waited_for() -> None:
    story = Story(at=datetime(2026, 11, 6, 16, 0, tzinfo=UTC))  # a Friday, an hour before it closes
    story._append("reporter", (replace(opened(), terms={"hours": hours_to_wire(NINE_TO_FIVE)}),))
    story.claimed().wait(days=2, hours=18)  # Monday, 10:00
    story.asked(Addressee.EXTERNAL).wait(hours=2)
    story.when(ask.ResumeReview, AGENT)
    replied(story.wait(hours=1))  # 13:00

    facts = of(story)

    assert facts.reply_took == 3 * HOUR  # Friday 16 to 17, Monday 9 to 10 and 12 to 13
    assert facts.is_reply_late is False


def test_a_decision_counts_once_the_parties_were_told() -> None:
    story = decided(Story.of(opened()).claimed().wait(days=1), announce=False)
    untold = of(story)
    assert (untold.decided_at, untold.disposition, untold.decided_by) == (None, None, None)
    assert untold.settled_at == story.at

    story.wait(minutes=15).when(ask.ActOnTime, SYSTEM)

    facts = of(story)
    assert facts.decided_at == story.at
    assert facts.decision_took == story.at - AT
    assert (facts.disposition, facts.decided_by) == ("upheld", "key-ada")
    assert facts.replied_at == story.at  # being told is the first that the reporter hears


def test_a_decision_that_was_taken_back_never_was() -> None:
    story = decided(Story.of(opened()).claimed().wait(days=1), announce=False)
    story.when(ask.ResumeReview, AGENT)

    facts = of(story)

    assert (facts.decided_at, facts.settled_at, facts.disposition) == (None, None, None)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_appeal_leaves_the_first_decision_in_its_place_and_its_outcome_beside_it(outcome: Outcome) -> None:
    story = decided(Story.of(opened()).claimed().wait(days=1))
    first = story.at
    story.wait(days=2).when(ask.AppealDecision, REPORTER, digests=SAID)
    assert of(story).settled_at is None
    story.wait(days=1).when(
        ask.DecideAppeal, OTHER, outcome=outcome, disposition=Disposition.NOT_UPHELD, digests=SAID
    )

    facts = of(story)

    assert (facts.decided_at, facts.decided_by, facts.disposition) == (first, "key-ada", "not_upheld")
    assert facts.outcomes == {one.value: int(one is outcome) for one in Outcome}
    assert facts.settled_at == story.at


def test_what_is_opened_again_is_counted_and_not_settled() -> None:
    story = decided(Story.of(opened()).claimed().wait(days=1))
    story.wait(hours=1).when(ask.AcceptDecision, REPORTER)
    settled = of(story)
    assert (settled.settled_at, settled.closed_at) == (AT + DAY + HOUR, AT + DAY + 2 * HOUR)
    assert settled.closed_reason == "resolved"

    story.wait(hours=1).when(ask.ReopenCase, REPORTER, digests=SAID)
    story.wait(hours=1)

    facts = of(story)
    assert (facts.reopenings, facts.settled_at, facts.closed_at) == (1, None, None)
    assert facts.decided_at == AT + DAY + HOUR
    story.when(ask.CloseCase, LEAD, closed_reason=ClosedReason.INVALID, digests=SAID)
    assert of(story).settled_at == story.at


def test_each_run_of_a_clock_is_missed_once() -> None:
    story = Story.of(opened()).claimed().wait(hours=9)
    story.when(ask.ActOnTime, SYSTEM)
    assert of(story).missed["first_reply"] == 1

    replied(story.wait(hours=1))
    for _ in range(2):
        story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)
        story.wait(hours=9).when(ask.ActOnTime, SYSTEM)
        replied(story)

    facts = of(story)
    assert (facts.missed["first_reply"], facts.missed["next_reply"], facts.missed["resolution"]) == (1, 2, 0)


def test_files_are_counted_with_their_bytes() -> None:
    files = [a_file(700), a_file(5_000_000_000)]
    received = [
        EvidenceReceived(
            evidence=file.id,
            key=file.key,
            media_type=file.media_type,
            size=file.size,
            digests=digests_of([file]),
        )
        for file in files
    ]

    facts = of(Story.of(opened(), *received))

    assert (facts.files, facts.size) == (2, 5_000_000_700)


def test_one_whose_name_was_erased_is_somebody_still() -> None:
    assert of(Story.of(opened()).claimed(LEAD)).owner == "staff:3"
