"""A case gets the type that it should have had: who may say so, and what follows for queue, clocks and people."""

from datetime import timedelta

import pytest

from cases.stories import AGENT, LEAD, OTHER, REPORTER, RESPONDENT, SAID, Story, opened
from gigdesk.access.model import Actor, Role
from gigdesk.access.queues import Queue, Queues
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.clocks import Clock, Kind, State, clocks
from gigdesk.cases.life_commands import SYSTEM, By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Addressee, Status
from gigdesk.cases.retyping import Retyping
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.terms import Priority
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.errors import Conflict, Invalid, NotAllowed

OTHERS = ("other", "general", "normal")
VERBAL = ("harassment.verbal", "safety", "high")
ACCOUNT = ("account.restricted", "general", "high")
SPECIALIST = By(name="staff:1", who=frozenset({Who.AGENT, Who.SPECIALIST}))


def retyped(story: Story, kind: tuple[str, str, str], by: By = AGENT, **given: object) -> tuple[object, ...]:
    issue_type, queue, severity = kind
    command = {"issue_type": issue_type, "queue": queue, "severity": severity, "digests": SAID} | given
    return story.when(ask.ChangeType, by, **command)


def clock(story: Story, kind: Kind) -> Clock | None:
    return next((one for one in clocks(story.now, story.at) if one.kind is kind), None)


def test_the_owner_gives_a_case_another_type_and_its_terms_with_it() -> None:
    story = Story.of(opened(*OTHERS)).claimed()
    before = clock(story, Kind.RESOLUTION)

    [changed] = retyped(story, ("technical.app", "general", "low"))

    assert isinstance(changed, did.TypeChanged)
    assert (story.now.issue_type, story.now.severity, story.now.status) == (
        "technical.app",
        "low",
        Status.IN_REVIEW,
    )
    assert story.now.terms.priority is Priority.LOW
    after = clock(story, Kind.RESOLUTION)
    assert before
    assert after
    assert (after.since, after.target - before.target) == (before.since, timedelta(days=7))


def test_the_same_type_again_changes_nothing_and_a_reason_is_needed() -> None:
    story = Story.of(opened(*OTHERS)).claimed()

    assert retyped(story, OTHERS) == ()
    with pytest.raises(Invalid, match="Say why"):
        retyped(story, ACCOUNT, digests={})


@pytest.mark.parametrize("by", [OTHER, REPORTER, RESPONDENT])
def test_nobody_does_but_owner_and_leads(by: By) -> None:
    story = Story.of(opened(*OTHERS)).claimed()

    with pytest.raises(Conflict):
        retyped(story, ACCOUNT, by)
    assert retyped(story, ACCOUNT, LEAD)


def test_what_is_decided_stays_what_it_is() -> None:
    story = Story.of(opened(*OTHERS)).claimed()
    given = {"disposition": "upheld", "evidence": (), "announce": True, "digests": {"reasons:1": "cd" * 32}}
    story.when(ask.DecideCase, AGENT, **given)

    with pytest.raises(Conflict):
        retyped(story, ACCOUNT, LEAD)


def test_only_specialists_and_leads_say_that_it_is_not_about_safety() -> None:
    for by in (SPECIALIST, LEAD):
        story = Story.of(opened(*VERBAL)).claimed()
        with pytest.raises(NotAllowed):
            retyped(story, OTHERS)
        assert retyped(story, OTHERS, by)


def test_a_reporter_who_was_protected_stays_so_and_one_who_should_be_is_from_then_on() -> None:
    once = Story.of(opened(*VERBAL)).claimed()
    retyped(once, OTHERS, LEAD)
    assert once.now.terms.shields_reporter
    assert not once.now.terms.is_sensitive

    late = Story.of(opened(*OTHERS)).claimed()
    retyped(late, VERBAL, LEAD)
    late.asked(Addressee.RESPONDENT, LEAD)
    known = case_of(late.now.id, seen_by(Viewer.RESPONDENT, late.history))
    assert known is not None
    assert known.terms.shields_reporter  # let in afterwards, they know the case on its terms


def test_the_clock_of_the_law_begins_with_the_type_and_never_anew() -> None:
    story = Story.of(opened(*OTHERS)).claimed()
    story.when(ask.SendMessage, AGENT, message=story.now.id, to=Addressee.REPORTER, digests=SAID)
    assert clock(story, Kind.ACCOUNT_REVIEW) is None
    begun = story.wait(days=3).at
    retyped(story, ACCOUNT)

    review = clock(story.wait(hours=1), Kind.ACCOUNT_REVIEW)
    assert review
    assert (review.since, review.due, review.state) == (begun, begun + timedelta(days=14), State.RUNNING)
    retyped(story, OTHERS)
    assert clock(story, Kind.ACCOUNT_REVIEW) is None
    retyped(story.wait(days=2), ACCOUNT)
    again = clock(story, Kind.ACCOUNT_REVIEW)
    assert again
    assert again.since == begun
    story.when(ask.SendMessage, AGENT, message=story.now.id, to=Addressee.REPORTER, digests=SAID)
    reviewed = clock(story, Kind.ACCOUNT_REVIEW)
    assert reviewed
    assert (reviewed.state, reviewed.is_over) == (State.MET, True)


def test_one_that_was_about_an_account_from_the_start_has_its_clock_back() -> None:
    story = Story.of(opened(*ACCOUNT)).claimed()
    retyped(story, OTHERS)
    retyped(story.wait(days=1), ACCOUNT)

    review = clock(story, Kind.ACCOUNT_REVIEW)
    assert review
    assert review.since == story.now.opened_at


def test_steps_of_the_ladder_are_taken_anew_on_new_terms() -> None:
    story = Story.of(opened(*OTHERS)).claimed().wait(days=40)
    story.when(ask.ActOnTime, SYSTEM, digests={})
    assert story.now.warned

    retyped(story, ACCOUNT, LEAD)

    assert story.now.warned == ()
    told = story.when(ask.ActOnTime, SYSTEM, digests={})
    assert did.TargetMissed(clock="first_reply") in told


LEGAL = Queues(
    (Queue(name="general", label="General"), Queue(name="legal", label="Legal", is_sensitive=True))
)


@pytest.mark.parametrize(
    ("by", "queues", "owner", "keeps"),
    [
        (AGENT, frozenset(), "staff:1", False),
        (AGENT, frozenset({"legal"}), "staff:1", True),
        (LEAD, frozenset(), "staff:3", True),
        (LEAD, frozenset(), "staff:1", False),  # who knows whether they may see it there
        (LEAD, frozenset(), None, True),
    ],
)
def test_into_a_sensitive_queue_an_owner_goes_along_who_sees_it(
    by: By, queues: frozenset[str], owner: str | None, keeps: bool
) -> None:
    story = Story.of(opened(*OTHERS))
    if owner:
        story.when(ask.ChangeOwner, LEAD, owner=owner)
    actor = Actor(sub="ada", name="Ada", roles=frozenset({Role.AGENT}), queues=queues)
    rules = Retyping(rulebook=Rulebook(queues=LEGAL), actor=actor)

    assert rules.keeps_owner("legal", story.now, by) is keeps
    assert rules.keeps_owner("general", story.now, by)


def test_who_does_not_see_it_there_owns_it_no_longer() -> None:
    story = Story.of(opened(*OTHERS)).claimed()

    events = retyped(story, VERBAL, keeps_owner=False)

    assert [type(event) for event in events] == [did.TypeChanged, did.OwnerChanged]
    assert (story.now.owner, story.now.status) == (None, Status.IN_REVIEW)


def test_a_type_that_the_other_side_alone_reports_is_refused_with_those_that_there_are() -> None:
    story = Story.of(opened(*OTHERS))
    actor = Actor(sub="ada", name="Ada", roles=frozenset({Role.AGENT}))
    rules = Retyping(rulebook=Rulebook(), actor=actor)

    assert rules.kind("No-show", story.now).code == "no_show.client"  # a worker reported it
    for wrong in ("no_show.worker", "never.known", ""):
        with pytest.raises(Invalid) as refused:
            rules.kind(wrong, story.now)
        assert [error.field for error in refused.value.errors] == ["issueType"]
