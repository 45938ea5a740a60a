"""A case is worked on the terms that its log says: clocks, contact, shielding, expiry, withdrawal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cases.stories import AGENT, LEAD, REPORTER, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.clocks import Clock, Kind, State, clocks, first_reply_by
from gigdesk.cases.hours import Hours, openings
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Addressee, Case, Pause
from gigdesk.cases.terms import hours_to_wire
from gigdesk.cases.timing import is_sensitive, may_expire, next_wake
from gigdesk.errors import Conflict, NotAllowed

HOUR = timedelta(hours=1)
SPECIALIST = By(name="staff:1", who=frozenset({Who.AGENT, Who.SPECIALIST}))
BERLIN = Hours(zone="Europe/Berlin", week=(*(((540, 1020),),) * 5, (), ()))
FRIDAY = datetime(2026, 12, 18, 14, 0, tzinfo=UTC)  # 15:00 in Berlin


def on(terms: dict[str, Any], *opening: str, at: datetime = FRIDAY) -> Story:
    """A case that was opened on these terms."""
    story = Story(at=at)
    story._append("reporter", (replace(opened(*opening), terms=terms),))
    return story


def in_berlin(**terms: Any) -> Story:
    return on({"hours": hours_to_wire(BERLIN), **terms})


def clock(story: Story, kind: Kind = Kind.FIRST_REPLY) -> Clock:
    return next(found for found in clocks(story.now, story.at) if found.kind is kind)


def test_a_clock_runs_in_the_hours_of_its_queue_and_says_so() -> None:
    story = in_berlin()  # 8 hours, two of them on Friday

    assert clock(story).due == datetime(2026, 12, 21, 14, 0, tzinfo=UTC)
    assert str(clock(story).why) == "Runs Mon–Fri 09:00–17:00 (Europe/Berlin)."
    assert first_reply_by(story.now) == clock(story).due
    assert next_wake(story.now) == datetime(2026, 12, 21, 12, 0, tzinfo=UTC)  # three quarters of its hours


def test_targets_of_the_log_count_and_not_those_of_the_table() -> None:
    story = on({"firstReply": 3600, "resolution": 7200})

    assert clock(story).due == FRIDAY + HOUR
    assert clock(story, Kind.RESOLUTION).due == FRIDAY + 2 * HOUR


def test_a_pause_counts_as_far_as_it_was_open() -> None:
    story = in_berlin().claimed().asked(Addressee.EXTERNAL)  # from Friday 15:00
    paused = clock(story.wait(hours=3, minutes=10))
    assert (paused.state, paused.due) == (State.PAUSED, None)
    assert str(paused.why) == "Paused for 3 h 10 min: waiting for somebody outside."

    story.when(ask.ResumeReview, AGENT)  # Friday 18:10: two open hours later

    assert clock(story).due == datetime(2026, 12, 21, 16, 0, tzinfo=UTC)
    said = "Runs Mon–Fri 09:00–17:00 (Europe/Berlin). Stood still for 3 h 10 min while somebody outside was waited for."
    assert str(clock(story).why) == said


def test_what_was_missed_before_it_was_paused_stays_missed() -> None:
    story = on({"firstReply": 3600}).claimed().wait(hours=2).asked(Addressee.EXTERNAL).wait(hours=1)

    assert (clock(story).state, clock(story).due) == (State.MISSED, FRIDAY + HOUR)


@pytest.mark.parametrize("code", ["account.restricted", "account.own"])
def test_what_the_law_sets_takes_no_notice_of_hours(code: str) -> None:
    story = on({"hours": hours_to_wire(BERLIN), "firstReply": 3600}, code, "general", "high")

    assert clock(story, Kind.ACCOUNT_REVIEW).due == FRIDAY + timedelta(days=14)


def stepped(case: Case, target: timedelta, at: datetime) -> datetime | None:
    """When a clock of this case ends, in steps of ten minutes; None while it is paused."""
    open_spans = list(_until(case.terms.hours, case.opened_at))
    step, reached = timedelta(minutes=10), case.opened_at
    while target > timedelta():
        waits = [p for p in case.pauses if p.since <= reached and (p.until is None or reached < p.until)]
        if any(p.until is None for p in waits):
            return None
        if not waits and any(start <= reached < end for start, end in open_spans):
            target -= step
        reached += step
    return reached


def _until(hours: Hours | None, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    for start, end in openings(hours, since):
        yield start, end
        if start > since + timedelta(days=60):
            return


@settings(max_examples=60, deadline=None)
@given(
    marks=some.lists(some.integers(0, 600), unique=True, max_size=7).map(sorted),
    target=some.integers(1, 200),
    has_hours=some.booleans(),
)
def test_a_clock_with_pauses_is_what_one_counts_in_steps(
    marks: list[int], target: int, has_hours: bool
) -> None:
    story = in_berlin(resolution=target * 600) if has_hours else on({"resolution": target * 600})
    moments = [FRIDAY + timedelta(minutes=10 * mark) for mark in marks]
    ends: list[datetime | None] = [*moments[1::2], None]
    pauses = tuple(
        Pause(of=Addressee.EXTERNAL, since=since, until=until)
        for since, until in zip(moments[::2], ends, strict=False)
    )
    case = replace(story.now, pauses=pauses)
    at = FRIDAY + timedelta(days=30)

    found = next(found for found in clocks(case, at) if found.kind is Kind.RESOLUTION)

    assert found.due == stepped(case, timedelta(minutes=10 * target), at)


def test_the_other_side_is_asked_only_where_the_type_permits_it() -> None:
    story = on({"permitsContact": False}).claimed(LEAD)

    with pytest.raises(Conflict) as refusal:
        story.asked(Addressee.RESPONDENT, LEAD)
    assert refusal.value.code == "contact.not_permitted"
    assert story.asked(Addressee.REPORTER, LEAD).now.waiting_until


@pytest.mark.parametrize("by", [SPECIALIST, LEAD])
def test_in_a_sensitive_queue_a_specialist_or_a_lead_asks_the_other_side(by: By) -> None:
    story = on({"sensitive": True}, "payment.refund", "trust").claimed(by)

    assert story.asked(Addressee.RESPONDENT, by).now.is_contacted


def test_in_a_sensitive_queue_no_other_agent_asks_the_other_side() -> None:
    story = on({"sensitive": True}, "payment.refund", "trust").claimed()

    with pytest.raises(NotAllowed) as refusal:
        story.asked(Addressee.RESPONDENT)
    assert refusal.value.code == "contact.specialist"


def test_a_sensitive_queue_keeps_a_case_from_expiring_and_from_being_withdrawn() -> None:
    story = on({"sensitive": True, "mayExpire": True}, "conduct.rude", "trust", "low")
    story.when(ask.WithdrawReport, REPORTER, digests=SAID)

    assert is_sensitive(story.now)
    assert not may_expire(story.now)
    assert story.now.closed_reason is None


def test_what_may_expire_by_its_terms_does() -> None:
    assert may_expire(on({"mayExpire": True}, "fleet.scratch", "general").now)
    assert not may_expire(on({"mayExpire": False}, "conduct.rude", "general", "low").now)


def test_a_message_is_answered_in_open_hours_too() -> None:
    story = in_berlin().claimed()
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    story.wait(days=1)  # Saturday
    story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)

    assert clock(story, Kind.NEXT_REPLY).due == datetime(2026, 12, 21, 16, 0, tzinfo=UTC)
