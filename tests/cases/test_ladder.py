"""The ladder: who is warned when a clock runs out, once each, and when the case goes back to the queue."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cases.stories import AGENT, AT, CASE, LEAD, OTHER, REPORTER, RESPONDENT, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.effects import Notify, effect_from_wire, effect_kind, effect_to_wire, effects_of
from gigdesk.cases.events import Event
from gigdesk.cases.life_commands import SYSTEM
from gigdesk.cases.model import Addressee, Disposition, Step
from gigdesk.cases.timing import next_wake
from gigdesk.cases.upcoming import NOTHING, foreseen
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.cases.watch_events import BreachWarned

HOUR = timedelta(hours=1)
FIRST = "first_reply"
EMERGENCY = ("safety.emergency", "safety", "critical")


def woken(story: Story, **later: float) -> tuple[Event, ...]:
    """What time makes of the case so much later."""
    return story.wait(**later).when(ask.ActOnTime, SYSTEM)


def at(story: Story, **since: float) -> Story:
    """The same case, so long after it was opened."""
    story.at = AT + timedelta(**since)
    return story


def warned(step: Step, clock: str = FIRST, owner: str | None = "staff:1") -> BreachWarned:
    return BreachWarned(clock=clock, step=step, owner=owner)


def claimed() -> Story:
    """A case whose first reply is due 8 hours after it was opened, claimed after one."""
    return Story.of().claimed()


def test_the_owner_is_warned_then_the_breach_is_noted_then_the_case_is_anybodys() -> None:
    story = claimed()

    assert woken(at(story, hours=5, minutes=59)) == ()
    assert woken(at(story, hours=6)) == (warned(Step.OWNER),)
    assert woken(at(story, hours=7)) == ()
    assert woken(at(story, hours=8)) == (did.TargetMissed(clock=FIRST),)
    assert woken(at(story, hours=9, minutes=59)) == ()
    assert woken(at(story, hours=10)) == (warned(Step.QUEUE), did.OwnerChanged(owner=None))
    assert story.now.owner is None
    assert woken(at(story, days=3)) == ()
    assert [record.by for record in story.history[-3:]] == ["system"] * 3


def test_in_an_emergency_a_lead_is_warned_before_it_is_too_late_and_all_goes_quicker() -> None:
    story = Story.of(opened(*EMERGENCY))  # 15 minutes for the first reply
    story.at = AT
    story.claimed()

    assert woken(at(story, minutes=7, seconds=30)) == (warned(Step.OWNER),)
    assert woken(at(story, minutes=11, seconds=15)) == (warned(Step.LEAD),)
    assert woken(at(story, minutes=15)) == (did.TargetMissed(clock=FIRST),)
    queued = (warned(Step.QUEUE), did.OwnerChanged(owner=None))
    assert woken(at(story, minutes=18, seconds=44)) == ()
    assert woken(at(story, minutes=18, seconds=45)) == queued


def test_what_nobody_owns_is_warned_of_and_taken_from_nobody() -> None:
    story = Story.of()
    assert woken(at(story, hours=6)) == (warned(Step.OWNER, owner=None),)
    assert woken(at(story, hours=8)) == (did.TargetMissed(clock=FIRST),)
    assert woken(at(story, hours=100)) == ()


def test_a_reply_in_time_ends_it() -> None:
    story = claimed()
    at(story, hours=5).when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    assert woken(at(story, hours=11)) == ()


def test_who_comes_too_late_is_told_of_what_happened_and_not_that_it_is_about_to() -> None:
    """The program stood still for a day: nobody is warned of a breach that is there, nor two steps taken at once."""
    story = claimed()
    assert woken(at(story, days=1)) == (did.TargetMissed(clock=FIRST),)
    assert woken(story, hours=1, minutes=59) == ()
    assert woken(story, minutes=1) == (warned(Step.QUEUE), did.OwnerChanged(owner=None))


def test_who_gets_the_case_after_the_breach_has_a_while_of_their_own() -> None:
    story = claimed()
    woken(at(story, hours=8))
    at(story, hours=9, minutes=50).when(ask.ChangeOwner, LEAD, owner="staff:2")

    assert woken(at(story, hours=10)) == ()
    assert woken(at(story, hours=11, minutes=50)) == (
        warned(Step.QUEUE, owner="staff:2"),
        did.OwnerChanged(owner=None),
    )
    story.when(ask.ChangeOwner, OTHER, owner="staff:2")
    assert woken(story, days=1) == ()  # once for each run of a clock


def test_each_message_that_waits_has_warnings_of_its_own() -> None:
    story = claimed()
    said = {"to": Addressee.DESK, "digests": SAID}
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    for _ in range(2):
        story.when(ask.SendMessage, REPORTER, message=uuid4(), **said)
        assert woken(story, hours=6) == (warned(Step.OWNER, "next_reply"),)
        assert woken(story, hours=2) == (did.TargetMissed(clock="next_reply"),)
        assert woken(story, hours=1) == ()
        story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)


def test_a_second_appeal_has_warnings_of_its_own() -> None:
    story = claimed()
    decision = {"disposition": Disposition.UPHELD, "digests": SAID}
    story.when(ask.DecideCase, AGENT, evidence=(), announce=True, **decision)
    for by, judge in ((REPORTER, OTHER), (RESPONDENT, LEAD)):
        story.when(ask.AppealDecision, by, digests=SAID)
        assert warned(Step.OWNER, "appeal") in woken(story, days=11)
        story.when(ask.DecideAppeal, judge, outcome=did.Outcome.UPHELD, **decision)


def test_a_clock_that_stands_still_warns_nobody_and_goes_on_where_it_stood() -> None:
    story = claimed()
    at(story, hours=3)
    story.asked(Addressee.EXTERNAL, days=9)
    assert woken(at(story, hours=60)) == ()
    story.when(ask.ResumeReview, AGENT)

    assert woken(story, hours=2, minutes=59) == ()
    assert woken(story, minutes=1) == (warned(Step.OWNER),)
    story.asked(Addressee.EXTERNAL, days=9)
    assert woken(story, days=5) == ()
    story.when(ask.ResumeReview, AGENT)
    assert woken(story, hours=1) == ()  # warned once, and the breach is where it always was: 2 h of work away
    assert woken(story, hours=1) == (did.TargetMissed(clock=FIRST),)


def test_who_waited_for_a_party_after_the_breach_is_not_taken_off_at_once() -> None:
    story = claimed()
    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    assert woken(at(story, days=7)) == (did.TargetMissed(clock="resolution"),)
    story.asked(Addressee.REPORTER, days=9)
    assert woken(story, days=8) == ()
    story.when(ask.SendMessage, REPORTER, message=uuid4(), to=Addressee.DESK, digests=SAID)

    story.when(ask.SendMessage, AGENT, message=uuid4(), to=Addressee.REPORTER, digests=SAID)
    assert woken(story, hours=41) == ()
    assert warned(Step.QUEUE, "resolution") in woken(story, hours=1)


def test_a_decision_that_is_made_is_taken_from_nobody() -> None:
    story = claimed()
    woken(at(story, hours=8))
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=False, digests=SAID
    )
    assert did.OwnerChanged(owner=None) not in woken(at(story, hours=30))


def test_no_party_learns_of_any_of_it() -> None:
    story = claimed().asked(Addressee.RESPONDENT)
    story.when(
        ask.GiveStatement,
        ask.By(name="respondent", who=frozenset({ask.Who.RESPONDENT})),
        message=uuid4(),
        digests=SAID,
    )
    seen = {viewer: seen_by(viewer, story.history) for viewer in (Viewer.REPORTER, Viewer.RESPONDENT)}
    before = len(story.history)
    while (due := next_wake(story.now)) is not None and due < AT + timedelta(days=60):
        story.at = due
        story.when(ask.ActOnTime, SYSTEM)

    assert story.now.owner is None
    assert len(story.history) > before + 3
    for viewer, what in seen.items():
        after = seen_by(viewer, story.history)
        assert after == what
        shown = case_of(CASE, after)
        assert shown is not None
        assert (shown.warned, shown.updated_at) == ((), what[-1].at)


def test_two_clocks_that_end_at_once_are_told_of_one_by_one() -> None:
    events = (did.TargetMissed(clock=FIRST), did.TargetMissed(clock="account_review"))
    owed = effects_of(events, 7)
    assert owed == (
        Notify(about="target.missed", number=7),
        Notify(about="target.missed", number=7, place=1),
    )
    for effect in owed:
        assert effect_from_wire(effect_kind(effect), effect_to_wire(effect)) == effect


def test_what_is_ahead_is_told_in_words() -> None:
    story = Story.of()
    assert (
        foreseen(story.now, AT + 6 * HOUR)
        == "warn support, since nobody owns it: the first reply is due soon"
    )
    story.claimed()
    assert foreseen(story.now, AT + 6 * HOUR) == "warn the owner: the first reply is due soon"
    assert (
        foreseen(story.now, AT + 8 * HOUR)
        == "note that the first reply is missed, and tell leads and support"
    )
    assert foreseen(story.now, AT + 2 * HOUR) == NOTHING
    woken(at(story, hours=8))
    assert "back to the queue" in foreseen(story.now, AT + 10 * HOUR)
    emergency = Story.of(opened(*EMERGENCY))
    assert foreseen(emergency.now, AT + timedelta(minutes=12)) == "warn a lead: the first reply is due soon"


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.MISSED])
def test_every_step_is_told_to_somebody(step: Step) -> None:
    assert effects_of((warned(step),), 3) == (Notify(about="breach.warned", number=3),)
