"""A decision that nobody was told of yet: neither what is taken, nor what is refused, nor what is shown tells of it."""

from uuid import uuid4

import pytest

from cases.stories import AGENT, CASE, LEAD, REPORTER, RESPONDENT, SAID, Story, a_file, digests_of, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.decide_life import permit_act
from gigdesk.cases.effects import CallWebhook, effects_of
from gigdesk.cases.life_commands import SYSTEM, By
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Addressee, Disposition, Status
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.errors import Conflict

WHY = {"reasons:1": "cd" * 32}
HARASSMENT = ("harassment.sexual", "safety", "high")
WAITS = {
    Addressee.REPORTER: Status.WAITING_REPORTER,
    Addressee.RESPONDENT: Status.WAITING_RESPONDENT,
    Addressee.EXTERNAL: Status.WAITING_EXTERNAL,
}


def decided_later(story: Story, by: By = AGENT) -> Story:
    decision = {"disposition": Disposition.UPHELD, "evidence": (), "announce": False}
    story.when(ask.DecideCase, by, digests=WHY, **decision)
    assert story.now.status is Status.DECIDED
    return story


def state(story: Story, by: By) -> object:
    return story.when(ask.GiveStatement, by, message=uuid4(), digests=SAID)


def write(story: Story, by: By) -> object:
    return story.when(ask.SendMessage, by, message=uuid4(), to=Addressee.DESK, digests=SAID)


def send(story: Story, by: By) -> object:
    files = (a_file(),)
    return story.when(ask.AddEvidence, by, files=files, digests=digests_of(files))


def status_for(story: Story, viewer: Viewer) -> Status:
    shown = case_of(CASE, seen_by(viewer, story.history))
    assert shown is not None
    return shown.status


@pytest.mark.parametrize("by", [REPORTER, RESPONDENT])
def test_a_statement_that_was_refused_before_a_decision_is_refused_after_it(by: By) -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    state(story, RESPONDENT)
    for refused in (story, decided_later(story)):
        history = list(refused.history)
        with pytest.raises(Conflict, match="statement"):
            state(refused, by)
        with pytest.raises(Conflict, match="statement"):
            permit_act(refused.now, Act.STATEMENT, by.who, refused.at)
        assert refused.history == history


def test_a_statement_that_is_waited_for_is_taken_though_it_was_decided_without_it() -> None:
    story = decided_later(Story.of().claimed().asked(Addressee.RESPONDENT))

    permit_act(story.now, Act.STATEMENT, RESPONDENT.who, story.at)
    state(story, RESPONDENT)

    assert (story.now.status, story.now.decision) == (Status.IN_REVIEW, None)
    assert {status_for(story, viewer) for viewer in (Viewer.REPORTER, Viewer.RESPONDENT)} == {
        Status.IN_REVIEW
    }


@pytest.mark.parametrize("act", [write, send])
def test_who_replies_after_an_untold_decision_is_not_asked_any_longer(act: object) -> None:
    story = decided_later(Story.of().claimed().asked(Addressee.REPORTER))

    act(story, REPORTER)  # type: ignore[operator]

    assert (story.now.status, status_for(story, Viewer.REPORTER)) == (Status.IN_REVIEW, Status.IN_REVIEW)


@pytest.mark.parametrize("act", [write, send])
@pytest.mark.parametrize(
    ("of", "by", "other"),
    [
        (Addressee.RESPONDENT, REPORTER, Viewer.RESPONDENT),
        (Addressee.REPORTER, RESPONDENT, Viewer.REPORTER),
    ],
)
def test_what_one_side_sends_ends_no_wait_for_the_other(
    of: Addressee, by: By, other: Viewer, act: object
) -> None:
    story = Story.of(opened(*HARASSMENT)).claimed(LEAD).asked(Addressee.RESPONDENT, LEAD)
    if of is Addressee.REPORTER:
        state(story, RESPONDENT)
        story.asked(of, LEAD)
    due = story.now.waiting_until
    decided_later(story, LEAD)
    seen = seen_by(other, story.history)

    act(story, by)  # type: ignore[operator]

    assert seen_by(other, story.history) == seen
    assert (story.now.status, story.now.waiting_until, story.now.decision) == (WAITS[of], due, None)
    assert story.now.pauses[-1].until is None


@pytest.mark.parametrize("of", list(WAITS))
def test_a_decision_that_the_desk_takes_back_untold_leaves_the_case_where_it_was(of: Addressee) -> None:
    story = Story.of().claimed().asked(of)
    before = story.now
    decided_later(story)
    seen = {viewer: seen_by(viewer, story.history) for viewer in (Viewer.REPORTER, Viewer.RESPONDENT)}

    story.when(ask.ResumeReview, AGENT)

    assert (story.now.status, story.now.waiting_until) == (before.status, before.waiting_until)
    assert story.now.pauses == before.pauses
    assert seen == {viewer: seen_by(viewer, story.history) for viewer in seen}


def test_a_decision_that_was_told_goes_back_to_review_and_to_no_wait() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    decided_later(story).wait(minutes=20).when(ask.ActOnTime, SYSTEM)

    story.when(ask.ResumeReview, LEAD, digests=SAID)

    assert (story.now.status, story.now.waiting_until) == (Status.IN_REVIEW, None)
    assert status_for(story, Viewer.RESPONDENT) is Status.IN_REVIEW


def test_who_was_reminded_before_an_untold_decision_is_not_reminded_of_the_same_again() -> None:
    story = Story.of(opened("quality.late", "general", "low")).claimed().asked(Addressee.RESPONDENT)
    state(story, RESPONDENT)
    story.asked(Addressee.REPORTER).wait(days=4).when(ask.ActOnTime, SYSTEM)
    reminded = did.ReplyReminded(of=Addressee.REPORTER)
    assert reminded in story.history[-1].events
    write(decided_later(story), RESPONDENT)

    story.when(ask.ActOnTime, SYSTEM)

    assert [event for record in story.history for event in record.events].count(reminded) == 1


@pytest.mark.parametrize("is_told", [True, False])
def test_the_webhook_hears_the_end_of_a_decision_only_if_it_heard_of_it(is_told: bool) -> None:
    story = decided_later(Story.of().claimed())
    if is_told:
        story.wait(minutes=20).when(ask.ActOnTime, SYSTEM)
    before = story.now

    events = story.when(ask.ResumeReview, LEAD, digests=SAID)

    called = (CallWebhook(about="case.status_changed", status="in_review"),) if is_told else ()
    assert effects_of(events, 5, before) == called


def test_the_webhook_hears_once_that_a_statement_ended_the_wait() -> None:
    story = decided_later(Story.of().claimed().asked(Addressee.RESPONDENT))
    before = story.now
    state(story, RESPONDENT)
    called = [e for e in effects_of(story.history[-1].events, 5, before) if isinstance(e, CallWebhook)]
    assert called == [CallWebhook(about="case.status_changed", status="in_review")]
