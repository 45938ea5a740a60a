"""How long it takes until a decision: by the type's own history, where there is enough, or by the target."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cases.stories import AGENT, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.estimate import LEAST, Basis, Estimate, estimate, usual, window
from gigdesk.cases.model import Addressee, ClosedReason, Disposition
from gigdesk.cases.opening import new_people, summary
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.seal import commit_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def said(found: Estimate | None) -> str:
    assert found is not None
    return " ".join(map(str, found.sentences))


def test_few_decisions_say_nothing() -> None:
    assert usual([DAY] * (LEAST - 1)) is None
    assert usual([]) is None


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ([1] * 16 + [900] * 4, 1),
        ([1] * 15 + [900] * 5, 38),
        ([24] * 20, 1),
        ([24.1] * 20, 2),
        ([0] * 20, 1),
        (list(range(1, 101)), 4),
    ],
)
def test_eight_of_ten_are_within_the_span_in_whole_days(hours: list[float], days: int) -> None:
    spans = [hour * HOUR for hour in hours]
    found = usual(spans)
    assert found == days * DAY
    assert sum(span <= found for span in spans) / len(spans) >= 0.8
    assert usual(spans[::-1]) == found


def test_whole_days_that_are_over_count_so_that_no_decision_shows_on_its_own_day() -> None:
    midnight = datetime(2026, 11, 29, tzinfo=UTC)
    late = midnight + timedelta(hours=23, minutes=59)
    assert window(late) == (midnight - 90 * DAY, midnight)
    assert window(midnight + timedelta(minutes=15)) == window(late)
    assert window(midnight + timedelta(minutes=14)) == (midnight - 91 * DAY, midnight - DAY)


def test_the_target_is_said_as_such_where_there_is_no_history() -> None:
    normal = estimate(Story.of().now, None, Story.of().at)
    assert normal is not None
    assert (normal.basis, normal.within) == (Basis.TARGET, 7 * DAY)
    assert said(normal).startswith("We aim to decide it within 7 days. That is our target")
    critical = Story.of(opened("safety.emergency", "safety", "critical"))
    assert said(estimate(critical.now, None, critical.at)).startswith("We aim to decide it within a day.")


def test_history_is_said_in_days_and_that_this_one_takes_longer() -> None:
    story = Story.of().claimed()
    assert said(estimate(story.now, 3 * DAY, story.at)) == (
        "8 of 10 reports like this were decided within 3 days."
    )
    assert said(estimate(story.now, DAY, story.at)) == (
        "8 of 10 reports like this were decided within a day."
    )
    story.asked(Addressee.REPORTER).wait(days=3)
    assert said(estimate(story.now, 3 * DAY, story.at)).endswith("This one takes longer.")


def test_what_was_decided_or_closed_has_no_estimate() -> None:
    story = Story.of().claimed()
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=SAID
    )
    assert estimate(story.now, DAY, story.at) is None
    gone = Story.of()
    gone.when(ask.CloseCase, AGENT, closed_reason=ClosedReason.INVALID, digests=SAID)
    assert estimate(gone.now, DAY, gone.at) is None


def row_of(story: Story) -> CaseRow:
    """The summary that the newest commit leaves."""
    record = story.history[-1]
    commit = commit_of(
        record.events,
        case=story.now.id,
        number=record.number,
        commit=UUID(int=5),
        at=record.at,
        by=record.by,
        before=bytes(32),
    )
    return summary(commit, story.now, new_people(reporter="r", respondent=None), story.history[0].at)


def test_the_time_of_the_first_decision_stands_in_the_summary_whoever_was_told_of_it_when() -> None:
    story = Story.of().claimed().wait(days=5)
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=False, digests=SAID
    )
    decided = story.at
    assert row_of(story).decided_at == decided

    story.wait(minutes=5).when(ask.ResumeReview, AGENT, digests=SAID)
    assert row_of(story).decided_at is None

    story.wait(days=1)
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=SAID
    )
    assert row_of(story).decided_at == story.at
