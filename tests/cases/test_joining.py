"""Two cases that are joined: what each knows of the other, what a reporter is told, and how it is undone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from cases.stories import AGENT, AT, CASE, LEAD, REPORTER, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.effects import (
    CallWebhook,
    JoinCases,
    Notify,
    TellDuplicates,
    effect_from_wire,
    effect_kind,
    effect_to_wire,
    effects_of,
)
from gigdesk.cases.joining import MOST_DUPLICATES, follows, hides, is_hidden, owed_by_joining, told_of
from gigdesk.cases.life_commands import SYSTEM
from gigdesk.cases.model import Addressee, Case, Disposition, Flag, Status
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.cases.watch_events import DuplicateJoined, DuplicateLeft, PrimaryMoved
from gigdesk.errors import Conflict

PRIMARY, DUPLICATE, ANOTHER = UUID(int=2), UUID(int=3), UUID(int=4)
UPHELD = {"disposition": Disposition.UPHELD, "evidence": (), "digests": SAID}


def merged(story: Story | None = None) -> Story:
    story = story or Story.of()
    story.when(ask.MergeCase, AGENT, into=PRIMARY, gig_of_other="tiles")
    return story


def primary(*events: object) -> Story:
    story = Story.of(*events)  # type: ignore[arg-type]
    story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=True)
    return story


def row(reporter: str, respondent: str | None) -> CaseRow:
    return CaseRow(
        id=CASE, version=1, status="received", reference="GD-7K3M-9XQ24", gig_id="tiles", issue_type="quality.late",
        severity="normal", queue="quality", side="client", reporter=reporter, respondent=respondent, files=0,
        opened_at=AT, updated_at=AT,
    )  # fmt: skip


def owed(before: Case | None, story: Story) -> list[object]:
    return list(owed_by_joining(before, story.now, len(story.history), story.history[-1].events))


def news(
    number: int, status: Status, disposition: Disposition | None = None, of: UUID = PRIMARY
) -> dict[str, object]:
    return {"primary": of, "number": number, "status": status, "disposition": disposition}


def test_a_merge_and_its_end_owe_the_other_case_word_of_it() -> None:
    story = Story.of()
    before = story.now
    merged(story)
    assert owed(before, story) == [JoinCases(primary=PRIMARY)]
    before = story.now
    story.when(ask.UndoMerge, AGENT)
    received = CallWebhook(about="case.status_changed", status="received")
    assert owed(before, story) == [received, JoinCases(primary=PRIMARY)]


def test_the_other_case_notes_its_duplicates_once_and_lets_them_go() -> None:
    story = Story.of()
    assert story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=False) == ()
    joined = story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=True)
    assert joined == (DuplicateJoined(duplicate=DUPLICATE),)
    assert story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=True) == ()
    story.when(ask.NoteDuplicate, SYSTEM, duplicate=ANOTHER, is_joined=True)
    assert story.now.duplicates == (DUPLICATE, ANOTHER)
    left = story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=False)
    assert left == (DuplicateLeft(duplicate=DUPLICATE),)
    assert story.now.duplicates == (ANOTHER,)


def test_a_case_takes_no_more_duplicates_than_it_may_have_though_all_were_merged_at_once() -> None:
    story = Story.of()
    many = [uuid4() for _ in range(MOST_DUPLICATES)]
    for one in many:
        story.when(ask.NoteDuplicate, SYSTEM, duplicate=one, is_joined=True)
    with pytest.raises(Conflict) as refused:
        story.when(ask.NoteDuplicate, SYSTEM, duplicate=ANOTHER, is_joined=True)
    assert refused.value.code == "merge.too_many"
    assert story.when(ask.NoteDuplicate, SYSTEM, duplicate=many[0], is_joined=True) == ()
    assert story.when(ask.NoteDuplicate, SYSTEM, duplicate=ANOTHER, is_joined=False) == ()
    story.when(ask.NoteDuplicate, SYSTEM, duplicate=many[0], is_joined=False)
    story.when(ask.NoteDuplicate, SYSTEM, duplicate=ANOTHER, is_joined=True)
    assert story.now.duplicates == (*many[1:], ANOTHER)


def test_each_step_that_may_be_known_is_owed_to_the_duplicates_and_no_other() -> None:
    story = primary()
    told = []
    steps = [
        lambda: story.claimed(),
        lambda: story.asked(Addressee.REPORTER),
        lambda: story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID),
        lambda: story.when(ask.WriteNote, AGENT, note=uuid4(), digests=SAID),
        lambda: story.when(ask.DecideCase, AGENT, announce=False, **UPHELD),
        lambda: story.wait(minutes=15).when(ask.ActOnTime, SYSTEM),
        lambda: story.when(ask.AppealDecision, REPORTER, digests=SAID),
    ]
    for step in steps:
        before = story.now
        step()  # type: ignore[no-untyped-call]
        told.append([(e.status, e.disposition) for e in owed(before, story) if isinstance(e, TellDuplicates)])

    upheld = Disposition.UPHELD
    quiet: list[object] = []
    assert told == [
        [(Status.IN_REVIEW, None)], quiet, quiet, quiet, quiet,
        [(Status.DECIDED, upheld)], [(Status.APPEALED, upheld)],
    ]  # fmt: skip


def test_who_joins_a_case_that_is_decided_is_told_so_at_once() -> None:
    story = Story.of().claimed()
    story.when(ask.DecideCase, AGENT, announce=True, **UPHELD)
    before = story.now
    story.when(ask.NoteDuplicate, SYSTEM, duplicate=DUPLICATE, is_joined=True)
    number = len(story.history)
    assert owed(before, story) == [
        TellDuplicates(number=number, status=Status.DECIDED, disposition=Disposition.UPHELD)
    ]


def test_a_case_without_duplicates_owes_nobody_anything() -> None:
    story = Story.of()
    before = story.now
    assert owed(before, story.claimed()) == []


def test_the_duplicate_is_told_in_order_each_once() -> None:
    story = merged()
    moved = story.when(ask.FollowPrimary, SYSTEM, **news(4, Status.IN_REVIEW))
    assert moved == (PrimaryMoved(number=4, status=Status.IN_REVIEW, disposition=None),)
    assert story.when(ask.FollowPrimary, SYSTEM, **news(4, Status.IN_REVIEW)) == ()
    decided = story.when(ask.FollowPrimary, SYSTEM, **news(9, Status.DECIDED, Disposition.UPHELD))
    assert effects_of(decided, 5) == (Notify(about="primary.moved", number=5),)
    assert story.when(ask.FollowPrimary, SYSTEM, **news(7, Status.IN_REVIEW)) == ()  # late
    assert story.when(ask.FollowPrimary, SYSTEM, **news(10, Status.DECIDED, Disposition.UPHELD)) == ()
    assert story.when(ask.FollowPrimary, SYSTEM, **news(11, Status.CLOSED, of=ANOTHER)) == ()
    story.when(ask.UndoMerge, AGENT)
    assert story.when(ask.FollowPrimary, SYSTEM, **news(12, Status.CLOSED)) == ()
    assert (story.now.status, story.now.followed) == (Status.RECEIVED, None)


def test_only_who_reported_the_duplicate_sees_it_and_of_the_primary_nothing_is_seen() -> None:
    story = merged(Story.of().claimed().asked(Addressee.RESPONDENT))
    before = seen_by(Viewer.RESPONDENT, story.history)
    story.when(ask.FollowPrimary, SYSTEM, **news(9, Status.DECIDED, Disposition.UPHELD))
    assert seen_by(Viewer.RESPONDENT, story.history) == before
    shown = case_of(CASE, seen_by(Viewer.REPORTER, story.history))
    assert shown is not None
    assert shown.followed is not None
    assert (shown.status, shown.decisions, shown.duplicates) == (Status.CLOSED, (), ())
    other = primary()
    assert len(seen_by(Viewer.REPORTER, other.history)) == 1  # that another was joined to it is not seen


def test_what_is_joined_to_a_duplicate_hears_through_it() -> None:
    story = primary()
    before = story.now
    merged(story)
    assert [e for e in owed(before, story) if isinstance(e, TellDuplicates)] == []
    before = story.now
    story.when(ask.FollowPrimary, SYSTEM, **news(9, Status.DECIDED, Disposition.UPHELD))
    number = len(story.history)
    told = TellDuplicates(number=number, status=Status.DECIDED, disposition=Disposition.UPHELD)
    assert owed(before, story) == [told]
    assert effect_from_wire(effect_kind(told), effect_to_wire(told)) == told


def test_an_undone_merge_gives_back_the_snooze_and_the_call_for_a_lead() -> None:
    story = Story.of().claimed()
    story.when(ask.Snooze, AGENT, until=story.at + timedelta(days=3))
    story.when(ask.Escalate, AGENT, digests=SAID)
    merged(story).wait(days=2).when(ask.UndoMerge, AGENT)
    assert (story.now.status, story.now.owner) == (Status.IN_REVIEW, "staff:1")
    assert story.now.flags == {Flag.SNOOZED, Flag.ESCALATED}
    merged(story).wait(days=2).when(ask.UndoMerge, AGENT)
    assert (story.now.flags, story.now.snoozed_until) == ({Flag.ESCALATED}, None)  # its time is over


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"status_of_other": Status.CLOSED}, "merge.closed"),
        ({"duplicates_of_other": MOST_DUPLICATES}, "merge.too_many"),
        ({"is_hidden": True}, "merge.hidden"),
    ],
)
def test_what_cannot_be_merged_into(other: dict[str, object], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        Story.of().when(ask.MergeCase, AGENT, into=PRIMARY, gig_of_other="tiles", **other)
    assert refused.value.code == code


def test_nobody_is_told_by_a_merge_of_a_case_that_they_may_not_know_of() -> None:
    open_case, shielded = Story.of(), Story.of(opened("harassment.verbal", "safety", "high"))
    stranger = {"is_reporter": False, "is_respondent": False}
    respondent = {"is_reporter": False, "is_respondent": True}
    reporter = {"is_reporter": True, "is_respondent": False}
    assert [hides(open_case.now, **who) for who in (stranger, respondent, reporter)] == [False, True, False]
    open_case.claimed().asked(Addressee.RESPONDENT)
    assert [hides(open_case.now, **who) for who in (stranger, respondent, reporter)] == [False] * 3
    assert [hides(shielded.now, **who) for who in (stranger, respondent, reporter)] == [True, True, False]
    shielded.claimed().asked(Addressee.RESPONDENT, LEAD)
    assert [hides(shielded.now, **who) for who in (stranger, respondent, reporter)] == [True, False, False]


def test_a_merge_is_hidden_from_whoever_sees_the_duplicate_and_not_from_its_reporter_alone() -> None:
    shielded = Story.of(opened("harassment.verbal", "safety", "high")).now
    quiet, asked = Story.of(), Story.of().claimed().asked(Addressee.RESPONDENT)
    of_both, alone = row("carl", "wanda"), row("carl", None)
    assert not is_hidden(quiet.now, of_both, shielded, of_both)
    assert is_hidden(asked.now, of_both, shielded, of_both)  # who was asked reads that it is a duplicate
    assert not is_hidden(asked.now, alone, shielded, alone)
    assert is_hidden(primary().now, of_both, shielded, of_both)  # what is joined to it is of somebody else


def test_the_primary_is_told_of_to_those_who_may_know_of_it_and_hear_of_it_nowhere_else() -> None:
    story, shielded = Story.of(), Story.of(opened("harassment.verbal", "safety", "high"))
    assert not follows(shielded.now, is_reporter=False, is_respondent=False)
    assert follows(story.now, is_reporter=False, is_respondent=False)
    assert not follows(story.now, is_reporter=True, is_respondent=False)
    assert not follows(story.now, is_reporter=False, is_respondent=True)  # never asked
    story.claimed().asked(Addressee.RESPONDENT)
    assert not follows(story.now, is_reporter=False, is_respondent=True)  # sees the case itself


def test_through_a_duplicate_with_duplicates_of_its_own_others_hear() -> None:
    story = Story.of()
    assert follows(story.now, is_reporter=True, is_respondent=False, has_duplicates=True)
    assert not follows(story.now, is_reporter=False, is_respondent=True, has_duplicates=True)  # never asked
    story.claimed().asked(Addressee.RESPONDENT)
    assert follows(story.now, is_reporter=False, is_respondent=True, has_duplicates=True)
    assert told_of(story.now) == (Status.IN_REVIEW, None)  # whom it waits for is their own affair
