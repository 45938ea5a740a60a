"""Priority and tags of a case: who may give them, what follows, and that no party can tell."""

import json

import pytest

from cases.stories import AGENT, LEAD, OTHER, REPORTER, RESPONDENT, SAID, Story, opened
from gigdesk.cases import life_commands as ask
from gigdesk.cases.clocks import clocks
from gigdesk.cases.effects import effects_of
from gigdesk.cases.events import from_wire, to_wire
from gigdesk.cases.label_events import PriorityChanged, TagsChanged
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import ClosedReason
from gigdesk.cases.tags import MAX_TAG, MAX_TAGS, read_tag
from gigdesk.cases.terms import Priority
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.cases.wire import canonical
from gigdesk.errors import Conflict, GigdeskError, Invalid, NotAllowed

SPECIALIST = By(name="staff:4", who=frozenset({Who.AGENT, Who.SPECIALIST}))
GRAVE = ("harassment.verbal", "safety", "high")


def tag(story: Story, *add: str, remove: tuple[str, ...] = (), by: By = AGENT) -> tuple[object, ...]:
    return story.when(ask.ChangeTags, by, add=frozenset(add), remove=frozenset(remove))


def prioritise(story: Story, priority: Priority, by: By = AGENT, **given: object) -> tuple[object, ...]:
    return story.when(ask.ChangePriority, by, priority=priority, **given)


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("refund", "refund"),
        ("Bank:Transfer", "bank:transfer"),
        ("ＶＩＰ", "vip"),
        ("Año", "a\u00f1o"),
        ("An\u0303o", "a\u00f1o"),
        ("2026-q4_a.b", "2026-q4_a.b"),
        ("हिंदी", "हिंदी"),
        ("İstanbul", "i̇stanbul"),
        ("x" * MAX_TAG, "x" * MAX_TAG),
        ("x" * (MAX_TAG + 1), None),
        ("", None),
        ("two words", None),
        ("-refund", None),
        (":", None),
        ("a,b", None),
        ("<b>", None),
        ("re\u202efund", None),
        ("re\u200bfund", None),
        ("a\x00", None),
        ("\u0301a", None),
        ("🙂", None),
        ("\u3164", None),  # a letter that shows nothing
        ("refund\ufe0f", None),
        ("re\u034ffund", None),
        ("re\u17b4fund", None),
    ],
)
def test_a_tag_has_one_spelling_or_is_none(typed: str, tag: str | None) -> None:
    assert read_tag(typed) == tag
    assert tag is None or read_tag(tag) == tag


def test_staff_give_a_priority_and_say_why_or_not() -> None:
    story = Story.of().claimed()

    [changed] = prioritise(story, Priority.URGENT, by=OTHER, digests=SAID)
    assert isinstance(changed, PriorityChanged)
    assert (story.now.priority, changed.digests) == (Priority.URGENT, SAID)
    assert prioritise(story, Priority.URGENT) == ()
    assert prioritise(story, Priority.LOW) == (PriorityChanged(priority=Priority.LOW, digests={}),)


def test_no_clock_and_no_timer_follows_a_priority() -> None:
    story = Story.of().claimed()
    before = (clocks(story.now, story.at), next_wake(story.now), story.now.terms)

    events = prioritise(story, Priority.URGENT)

    assert (clocks(story.now, story.at), next_wake(story.now), story.now.terms) == before
    assert effects_of(events, 3, story.now) == ()  # type: ignore[arg-type]  # events, as ``when`` gave them


@pytest.mark.parametrize(("by", "is_done"), [(AGENT, False), (SPECIALIST, True), (LEAD, True)])
def test_a_case_about_harassment_is_put_off_by_a_specialist_or_a_lead(by: By, is_done: bool) -> None:
    story = Story.of(opened(*GRAVE))

    assert prioritise(story, Priority.URGENT)  # anybody may raise it
    if is_done:
        assert prioritise(story, Priority.NORMAL, by=by)
    else:
        with pytest.raises(NotAllowed, match="lower priority"):
            prioritise(story, Priority.NORMAL, by=by)


@pytest.mark.parametrize(
    ("chosen", "severity", "priority"),
    [
        (Priority.URGENT, "low", Priority.URGENT),  # what a person raised stays
        (Priority.LOW, "high", Priority.HIGH),  # and what another type raises is raised
        (Priority.HIGH, "critical", Priority.URGENT),
    ],
)
def test_another_type_lowers_nothing_that_was_raised(
    chosen: Priority, severity: str, priority: Priority
) -> None:
    story = Story.of(opened("other", "general", "normal")).claimed()
    prioritise(story, chosen)

    kind = {"issue_type": "technical.app", "queue": "general", "severity": severity}
    story.when(ask.ChangeType, AGENT, digests=SAID, **kind)

    assert story.now.priority is priority


def test_tags_are_added_and_removed_and_what_is_so_already_is_no_event() -> None:
    story = Story.of()

    assert tag(story, "refund", "bank") == (TagsChanged(added=("bank", "refund"), removed=()),)
    assert tag(story, "refund") == tag(story, remove=("vip",)) == tag(story) == ()
    assert tag(story, "vip", "bank", remove=("refund", "never")) == (
        TagsChanged(added=("vip",), removed=("refund",)),
    )
    assert story.now.tags == ("bank", "vip")


def test_a_case_has_at_most_twenty_tags_after_all_was_done() -> None:
    story = Story.of()
    tag(story, *(f"tag-{n}" for n in range(MAX_TAGS)))

    assert tag(story, "one-more", remove=("tag-0",))
    for add, remove in ((("and-one",), ()), (("and-one",), ("never",)), (("and-one",), ("and-one",))):
        with pytest.raises(Invalid) as refused:
            tag(story, *add, remove=remove)
        assert [error.field for error in refused.value.errors] == ["add"]
    assert len(story.now.tags) == MAX_TAGS


def test_both_stand_in_the_log_in_these_bytes() -> None:
    """Written once, read for ever."""
    urgent = PriorityChanged(priority=Priority.URGENT, digests=SAID)
    tagged = TagsChanged(added=("a\u00f1o", "refund"), removed=())
    said = '{"reason:1":"' + "ab" * 32 + '"}'
    for event, content in (
        (urgent, f'{{"digests":{said},"priority":"urgent","type":"priority.changed"}}'),
        (tagged, '{"added":["a\u00f1o","refund"],"removed":[],"type":"tags.changed"}'),
    ):
        assert canonical(to_wire(event)).decode() == content
        assert from_wire(json.loads(content)) == event


def test_a_closed_case_is_tagged_and_keeps_its_priority() -> None:
    story = Story.of().claimed()
    story.when(ask.CloseCase, AGENT, closed_reason=ClosedReason.INVALID, digests=SAID)

    assert tag(story, "phishing-wave-3")
    with pytest.raises(Conflict):
        prioritise(story, Priority.URGENT)


@pytest.mark.parametrize("by", [REPORTER, RESPONDENT])
def test_no_party_gives_either_or_sees_it(by: By) -> None:
    story = Story.of()
    before = {viewer: seen_by(viewer, story.history) for viewer in (Viewer.REPORTER, Viewer.RESPONDENT)}

    tag(story, "refund")
    prioritise(story, Priority.URGENT, digests=SAID)

    assert before == {viewer: seen_by(viewer, story.history) for viewer in before}
    for command, given in (
        (ask.ChangeTags, {"add": frozenset({"refund"}), "remove": frozenset()}),
        (ask.ChangePriority, {"priority": Priority.URGENT}),
    ):
        with pytest.raises(GigdeskError) as refused:
            story.when(command, by, **given)
        assert refused.value.code == "move.illegal"
