"""Clocks: what is due when, which of them stand still, and what they say of themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cases.stories import AGENT, AT, REPORTER, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.clocks import Clock, Kind, State, clocks, span
from gigdesk.cases.model import Addressee, Disposition
from gigdesk.cases.timing import next_wake, on_time

HOUR = timedelta(hours=1)
MESSAGE = {"to": Addressee.DESK, "digests": SAID}


def clock(story: Story, kind: Kind) -> Clock | None:
    return next((clock for clock in clocks(story.now, story.at) if clock.kind is kind), None)


def test_the_first_reply_is_due_when_the_type_says() -> None:
    story = Story.of()
    found = clock(story, Kind.FIRST_REPLY)
    assert found is not None
    assert (found.due, found.state) == (AT + 8 * HOUR, State.RUNNING)
    late = clock(story.wait(hours=8), Kind.FIRST_REPLY)
    assert late is not None
    assert late.state is State.MISSED


def test_a_reply_meets_it_and_the_next_runs_from_what_nobody_answered() -> None:
    story = Story.of().claimed()
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    met = clock(story, Kind.FIRST_REPLY)
    assert met is not None
    assert met.state is State.MET
    assert clock(story, Kind.NEXT_REPLY) is None
    asked_at = story.wait(days=1).at
    story.when(ask.SendMessage, REPORTER, message=uuid4(), **MESSAGE)
    story.wait(hours=1).when(ask.SendMessage, REPORTER, message=uuid4(), **MESSAGE)
    following = clock(story, Kind.NEXT_REPLY)
    assert following is not None
    assert following.due == asked_at + 8 * HOUR


def test_it_stands_still_while_somebody_outside_is_waited_for() -> None:
    story = Story.of().claimed().asked(Addressee.EXTERNAL).wait(hours=2, minutes=10)
    paused = clock(story, Kind.RESOLUTION)
    assert paused is not None
    assert (paused.state, paused.due) == (State.PAUSED, None)
    assert str(paused.why) == "Paused for 2 h 10 min: waiting for somebody outside."
    story.when(ask.ResumeReview, AGENT)
    running = clock(story.wait(hours=1), Kind.RESOLUTION)
    assert running is not None
    assert running.due == AT + timedelta(days=7, hours=2, minutes=10)
    assert str(running.why) == "Stood still for 2 h 10 min while somebody outside was waited for."


def test_it_stands_still_from_the_very_moment_and_nobody_is_woken_for_it() -> None:
    story = Story.of().claimed().asked(Addressee.EXTERNAL)
    paused = clock(story, Kind.RESOLUTION)
    assert paused is not None
    assert (paused.state, paused.due) == (State.PAUSED, None)
    assert str(paused.why) == "Paused for 0 min: waiting for somebody outside."
    due = next_wake(story.now)
    assert due is None or list(on_time(story.now, due))


def test_what_the_law_sets_never_stands_still() -> None:
    story = Story.of(opened("account.restricted", "general", "high")).claimed().asked(Addressee.EXTERNAL)
    found = clock(story.wait(days=3), Kind.ACCOUNT_REVIEW)
    assert found is not None
    assert (found.due, found.state) == (AT + timedelta(days=14), State.RUNNING)


def test_an_appeal_is_due_within_fourteen_days() -> None:
    story = Story.of().claimed()
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=SAID
    )
    story.when(ask.AppealDecision, REPORTER, digests=SAID)
    found = clock(story, Kind.APPEAL)
    assert found is not None
    assert found.due == story.at + timedelta(days=14)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(), "0 min"),
        (timedelta(minutes=5, seconds=59), "5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(days=2, hours=3, minutes=4), "2 d 3 h"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert span(length) == said
