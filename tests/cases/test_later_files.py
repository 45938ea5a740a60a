"""Files that come after the report: what follows from them, who sees them, how many there may be."""

from collections.abc import Sequence

import pytest

from cases.stories import AGENT, LEAD, REPORTER, RESPONDENT, SAID, Story, a_file, digests_of
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.decide_files import Room, judge_room, room_for
from gigdesk.cases.decide_life import permit_act
from gigdesk.cases.events import Event, EvidenceReceived, from_wire, to_wire
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Addressee, Disposition, Outcome, Status
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.errors import Conflict, TooLarge
from gigdesk.evidence.model import Limits

WORDS = {"message:1": "ab" * 32}
MESSAGE = a_file().id


def send(story: Story, by: By, count: int = 1) -> tuple[Event, ...]:
    files = tuple(a_file() for _ in range(count))
    return story.when(ask.AddEvidence, by, files=files, digests=digests_of(files))


def write(story: Story, by: By, to: Addressee = Addressee.DESK, kind: type = ask.SendMessage) -> None:
    files = (a_file(),)
    more = {"to": to} if kind is ask.SendMessage else {}
    story.when(kind, by, message=MESSAGE, files=files, digests=WORDS | digests_of(files), **more)


def kinds(events: Sequence[Event]) -> list[type]:
    return [type(event) for event in events]


def seen(story: Story, viewer: Viewer) -> list[str]:
    """Who sent each file that this viewer sees."""
    case = case_of(story.now.id, seen_by(viewer, story.history))
    return [file.party for file in case.files] if case else []


def test_files_alone_are_the_reply_that_was_asked_for() -> None:
    story = Story.of().claimed().asked(Addressee.REPORTER)
    assert kinds(send(story, REPORTER, 2)) == [EvidenceReceived, EvidenceReceived, did.ReviewResumed]
    assert story.now.status is Status.IN_REVIEW


def test_files_alone_are_no_statement() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT, LEAD)
    assert kinds(send(story, RESPONDENT)) == [EvidenceReceived]
    assert story.now.status is Status.WAITING_RESPONDENT


def test_a_statement_comes_with_its_files() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    write(story, RESPONDENT, kind=ask.GiveStatement)
    [file] = story.now.files
    assert (file.party, file.to, file.message) == ("respondent", Addressee.DESK, MESSAGE)
    assert story.now.status is Status.IN_REVIEW


def test_each_side_sees_what_it_sent_or_was_sent() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    send(story, REPORTER)
    write(story, RESPONDENT, kind=ask.GiveStatement)
    write(story, AGENT, Addressee.REPORTER)
    write(story, AGENT, Addressee.RESPONDENT)
    send(story, AGENT)
    assert seen(story, Viewer.REPORTER) == ["reporter", "staff:1"]
    assert seen(story, Viewer.RESPONDENT) == ["respondent", "staff:1"]
    assert len(seen(story, Viewer.STAFF)) == 5


def test_a_file_is_read_from_the_log_as_it_was_written() -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    write(story, AGENT, Addressee.RESPONDENT)
    send(story, REPORTER)
    events = [event for record in story.history for event in record.events]
    assert [from_wire(to_wire(event)) for event in events] == events


def test_a_file_of_the_report_is_written_as_it_always_was() -> None:
    event = EvidenceReceived(evidence=MESSAGE, key="k", media_type="image/jpeg", size=1, digests={})
    assert set(to_wire(event)) == {"type", "evidence", "key", "mediaType", "size", "digests"}


def test_nothing_is_decided_while_a_file_is_pending() -> None:
    story = Story.of().claimed()
    send(story, REPORTER)
    decision = {"disposition": Disposition.UPHELD, "evidence": (), "announce": True, "digests": SAID}
    with pytest.raises(Conflict) as refused:
        story.when(ask.DecideCase, AGENT, **decision)
    assert refused.value.code == "evidence.pending"
    story.inspected(story.now.files[0].id).when(ask.DecideCase, AGENT, **decision)
    assert story.now.status is Status.DECIDED


def test_no_appeal_is_decided_while_a_file_is_pending() -> None:
    story = Story.of().claimed()
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=True, digests=SAID
    )
    story.when(ask.AppealDecision, REPORTER, digests=SAID)
    send(story, REPORTER)
    again = {"outcome": Outcome.UPHELD, "disposition": Disposition.UPHELD, "digests": SAID}
    with pytest.raises(Conflict) as refused:
        story.when(ask.DecideAppeal, LEAD, **again)
    assert refused.value.code == "evidence.pending"
    story.inspected(story.now.files[0].id).when(ask.DecideAppeal, LEAD, **again)
    assert story.now.status is Status.DECIDED


@pytest.mark.parametrize("is_statement", [True, False])
def test_a_decision_that_nobody_was_told_of_gives_way_to_files(is_statement: bool) -> None:
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    story.when(
        ask.DecideCase, AGENT, disposition=Disposition.UPHELD, evidence=(), announce=False, digests=SAID
    )
    by, act = (RESPONDENT, Act.STATEMENT) if is_statement else (REPORTER, Act.EVIDENCE)
    permit_act(story.now, act, by.who, story.at)
    if is_statement:
        write(story, by, kind=ask.GiveStatement)
    else:
        send(story, by)
    assert story.now.status is (Status.IN_REVIEW if is_statement else Status.WAITING_RESPONDENT)
    assert story.now.decision is None
    assert [file.party for file in story.now.files] == [by.name]


def test_what_could_not_be_done_is_refused_before_anything_is_sent() -> None:
    story = Story.of().claimed()
    story.when(ask.CloseCase, LEAD, closed_reason="invalid", digests=SAID)
    with pytest.raises(Conflict) as refused:
        permit_act(story.now, Act.EVIDENCE, REPORTER.who, story.at)
    assert refused.value.code == "move.illegal"


def test_room_is_counted_for_each_side_by_its_own_files() -> None:
    limits = Limits(files=1, body_bytes=1000)  # 5 files and 5,000 bytes from each side
    story = Story.of().claimed().asked(Addressee.RESPONDENT)
    send(story, RESPONDENT, 3)
    write(story, AGENT, Addressee.REPORTER)
    assert room_for(story.now, "reporter", limits) == Room(files=5, bytes=5000)
    assert room_for(story.now, "respondent", limits) == Room(files=2, bytes=2000)
    assert room_for(story.now, "staff:7", limits) == Room(files=4, bytes=4000)


@pytest.mark.parametrize(
    ("files", "size", "code"), [(3, 10, "case.too_many_files"), (2, (2 << 20) + 1, "case.too_many_bytes")]
)
def test_what_finds_no_room_is_refused_with_what_is_left(files: int, size: int, code: str) -> None:
    room, limits = Room(files=2, bytes=2 << 20), Limits()
    judge_room(room, 2, 2 << 20, limits)
    with pytest.raises(TooLarge) as refused:
        judge_room(room, files, size, limits)
    assert refused.value.code == code
    assert str(room.files) in str(refused.value)
