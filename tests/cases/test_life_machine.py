"""The whole life of a case, driven by chance: what must hold after every step, whoever asks for whatever."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cases.stories import (
    AGENT,
    CASE,
    LEAD,
    OTHER,
    REPORTER,
    RESPONDENT,
    Story,
    a_file,
    digests_of,
    opened,
)
from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.clocks import clocks
from gigdesk.cases.decide import decide
from gigdesk.cases.events import from_wire, to_wire
from gigdesk.cases.life_commands import SYSTEM, By
from gigdesk.cases.lifecycle import allowed, as_shown
from gigdesk.cases.model import Addressee, Case, ClosedReason, Disposition, Flag, Outcome, Status
from gigdesk.cases.terms import Priority
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import INTERNAL, Record, Viewer, case_of, seen_by
from gigdesk.errors import Conflict, GigdeskError
from gigdesk.evidence.model import Verdict

PEOPLE = some.sampled_from([REPORTER, RESPONDENT, AGENT, OTHER, LEAD])
STAFF = some.sampled_from([AGENT, OTHER, LEAD])
SAID = some.sampled_from([{}, {"reason:1": "ab" * 32}])
OUTSIDE = some.sampled_from([Addressee.REPORTER, Addressee.RESPONDENT, Addressee.EXTERNAL])
TYPES = (
    ("payment.not_received", "payments", "normal"),
    ("conduct.rude", "general", "low"),
    ("safety.emergency", "safety", "critical"),
    ("account.restricted", "general", "high"),
)
TAGS = some.frozensets(some.sampled_from(["refund", "bank", "año:2026"]))
OTHERS = ("other", "general", "normal")
# What a party does before the eyes of the other.
OF_BOTH = (did.CaseAppealed, did.CaseClosed, did.CaseReopened)
# Acts that need nothing but a reason.
PLAIN: dict[str, tuple[Any, dict[str, Any]]] = {
    "acceptance": (ask.AcceptDecision, {}),
    "appeal": (ask.AppealDecision, {}),
    "escalation": (ask.Escalate, {}),
    "evidence": (ask.AddEvidence, {"files": ()}),
    "hold": (ask.Hold, {}),
    "messages": (ask.SendMessage, {"message": UUID(int=9), "to": Addressee.DESK}),
    "notes": (ask.WriteNote, {"note": UUID(int=9)}),
    "priority": (ask.ChangePriority, {"priority": Priority.URGENT}),
    "reopening": (ask.ReopenCase, {}),
    "review": (ask.ResumeReview, {}),
    "statement": (ask.GiveStatement, {"message": UUID(int=9)}),
    "tags": (ask.ChangeTags, {"add": frozenset({"refund"}), "remove": frozenset()}),
    "type": (ask.ChangeType, {"issue_type": "other", "queue": "general", "severity": "normal"}),
    "withdrawal": (ask.WithdrawReport, {}),
}


def sent(count: int) -> dict[str, Any]:
    """Files, and the digests of what they are called."""
    files = tuple(a_file() for _ in range(count))
    return {"files": files, "digests": {"message:1": "ab" * 32, **digests_of(files)}}


class Life(RuleBasedStateMachine):
    """Commands of all roles in any order; most are refused, and none may break what holds."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story.of()

    def try_to(self, kind: type[ask.LifeCommand], by: By, **given: object) -> None:
        before = (self.story.now, len(self.story.history))
        try:
            self.story.when(kind, by, **given)
        except GigdeskError:
            assert (self.story.now, len(self.story.history)) == before

    @rule(kind=some.sampled_from(TYPES))
    def begin_anew(self, kind: tuple[str, str, str]) -> None:
        if len(self.story.history) == 1:
            self.story = Story.of(opened(*kind))

    @rule(by=PEOPLE, owner=some.sampled_from([None, "staff:1", "staff:2", "staff:3"]))
    def assign(self, by: By, owner: str | None) -> None:
        self.try_to(ask.ChangeOwner, by, owner=owner)

    @rule(by=PEOPLE, of=OUTSIDE, days=some.integers(-1, 5), said=SAID)
    def request(self, by: By, of: Addressee, days: int, said: Mapping[str, str]) -> None:
        due = self.story.at + timedelta(days=days)
        self.try_to(ask.RequestReply, by, message=uuid4(), of=of, due=due, digests=said)

    @rule(by=PEOPLE, said=SAID)
    def resume(self, by: By, said: Mapping[str, str]) -> None:
        self.try_to(ask.ResumeReview, by, digests=said)

    @rule(by=some.sampled_from([REPORTER, RESPONDENT]))
    def write(self, by: By) -> None:
        self.try_to(ask.SendMessage, by, message=uuid4(), to=Addressee.DESK, digests={"m": "ab"})

    @rule(by=STAFF, to=some.sampled_from([Addressee.REPORTER, Addressee.RESPONDENT]))
    def write_to(self, by: By, to: Addressee) -> None:
        self.try_to(ask.SendMessage, by, message=uuid4(), to=to, digests={"m": "ab"})

    @rule(by=PEOPLE)
    def note(self, by: By) -> None:
        seen = {
            viewer: seen_by(viewer, self.story.history) for viewer in (Viewer.REPORTER, Viewer.RESPONDENT)
        }
        self.try_to(ask.WriteNote, by, note=uuid4(), digests={"n": "ab"})
        assert seen == {viewer: seen_by(viewer, self.story.history) for viewer in seen}

    @rule(by=PEOPLE, count=some.integers(1, 2))
    def send_files(self, by: By, count: int) -> None:
        """Files alone move nobody's view but the sender's."""
        others = {Viewer.REPORTER, Viewer.RESPONDENT} - {by.name}
        before = {viewer: seen_by(viewer, self.story.history) for viewer in others}
        self.try_to(ask.AddEvidence, by, **sent(count))
        assert before == {viewer: seen_by(viewer, self.story.history) for viewer in others}

    @rule(by=PEOPLE, to=some.sampled_from([Addressee.DESK, Addressee.REPORTER, Addressee.RESPONDENT]))
    def write_with_a_file(self, by: By, to: Addressee) -> None:
        to = Addressee.DESK if by in (REPORTER, RESPONDENT) else to
        self.try_to(ask.SendMessage, by, message=uuid4(), to=to, **sent(1))

    @rule(by=PEOPLE)
    def state_with_a_file(self, by: By) -> None:
        self.try_to(ask.GiveStatement, by, message=uuid4(), **sent(1))

    @rule(place=some.integers(0, 9), verdict=some.sampled_from([Verdict.CLEAN, Verdict.INFECTED]))
    def inspect(self, place: int, verdict: Verdict) -> None:
        """A verdict moves the view of those alone who see the file."""
        files = self.story.now.files
        if not files:
            return
        file = files[place % len(files)]
        before = {v: seen_by(v, self.story.history) for v in (Viewer.REPORTER, Viewer.RESPONDENT)}
        self.record(file.id, verdict)
        for viewer, seen in before.items():
            if viewer not in (file.party, file.to.value):
                assert seen_by(viewer, self.story.history) == seen

    def record(self, evidence: UUID, verdict: Verdict) -> None:
        self.story.inspected(evidence, verdict)

    @rule(by=PEOPLE)
    def state(self, by: By) -> None:
        self.try_to(ask.GiveStatement, by, message=uuid4(), digests={"s": "ab"})

    @rule(by=PEOPLE, disposition=some.sampled_from(Disposition), announce=some.booleans(), said=SAID)
    def decide(self, by: By, disposition: Disposition, announce: bool, said: Mapping[str, str]) -> None:
        self.try_to(ask.DecideCase, by, disposition=disposition, evidence=(), announce=announce, digests=said)

    @rule(of=OUTSIDE)
    def decide_while_waiting(self, of: Addressee) -> None:
        """What chance alone comes to too seldom: a decision that nobody was told of, while somebody is asked."""
        self.assign(LEAD, "staff:3")
        self.request(LEAD, of, 2, {"reason:1": "ab" * 32})
        self.decide(LEAD, Disposition.UPHELD, announce=False, said={"reason:1": "ab" * 32})

    @rule(by=PEOPLE, outcome=some.sampled_from(Outcome), said=SAID)
    def decide_appeal(self, by: By, outcome: Outcome, said: Mapping[str, str]) -> None:
        self.try_to(ask.DecideAppeal, by, outcome=outcome, disposition=Disposition.UPHELD, digests=said)

    @rule(
        by=PEOPLE,
        said=SAID,
        kind=some.sampled_from([ask.AcceptDecision, ask.AppealDecision, ask.WithdrawReport, ask.ReopenCase]),
    )
    def move(self, by: By, kind: type[ask.LifeCommand], said: Mapping[str, str]) -> None:
        self.try_to(kind, by, digests=said)

    @rule(by=PEOPLE, reason=some.sampled_from(ClosedReason), said=SAID)
    def close(self, by: By, reason: ClosedReason, said: Mapping[str, str]) -> None:
        self.try_to(ask.CloseCase, by, closed_reason=reason, digests=said)

    @rule(by=PEOPLE, gig=some.sampled_from(["tiles", "other"]))
    def merge(self, by: By, gig: str) -> None:
        self.try_to(ask.MergeCase, by, into=UUID(int=2), gig_of_other=gig)

    @rule(by=PEOPLE)
    def unmerge(self, by: By) -> None:
        self.try_to(ask.UndoMerge, by)

    @rule(
        number=some.integers(1, 9),
        status=some.sampled_from([Status.IN_REVIEW, Status.DECIDED, Status.CLOSED]),
    )
    def follow(self, number: int, status: Status) -> None:
        given = {"primary": UUID(int=2), "number": number, "status": status, "disposition": None}
        self.try_to(ask.FollowPrimary, SYSTEM, **given)

    @rule(is_joined=some.booleans(), duplicate=some.sampled_from([UUID(int=3), UUID(int=4)]))
    def note_duplicate(self, is_joined: bool, duplicate: UUID) -> None:
        self.try_to(ask.NoteDuplicate, SYSTEM, is_joined=is_joined, duplicate=duplicate)

    @rule(by=PEOPLE, kind=some.sampled_from([ask.Escalate, ask.Hold]), ends=some.booleans(), said=SAID)
    def flag(self, by: By, kind: type[ask.LifeCommand], ends: bool, said: Mapping[str, str]) -> None:
        self.try_to(kind, by, ends=ends, digests=said)

    @rule(by=PEOPLE, kind=some.sampled_from([*TYPES, OTHERS]), stays=some.booleans(), said=SAID)
    def change_type(self, by: By, kind: tuple[str, str, str], stays: bool, said: Mapping[str, str]) -> None:
        """Who was promised not to be named is never named for it, and no clock of the law begins anew."""
        before, code = self.story.now, kind[0]
        given = {"issue_type": code, "queue": kind[1], "severity": kind[2], "keeps_owner": stays}
        self.try_to(ask.ChangeType, by, digests=said, **given)
        after = self.story.now
        assert after.terms.shields_reporter or not before.terms.shields_reporter
        if before.issue_type.startswith("account."):
            assert (after.account_since or after.opened_at) == (before.account_since or before.opened_at)

    @invariant()
    def every_side_knows_the_case_by_the_type_that_it_has(self) -> None:
        """With all that hangs on it: who is let in later must not be told whom the type protects."""
        now = self.story.now
        for viewer in (Viewer.REPORTER, Viewer.RESPONDENT):
            shown = case_of(CASE, seen_by(viewer, self.story.history))
            assert shown is None or (shown.issue_type, shown.terms) == (now.issue_type, now.terms)

    @rule(by=PEOPLE, priority=some.sampled_from(Priority), said=SAID)
    def prioritise(self, by: By, priority: Priority, said: Mapping[str, str]) -> None:
        before = clocks(self.story.now, self.story.at), next_wake(self.story.now)
        self.try_to(ask.ChangePriority, by, priority=priority, digests=said)
        assert before == (clocks(self.story.now, self.story.at), next_wake(self.story.now))

    @rule(by=PEOPLE, add=TAGS, remove=TAGS)
    def tag(self, by: By, add: frozenset[str], remove: frozenset[str]) -> None:
        self.try_to(ask.ChangeTags, by, add=add, remove=remove)
        assert list(self.story.now.tags) == sorted(set(self.story.now.tags))

    @rule(by=PEOPLE, hours=some.one_of(some.none(), some.integers(-2, 50)))
    def snooze(self, by: By, hours: int | None) -> None:
        until = None if hours is None else self.story.at + timedelta(hours=hours)
        self.try_to(ask.Snooze, by, until=until)

    @rule(minutes=some.sampled_from([1, 14, 60, 60 * 24, 60 * 24 * 7, 60 * 24 * 40]))
    def wait(self, minutes: int) -> None:
        self.story.wait(minutes=minutes)

    @rule()
    def wake(self) -> None:
        due = next_wake(self.story.now)
        history = len(self.story.history)
        self.try_to(ask.ActOnTime, SYSTEM)
        has_acted = len(self.story.history) > history
        assert has_acted == (due is not None and due <= self.story.at)

    @invariant()
    def a_decision_has_reasons_and_a_person(self) -> None:
        case = self.story.now
        if case.status is Status.DECIDED:
            assert case.decision is not None
            assert case.decision.decider.startswith("staff:")
        for event in self.events():
            if isinstance(event, did.CaseDecided | did.AppealDecided):
                assert event.digests

    @invariant()
    def an_appeal_is_judged_by_another(self) -> None:
        deciders = [d.decider for d in self.story.now.decisions]
        for event in self.events():
            if isinstance(event, did.AppealDecided):
                assert event.decider not in deciders[: deciders.index(event.decider)]

    @invariant()
    def a_party_sees_the_files_that_it_sent_or_was_sent(self) -> None:
        for viewer in (Viewer.REPORTER, Viewer.RESPONDENT):
            seen = case_of(CASE, seen_by(viewer, self.story.history))
            if seen is None:
                continue  # who was never asked is let in by nobody
            theirs = [file for file in self.story.now.files if viewer in (file.party, file.to.value)]
            assert [file.id for file in seen.files] == [file.id for file in theirs]
            messages = {message.id for message in seen.messages}
            assert all(file.message in messages for file in theirs if file.message)

    @invariant()
    def nothing_is_decided_while_a_file_is_pending(self) -> None:
        last = self.story.history[-1].events
        if any(isinstance(event, did.CaseDecided | did.AppealDecided) for event in last):
            assert all(file.verdict is not Verdict.PENDING for file in self.story.now.files)

    @invariant()
    def closed_is_what_has_a_reason(self) -> None:
        case = self.story.now
        assert (case.status is Status.CLOSED) == (case.closed_reason is not None)
        if case.issue_type == "safety.emergency":
            assert case.closed_reason not in (ClosedReason.WITHDRAWN, ClosedReason.EXPIRED)

    @invariant()
    def each_step_of_the_ladder_is_taken_once(self) -> None:
        steps = [(one.clock, one.since, one.step) for one in self.story.now.warned]
        assert len(steps) == len(set(steps))

    @invariant()
    def what_is_held_is_closed_by_nobody_but_people(self) -> None:
        last = self.story.history[-1]
        is_held = Flag.LEGAL_HOLD in self.story.now.flags
        assert not (
            is_held and last.by == "system" and any(isinstance(e, did.CaseClosed) for e in last.events)
        )
        withdrawn = ClosedReason.WITHDRAWN
        assert not (
            is_held and any(isinstance(e, did.CaseClosed) and e.reason is withdrawn for e in last.events)
        )

    @invariant()
    def a_wait_has_a_due_date_and_a_pause(self) -> None:
        case = self.story.now
        waits = case.status.value.startswith("waiting_")
        assert waits == (case.waiting_until is not None)
        assert waits == bool(case.pauses and case.pauses[-1].until is None)

    @invariant()
    def the_log_says_it_all(self) -> None:
        assert case_of(CASE, self.story.history) == self.story.now
        read = [
            Record(number=r.number, at=r.at, by=r.by, events=tuple(from_wire(to_wire(e)) for e in r.events))
            for r in self.story.history
        ]
        assert read == self.story.history
        at = self.story.at
        again = case_of(CASE, read)
        assert again is not None
        assert clocks(again, at) == clocks(self.story.now, at)

    @invariant()
    def what_a_party_saw_stays_as_it_was(self) -> None:
        for viewer in (Viewer.REPORTER, Viewer.RESPONDENT):
            history = self.story.history
            before, now = seen_by(viewer, history[:-1]), seen_by(viewer, history)
            assert not before or now[: len(before)] == before

    @invariant()
    def a_move_of_one_side_is_not_seen_by_the_other(self) -> None:
        """But for what concerns both by what it is: and a wait of which the reporter knows ends by a statement."""
        last, history = self.story.history[-1], self.story.history
        for by, other in ((REPORTER, Viewer.RESPONDENT), (RESPONDENT, Viewer.REPORTER)):
            if last.by != by.name:
                continue
            before = seen_by(other, history[:-1])
            shown = [e for record in seen_by(other, history)[len(before) :] for e in record.events]
            knew = case_of(CASE, before)
            if other is Viewer.REPORTER and knew and knew.status is Status.WAITING_RESPONDENT:
                shown = [event for event in shown if not isinstance(event, did.ReviewResumed)]
            assert len(history) == 1 or all(isinstance(event, OF_BOTH) for event in shown)

    @invariant()
    def a_party_sees_nothing_internal_and_counts_only_what_it_sees(self) -> None:
        for viewer in (Viewer.REPORTER, Viewer.RESPONDENT):
            seen = seen_by(viewer, self.story.history)
            assert [record.number for record in seen] == list(range(1, len(seen) + 1))
            shown = [event for record in seen for event in record.events]
            assert not any(isinstance(event, INTERNAL) for event in shown)
            if not seen:
                assert viewer is Viewer.RESPONDENT
                continue
            case = case_of(CASE, seen)
            assert case is not None
            assert case.notes == ()
            assert case.owner is None
            assert (case.warned, case.duplicates, case.holds) == ((), (), ())
            assert (case.tags, case.chosen_priority) == ((), None)
            assert case.flags <= {Flag.NO_REPLY, Flag.RESPONDENT_SILENT, Flag.WITHDRAWAL_ASKED}
            assert all(d.announced_at for d in case.decisions)

    @invariant()
    def what_is_said_to_be_open_is_not_refused_as_illegal(self) -> None:
        for by in (self.story.owner(LEAD), REPORTER, RESPONDENT):
            shown = self.shown_to(by)
            acts = allowed(shown, by.who, self.story.at) if shown else []
            assert [act for act in PLAIN if act in acts and self.refusal(act, by)] == []

    @invariant()
    def a_refusal_names_only_what_the_party_sees(self) -> None:
        for by in (REPORTER, RESPONDENT):
            shown = self.shown_to(by)
            for act in PLAIN if shown else ():
                refused = self.refusal(act, by)
                if shown is None or refused is None:
                    continue
                told = as_shown(refused, shown, by.who, self.story.at).values
                acts = allowed(shown, by.who, self.story.at)
                assert told["status"] == shown.status.value
                assert (told["act"], told["allowed"]) == (act, ", ".join(acts))
                assert act not in acts

    def shown_to(self, by: By) -> Case | None:
        """The case that they see; None for who was never asked."""
        if by.name not in (Viewer.REPORTER, Viewer.RESPONDENT):
            return self.story.now
        return case_of(CASE, seen_by(Viewer(by.name), self.story.history))

    def refusal(self, act: str, by: By) -> Conflict | None:
        """What is said where this move is illegal; None where it is not."""
        kind, given = PLAIN[act]
        command = kind(case=CASE, at=self.story.at, by=by, digests={"reason:1": "ab"}, **given)
        try:
            decide(self.story.now, command)
        except Conflict as error:
            return error if error.code == "move.illegal" else None
        except GigdeskError:
            pass
        return None

    def events(self) -> list[object]:
        return [event for record in self.story.history for event in record.events]


Life.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase
