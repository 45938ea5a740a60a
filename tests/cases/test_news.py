"""What makes a case unread for a party: what somebody else did that they may see, and nothing else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from cases.stories import AGENT, CASE, LEAD, REPORTER, RESPONDENT, SAID, Story
from gigdesk.cases import life_commands as ask
from gigdesk.cases.events import EvidenceInspected, EvidenceReceived
from gigdesk.cases.listed import plain
from gigdesk.cases.model import Addressee, Disposition
from gigdesk.cases.news import News, news_of, seen_until
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.sight import Sight
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.evidence.model import Verdict
from gigdesk.web.reporter.list_shown import first_words


def sight(story: Story, viewer: Viewer) -> Sight:
    now = story.now
    row = CaseRow(
        id=CASE,
        version=len(story.history),
        status=now.status,
        reference=now.reference,
        gig_id=now.gig_id,
        issue_type=now.issue_type,
        severity=now.severity,
        queue=now.queue,
        side=now.side,
        reporter="r",
        respondent="o",
        files=0,
        opened_at=now.opened_at,
        updated_at=now.updated_at,
    )
    return Sight(
        row=row,
        commits=(),
        case=now,
        sealed={},
        viewer=viewer,
        seen=seen_by(viewer, story.history),
        by=REPORTER if viewer is Viewer.REPORTER else RESPONDENT,
        person="r",
    )


def news(story: Story, viewer: Viewer = Viewer.REPORTER, since: int = 1) -> News | None:
    return news_of(sight(story, viewer), since)


def test_ones_own_report_is_no_news() -> None:
    assert news(Story.of(), since=0) is None


def test_what_was_there_at_a_time_is_told_from_what_came_later() -> None:
    story = Story.of().claimed()
    shown = sight(story, Viewer.REPORTER)
    opened, claimed = shown.seen

    assert seen_until(shown, opened.at - timedelta(seconds=1)) == 0
    assert seen_until(shown, opened.at) == opened.number
    assert seen_until(shown, claimed.at) == claimed.number


def test_a_question_a_message_and_a_decision_are_called_by_their_names() -> None:
    story = Story.of().claimed()
    assert news(story) is News.CHANGE
    story.asked(Addressee.REPORTER)
    assert news(story) is News.MESSAGE
    story.when(ask.ResumeReview, AGENT, digests=SAID)
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=SAID
    )
    assert news(story) is News.DECISION
    seen = sight(story, Viewer.REPORTER).version
    assert news(story, since=seen) is None
    assert news_of(sight(story, Viewer.STAFF), 0) is None


def test_what_the_other_side_is_asked_is_a_change_for_the_reporter_and_a_message_for_them() -> None:
    story = Story.of().claimed()
    assert news(story, Viewer.RESPONDENT, since=0) is None
    seen = sight(story, Viewer.REPORTER).version
    story.asked(Addressee.RESPONDENT)
    assert news(story, since=seen) is News.CHANGE
    assert news(story, Viewer.RESPONDENT, since=0) is News.MESSAGE


def test_what_one_did_oneself_is_no_news() -> None:
    story = Story.of().claimed().asked(Addressee.REPORTER)
    seen = sight(story, Viewer.REPORTER).version
    story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests={"m": "ab"})
    assert sight(story, Viewer.REPORTER).version > seen
    assert news(story, since=seen) is None


@pytest.mark.parametrize("viewer", [Viewer.REPORTER, Viewer.RESPONDENT])
def test_what_a_party_may_not_see_makes_nothing_unread(viewer: Viewer) -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    story.when(ask.ResumeReview, AGENT, digests=SAID)
    seen = sight(story, viewer).version
    story.when(ask.WriteNote, AGENT, note=UUID(int=9), digests={"note:1": "ab"})
    story.when(ask.Escalate, AGENT, digests=SAID)
    story.when(ask.Hold, LEAD, digests=SAID)
    story.when(ask.ChangeOwner, LEAD, owner="staff:3")
    story.when(
        ask.DecideCase, LEAD, disposition=Disposition.UPHELD, evidence=(), announce=False, digests=SAID
    )
    assert len(story.history) == 9
    assert news(story, viewer, since=seen) is None


@pytest.mark.parametrize(("verdict", "expected"), [(Verdict.CLEAN, None), (Verdict.INFECTED, News.CHANGE)])
def test_a_file_is_news_where_something_is_wrong_with_it(verdict: Verdict, expected: News | None) -> None:
    story, file = Story.of(), UUID(int=7)
    received = EvidenceReceived(
        evidence=file, key="aa/bb", media_type="image/jpeg", size=1, digests={}, party="reporter"
    )
    story._append("reporter", (received,))
    story._append("system", (EvidenceInspected(evidence=file, verdict=verdict),))
    assert news(story) is expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Nobody came.", "Nobody came."),
        ("  Two\n lines \t and more ", "Two lines and more"),
        ("word " * 40, "word " * 15 + "word…"),
        ("W" * 200, "W" * 80 + "…"),
        ("x" * 70 + " - and this does not fit any more", "x" * 70 + " - and…"),
        ("", ""),
    ],
)
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert first_words(text) == title
    assert len(title) <= 81


def test_words_are_compared_without_capitals_and_accents() -> None:
    assert plain("Azulejó ROTO ß") == plain("azulejo roto ss")
