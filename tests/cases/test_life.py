"""The life of a case: each move, who may make it, and what it leads to."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from cases.stories import AGENT, LEAD, OTHER, REPORTER, RESPONDENT, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.events import EvidenceInspected, EvidenceReceived
from gigdesk.cases.life_commands import SYSTEM
from gigdesk.cases.lifecycle import MOVES, Act, allowed
from gigdesk.cases.model import Addressee, ClosedReason, Disposition, Flag, Outcome, Status
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.errors import Conflict, Invalid, NotAllowed
from gigdesk.evidence.model import Verdict

SAFETY = ("safety.conditions", "safety", "high")
FILE = UUID(int=7)
RECEIVED = EvidenceReceived(evidence=FILE, key="k", media_type="image/jpeg", size=1, digests={})
WHY = {"reasons:1": "cd" * 32}


def decided(*events: object, announce: bool = True) -> Story:
    story = Story.of(*events).claimed()  # type: ignore[arg-type]
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=announce, digests=WHY
    )
    return story


def test_an_agent_claims_and_the_review_begins() -> None:
    story = Story.of()

    events = story.when(ask.ChangeOwner, AGENT, owner="staff:1", digests={"staff:1": "ab" * 32})

    assert [type(event) for event in events] == [did.StaffJoined, did.OwnerChanged, did.ReviewBegun]
    assert (story.now.status, story.now.owner, story.now.staff) == (Status.IN_REVIEW, "staff:1", 1)


def test_who_claims_twice_changes_nothing() -> None:
    assert Story.of().claimed().when(ask.ChangeOwner, AGENT, owner="staff:1") == ()


def test_an_agent_does_not_take_a_case_from_another_but_a_lead_gives_it() -> None:
    story = Story.of().claimed()

    with pytest.raises(NotAllowed):
        story.when(ask.ChangeOwner, OTHER, owner="staff:2")
    story.when(ask.ChangeOwner, LEAD, owner="staff:2")

    assert story.now.owner == "staff:2"


@pytest.mark.parametrize(
    ("of", "status"),
    [
        (Addressee.REPORTER, Status.WAITING_REPORTER),
        (Addressee.RESPONDENT, Status.WAITING_RESPONDENT),
        (Addressee.EXTERNAL, Status.WAITING_EXTERNAL),
    ],
)
def test_the_owner_asks_and_the_case_waits(of: Addressee, status: Status) -> None:
    story = Story.of().claimed().asked(of)

    assert (story.now.status, story.now.waiting_until) == (status, story.at + timedelta(days=3))
    story.when(ask.ResumeReview, AGENT)
    assert (story.now.status, story.now.waiting_until) == (Status.IN_REVIEW, None)


def test_only_the_owner_or_a_lead_asks() -> None:
    story = Story.of().claimed()
    with pytest.raises(Conflict) as refused:
        story.asked(Addressee.REPORTER, OTHER)
    assert "request" not in str(refused.value.values["allowed"])
    assert story.asked(Addressee.REPORTER, LEAD).now.status is Status.WAITING_REPORTER


def test_a_reply_is_due_in_the_future() -> None:
    with pytest.raises(Invalid):
        Story.of().claimed().asked(Addressee.REPORTER, days=0)


def test_the_reporters_answer_ends_the_wait() -> None:
    story = Story.of().claimed().asked(Addressee.REPORTER)

    story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)

    assert (story.now.status, len(story.now.messages)) == (Status.IN_REVIEW, 2)


def test_the_respondents_statement_ends_the_wait_for_them() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)
    assert story.now.status is Status.WAITING_RESPONDENT

    story.when(ask.GiveStatement, RESPONDENT, message=uuid4(), digests=SAID)

    assert story.now.status is Status.IN_REVIEW


def test_in_a_case_of_safety_a_lead_asks_the_other_side() -> None:
    story = Story.of(opened(*SAFETY)).claimed()
    with pytest.raises(NotAllowed):
        story.asked(Addressee.RESPONDENT)
    assert story.asked(Addressee.RESPONDENT, LEAD).now.is_contacted


def test_nothing_is_written_to_a_respondent_who_was_never_asked() -> None:
    with pytest.raises(Conflict):
        Story.of().claimed().when(
            ask.SendMessage, AGENT, message=uuid4(), to=Addressee.RESPONDENT, digests=SAID
        )


def test_a_decision_has_reasons_and_no_file_is_still_being_checked() -> None:
    story = Story.of(opened(), RECEIVED).claimed()
    given = {"disposition": Disposition.UPHELD, "evidence": (FILE,), "announce": True}
    with pytest.raises(Conflict, match="checked"):
        story.when(ask.DecideCase, AGENT, digests=WHY, **given)
    story._append("system", (EvidenceInspected(evidence=FILE, verdict=Verdict.CLEAN),))
    with pytest.raises(Invalid, match="why"):
        story.when(ask.DecideCase, AGENT, **given)
    with pytest.raises(Invalid, match="no file"):
        story.when(ask.DecideCase, AGENT, digests=WHY, **{**given, "evidence": (uuid4(),)})

    story.when(ask.DecideCase, AGENT, digests=WHY, **given)

    decision = story.now.decision
    assert decision is not None
    assert (story.now.status, decision.decider, decision.evidence) == (Status.DECIDED, "staff:1", (FILE,))


def test_time_never_decides() -> None:
    story = Story.of().claimed()
    with pytest.raises(Conflict):
        story.when(
            ask.DecideCase, SYSTEM, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=WHY
        )


def test_the_decider_takes_a_decision_back_within_fifteen_minutes() -> None:
    story = decided(announce=False)
    story.wait(minutes=14).when(ask.ResumeReview, AGENT)
    assert (story.now.status, story.now.decision) == (Status.IN_REVIEW, None)


@pytest.mark.parametrize("by", [AGENT, OTHER])
def test_afterwards_nobody_does_but_a_lead_with_a_reason(by: ask.By) -> None:
    story = decided(announce=False).wait(minutes=15 if by is AGENT else 1)
    with pytest.raises(Conflict):
        story.when(ask.ResumeReview, by)
    with pytest.raises(Invalid):
        story.when(ask.ResumeReview, LEAD)
    story.when(ask.ResumeReview, LEAD, digests=SAID)
    assert story.now.status is Status.IN_REVIEW


def test_the_parties_are_told_after_fifteen_minutes_and_the_case_closes_after_seven_days() -> None:
    story = decided(announce=False)
    assert story.wait(minutes=14).when(ask.ActOnTime, SYSTEM) == ()
    assert story.wait(minutes=1).when(ask.ActOnTime, SYSTEM) == (did.DecisionAnnounced(),)
    assert story.wait(days=6).when(ask.ActOnTime, SYSTEM) == ()
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert (story.now.status, story.now.closed_reason) == (Status.CLOSED, ClosedReason.RESOLVED)


def test_an_emergency_is_never_closed_by_time() -> None:
    story = decided(opened("safety.emergency", "safety", "critical"))
    assert story.wait(days=400).when(ask.ActOnTime, SYSTEM) == ()


def test_new_words_of_a_party_take_back_a_decision_that_nobody_was_told_of() -> None:
    story = decided(announce=False)

    events = story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)

    assert isinstance(events[0], did.DecisionRetracted)
    assert (story.now.status, story.now.decision) == (Status.IN_REVIEW, None)


def test_the_reporter_accepts_what_they_were_told() -> None:
    story = decided()
    story.when(ask.AcceptDecision, REPORTER)
    assert story.now.closed_reason is ClosedReason.RESOLVED


def test_an_appeal_is_judged_by_somebody_else() -> None:
    story = decided()
    story.when(ask.AppealDecision, REPORTER, digests=SAID)
    assert story.now.status is Status.APPEALED
    given = {"outcome": Outcome.OVERTURNED, "disposition": Disposition.NOT_UPHELD, "digests": WHY}
    with pytest.raises(NotAllowed):
        story.when(ask.DecideAppeal, AGENT, **given)

    story.when(ask.DecideAppeal, OTHER, **given)

    decision = story.now.decision
    assert decision is not None
    assert (story.now.status, decision.decider) == (Status.DECIDED, "staff:2")
    assert story.now.appeals[0].outcome is Outcome.OVERTURNED


def test_a_party_appeals_once_in_six_months_and_the_other_once_too() -> None:
    late = decided().wait(days=183)
    with pytest.raises(Conflict):
        late.when(ask.AppealDecision, REPORTER, digests=SAID)
    story = decided()
    story.when(ask.AppealDecision, REPORTER, digests=SAID)
    story.when(ask.DecideAppeal, OTHER, outcome=Outcome.UPHELD, disposition=Disposition.UPHELD, digests=WHY)
    with pytest.raises(Conflict):
        story.when(ask.AppealDecision, REPORTER, digests=SAID)
    story.when(ask.AppealDecision, RESPONDENT, digests=SAID)
    assert story.now.status is Status.APPEALED


def test_who_is_silent_is_passed_over_and_flagged() -> None:
    story = Story.of().claimed().asked(Addressee.REPORTER, days=2)
    assert story.wait(days=1).when(ask.ActOnTime, SYSTEM) == ()
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert (story.now.status, story.now.flags) == (Status.IN_REVIEW, {Flag.NO_REPLY})
    story.asked(Addressee.RESPONDENT, days=2).wait(days=2).when(ask.ActOnTime, SYSTEM)
    assert story.now.flags == {Flag.RESPONDENT_SILENT}


def test_a_type_that_may_expire_is_reminded_twice_and_then_closed() -> None:
    story = Story.of(opened("conduct.rude", "general", "low")).claimed().asked(Addressee.REPORTER, days=2)
    reminded = (did.ReplyReminded(of=Addressee.REPORTER),)
    assert story.wait(days=2).when(ask.ActOnTime, SYSTEM) == reminded
    assert story.wait(days=10).when(ask.ActOnTime, SYSTEM) == ()
    assert story.wait(days=1).when(ask.ActOnTime, SYSTEM) == reminded
    assert story.wait(days=2).when(ask.ActOnTime, SYSTEM) == ()
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert story.now.closed_reason is ClosedReason.EXPIRED


def test_a_withdrawal_closes_or_where_safety_is_at_stake_is_only_noted() -> None:
    story = Story.of()
    story.when(ask.WithdrawReport, REPORTER)
    assert story.now.closed_reason is ClosedReason.WITHDRAWN
    safety = Story.of(opened(*SAFETY))
    safety.when(ask.WithdrawReport, REPORTER)
    assert (safety.now.status, safety.now.flags) == (Status.RECEIVED, {Flag.WITHDRAWAL_ASKED})
    assert safety.when(ask.WithdrawReport, REPORTER) == ()


def test_what_is_held_by_law_is_neither_withdrawn_nor_expired() -> None:
    story = Story.of(opened("conduct.rude", "general", "low")).claimed()
    with pytest.raises(Conflict):
        story.when(ask.Hold, AGENT, digests=SAID)
    story.when(ask.Hold, LEAD, digests=SAID)
    story.when(ask.WithdrawReport, REPORTER)
    assert story.now.status is Status.IN_REVIEW
    story.asked(Addressee.REPORTER).wait(days=60).when(ask.ActOnTime, SYSTEM)
    assert (story.now.status, story.now.closed_reason) == (Status.IN_REVIEW, None)


def test_a_decided_case_that_is_held_stays_and_time_goes_on_from_where_it_had_come_to() -> None:
    story = decided()  # it would close after 7 days
    story.wait(days=5).when(ask.Hold, LEAD, digests=SAID)
    assert story.wait(days=400).when(ask.ActOnTime, SYSTEM) == ()
    story.when(ask.Hold, LEAD, ends=True, digests=SAID)

    assert story.when(ask.ActOnTime, SYSTEM) == ()  # two of its days are left, and begin now
    assert next_wake(story.now) == story.at + timedelta(days=2)
    story.wait(days=1).when(ask.Hold, LEAD, digests=SAID)
    story.wait(days=30).when(ask.Hold, LEAD, ends=True, digests=SAID)
    assert next_wake(story.now) == story.at + timedelta(days=1)
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert story.now.closed_reason is ClosedReason.RESOLVED


def test_a_wait_that_was_held_for_a_while_ends_later_by_as_long() -> None:
    story = Story.of(opened("conduct.rude", "general", "low")).claimed().asked(Addressee.REPORTER, days=2)
    story.wait(days=2).when(ask.ActOnTime, SYSTEM)  # reminded; 14 days are left
    story.wait(days=4).when(ask.Hold, LEAD, digests=SAID)
    story.wait(days=10).when(ask.Hold, LEAD, ends=True, digests=SAID)

    assert story.wait(days=6).when(ask.ActOnTime, SYSTEM) == ()
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert story.now.reminders == 2
    assert story.wait(days=2).when(ask.ActOnTime, SYSTEM) == ()
    story.wait(days=1).when(ask.ActOnTime, SYSTEM)
    assert story.now.closed_reason is ClosedReason.EXPIRED


def test_a_case_that_is_held_while_its_reply_is_overdue_goes_back_to_the_desk() -> None:
    story = Story.of(opened("conduct.rude", "general", "low")).claimed().asked(Addressee.REPORTER, days=2)
    story.wait(days=3).when(ask.Hold, LEAD, digests=SAID)
    story.when(ask.ActOnTime, SYSTEM)
    assert (story.now.status, story.now.closed_reason) == (Status.IN_REVIEW, None)


def test_the_reporter_reopens_twice_within_fourteen_days() -> None:
    story = Story.of()
    for _ in range(2):
        story.when(ask.WithdrawReport, REPORTER)
        story.wait(days=13).when(ask.ReopenCase, REPORTER, digests=SAID)
        assert story.now.status is Status.IN_REVIEW
    story.when(ask.WithdrawReport, REPORTER)
    with pytest.raises(Conflict):
        story.when(ask.ReopenCase, REPORTER, digests=SAID)
    story.when(ask.ReopenCase, AGENT, digests=SAID)
    late = Story.of()
    late.when(ask.WithdrawReport, REPORTER)
    with pytest.raises(Conflict):
        late.wait(days=14).when(ask.ReopenCase, REPORTER, digests=SAID)


def test_spam_is_closed_by_a_lead_and_not_reopened_by_its_reporter() -> None:
    story = Story.of()
    with pytest.raises(NotAllowed):
        story.when(ask.CloseCase, AGENT, closed_reason=ClosedReason.SPAM, digests=SAID)
    story.when(ask.CloseCase, LEAD, closed_reason=ClosedReason.SPAM, digests=SAID)
    with pytest.raises(Conflict):
        story.when(ask.ReopenCase, REPORTER, digests=SAID)


def test_a_duplicate_of_the_same_gig_is_merged_and_undone_within_seven_days() -> None:
    story = Story.of()
    with pytest.raises(Invalid):
        story.when(ask.MergeCase, AGENT, into=UUID(int=2), gig_of_other="another")
    story.when(ask.MergeCase, AGENT, into=UUID(int=2), gig_of_other="tiles")
    assert (story.now.closed_reason, story.now.merged_into) == (ClosedReason.DUPLICATE, UUID(int=2))
    story.wait(days=6).when(ask.UndoMerge, AGENT)
    assert (story.now.status, story.now.merged_into) == (Status.RECEIVED, None)
    story.when(ask.MergeCase, AGENT, into=UUID(int=2), gig_of_other="tiles")
    with pytest.raises(Conflict):
        story.wait(days=7).when(ask.UndoMerge, AGENT)


def test_a_snooze_ends_by_itself() -> None:
    story = Story.of()
    story.when(ask.Snooze, AGENT, until=story.at + timedelta(hours=2))
    assert story.now.flags == {Flag.SNOOZED}
    story.wait(hours=2).when(ask.ActOnTime, SYSTEM)
    assert story.now.flags == frozenset()


def test_what_a_party_says_or_a_decision_ends_a_snooze_and_nobody_outside_sees_it() -> None:
    story = Story.of().claimed()
    story.when(ask.Snooze, AGENT, until=story.at + timedelta(days=2))
    events = story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)
    assert did.SnoozeEnded() in events
    assert (story.now.flags, story.now.snoozed_until) == (frozenset(), None)
    shown = seen_by(Viewer.REPORTER, story.history)[-1].events
    assert [type(event) for event in shown] == [did.MessageSent]
    story.when(ask.Snooze, AGENT, until=story.at + timedelta(days=2))
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    assert story.now.flags == {Flag.SNOOZED}
    decision = {"disposition": Disposition.UPHELD, "evidence": (), "announce": True}
    story.when(ask.DecideCase, AGENT, digests=WHY, **decision)
    assert story.now.flags == frozenset()


def test_an_escalation_ends_with_the_case_but_not_by_a_merge_that_may_be_undone() -> None:
    story = Story.of().claimed()
    story.when(ask.Escalate, AGENT, digests=SAID)
    story.when(ask.MergeCase, AGENT, into=UUID(int=2), gig_of_other="tiles")
    story.when(ask.UndoMerge, AGENT)
    assert story.now.flags == {Flag.ESCALATED}
    story.when(ask.CloseCase, AGENT, closed_reason=ClosedReason.INVALID, digests=SAID)
    assert story.now.flags == frozenset()


def test_an_escalation_has_a_reason_and_an_end() -> None:
    story = Story.of()
    with pytest.raises(Invalid):
        story.when(ask.Escalate, AGENT)
    story.when(ask.Escalate, AGENT, digests=SAID)
    assert story.when(ask.Escalate, AGENT, digests=SAID) == ()
    story.when(ask.Escalate, LEAD, ends=True)
    assert story.now.flags == frozenset()


def test_a_refusal_names_what_is_open() -> None:
    with pytest.raises(Conflict) as refused:
        Story.of().when(ask.AcceptDecision, REPORTER)
    assert refused.value.values["allowed"] == "evidence, messages, withdrawal"


def test_every_act_stands_in_the_table_and_every_status_can_be_left() -> None:
    assert {move.act for move in MOVES} == set(Act)
    for status in Status:
        assert any(status in move.sources and move.target not in (None, status) for move in MOVES)


def test_nothing_is_open_to_who_is_nothing_here() -> None:
    assert allowed(Story.of().now, frozenset()) == []


def test_what_is_not_done_in_time_is_noted_once_and_what_was_done_late_is_not() -> None:
    story = Story.of()
    assert story.wait(hours=4).when(ask.ActOnTime, SYSTEM) == ()
    assert story.wait(hours=3).when(ask.ActOnTime, SYSTEM) == (did.TargetMissed(clock="first_reply"),)
    assert story.wait(hours=1).when(ask.ActOnTime, SYSTEM) == ()
    late = Story.of().wait(hours=9)
    late.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    assert late.when(ask.ActOnTime, SYSTEM) == ()
