"""Whom an event concerns, and what each of them is told: from the log to the facts of notices.

Each recipient's notice has an id of its own, made of the effect's, so that a repeat tells nobody twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gigdesk.cases import life_events as did
from gigdesk.cases.clocks import clocks, first_reply_by
from gigdesk.cases.effects import Notify
from gigdesk.cases.events import CaseOpened, Event
from gigdesk.cases.lifecycle import APPEALED_WITHIN
from gigdesk.cases.model import Addressee, Case, ClosedReason, Status, Step
from gigdesk.cases.ports import SealedValue
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.timeline import type_of
from gigdesk.cases.timing import expires_at
from gigdesk.cases.visibility import Record, case_of
from gigdesk.cases.watch_events import BreachWarned, PrimaryMoved, StaffMentioned
from gigdesk.notices.facts import (
    About,
    Acknowledgement,
    AppealOutcome,
    Breach,
    Decision,
    Escalation,
    Facts,
    Joined,
    JoinedDecision,
    JoinedStatus,
    Mention,
    Message,
    NewCase,
    Question,
    Reader,
    Reminder,
    StatementRequest,
    StatusChange,
)

Sealed = Mapping[str, SealedValue]
_PARTIES = {Addressee.REPORTER: Reader.REPORTER, Addressee.RESPONDENT: Reader.RESPONDENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An event with the case as its commit left it, and what is sealed of the case."""

    event: Event
    at: datetime
    about: About
    case: Case
    sealed: Sealed
    history: Sequence[Record]

    @property
    def reasons(self) -> str:
        """The reasons of the decision that stands."""
        events = [event for record in self.history for event in record.events]
        decided = [event for event in events if isinstance(event, did.CaseDecided)]
        return self.text(decided[-1].digests) if decided else ""

    def text(self, digests: Mapping[str, str]) -> str:
        """What was written with the event; empty where it was erased."""
        found = (self.sealed[i] for i in digests if i in self.sealed and not i.startswith("body:"))
        return next((value.value.decode() for value in found), "")

    def person(self, party: str) -> Mapping[str, str]:
        """Id, name and side of a party, as they were sealed; nothing where that is gone."""
        value = self.sealed.get(party)
        return orjson.loads(value.value) if value else {}

    @property
    def owner(self) -> str | None:
        """Whose case it was when somebody was warned, else whose it is: the name in the log."""
        return self.event.owner if isinstance(self.event, BreachWarned) else self.case.owner

    @property
    def readers(self) -> list[Reader]:
        """Who knows of the case."""
        return [Reader.REPORTER, *([Reader.RESPONDENT] if self.case.is_contacted else [])]


def about_of(case: Case, sealed: Sealed, rulebook: Rulebook, base_url: str) -> About:
    """What every notice says of its case."""
    return About(
        case=case.id,
        reference=case.reference,
        issue_type=rulebook.taxonomy.find(case.issue_type),
        code=case.issue_type,
        gig_id=case.gig_id,
        gig_title=sealed["gig"].value.decode() if "gig" in sealed else "",
        link=f"{base_url}/reports/{case.id}",
        desk_link=f"{base_url}/desk/cases/{case.id}",
        terms=case.terms,
        queue=rulebook.queues.label(case.queue),
    )


def scene_of(
    notify: Notify,
    case: UUID,
    history: Sequence[Record],
    sealed: Sealed,
    about: Callable[[Case, Sealed], About],
) -> Scene | None:
    """The scene of the event that is to be told of; None where the case has no history, as it then has no event."""
    told = history[: notify.number]
    state = case_of(case, told)
    if state is None:
        return None
    event = [event for event in told[-1].events if type_of(event) == notify.about][notify.place]
    return Scene(
        event=event, at=told[-1].at, about=about(state, sealed), case=state, sealed=sealed, history=told
    )


def facts_of(scene: Scene) -> list[Facts]:
    """What is told of this event, one for each recipient; nothing of what concerns nobody."""
    rule = _RULES.get(type(scene.event))
    return list(rule(scene, scene.event)) if rule else []


def _opened(scene: Scene, _: CaseOpened) -> Iterator[Facts]:
    case, about = scene.case, scene.about
    reply_by = first_reply_by(case)
    yield NewCase(about=about, severity=case.severity, files=len(case.files), reply_by=reply_by)
    yield Acknowledgement(about=about, received_at=scene.at, files=len(case.files), reply_by=reply_by)


def _begun(scene: Scene, _: did.ReviewBegun) -> Iterator[Facts]:
    yield StatusChange(about=scene.about, reader=Reader.REPORTER, status=Status.IN_REVIEW.value)


def _message(scene: Scene, event: did.MessageSent) -> Iterator[Facts]:
    if reader := _PARTIES.get(event.to):
        yield Message(about=scene.about, reader=reader, text=scene.text(event.digests), signed_by="")


def _requested(scene: Scene, event: did.ReplyRequested) -> Iterator[Facts]:
    about, text = scene.about, scene.text(event.digests)
    if event.of is Addressee.REPORTER:
        yield Question(about=about, reader=Reader.REPORTER, text=text, signed_by="", due=event.due)
    elif event.of is Addressee.RESPONDENT:
        name = "" if about.shields_reporter else scene.person("reporter").get("name", "")
        yield StatementRequest(about=about, text=text, signed_by="", due=event.due, reporter_name=name)
        status = Status.WAITING_RESPONDENT.value
        yield StatusChange(about=about, reader=Reader.REPORTER, status=status, next_by=event.due)


def _reminded(scene: Scene, event: did.ReplyReminded) -> Iterator[Facts]:
    due, reader = scene.case.waiting_until, _PARTIES.get(event.of)
    if due and reader:
        yield Reminder(about=scene.about, reader=reader, due=due, closes_at=expires_at(scene.case))


def _announced(scene: Scene, _: did.DecisionAnnounced) -> Iterator[Facts]:
    decision = scene.case.decision
    if decision is None:
        return
    for reader in scene.readers:
        yield Decision(
            about=scene.about,
            reader=reader,
            disposition=decision.disposition.value,
            reasons=scene.reasons,
            signed_by="",
            appeal_by=scene.at + APPEALED_WITHIN,
        )


def _appeal_decided(scene: Scene, event: did.AppealDecided) -> Iterator[Facts]:
    for reader in scene.readers:
        yield AppealOutcome(
            about=scene.about,
            reader=reader,
            outcome=event.outcome.value,
            reasons=scene.text(event.digests),
            signed_by="",
        )


def _closed(scene: Scene, event: did.CaseClosed) -> Iterator[Facts]:
    # Who withdraws or accepts knows it, and spam is not answered.
    if event.reason is ClosedReason.DUPLICATE:
        yield Joined(about=scene.about)
    if event.reason in (ClosedReason.INVALID, ClosedReason.EXPIRED):
        yield StatusChange(about=scene.about, reader=Reader.REPORTER, status=Status.CLOSED.value)


def _escalated(scene: Scene, _: did.CaseEscalated) -> Iterator[Facts]:
    case = scene.case
    yield Escalation(about=scene.about, severity=case.severity, queue=case.queue, escalated_at=scene.at)


def _missed(scene: Scene, event: did.TargetMissed) -> Iterator[Facts]:
    yield _breach(scene, event.clock, Step.MISSED, scene.case.owner)


def _warned(scene: Scene, event: BreachWarned) -> Iterator[Facts]:
    yield _breach(scene, event.clock, event.step, event.owner)


def _breach(scene: Scene, clock: str, step: Step, owner: str | None) -> Breach:
    case = scene.case
    found = next((one for one in clocks(case, scene.at) if one.kind.value == clock), None)
    return Breach(
        about=scene.about,
        severity=case.severity,
        queue=case.queue,
        clock=clock,
        due=found.due if found and found.due else scene.at,
        is_missed=step in (Step.MISSED, Step.QUEUE),
        step=step,
        has_owner=owner is not None,
    )


def _mentioned(scene: Scene, event: StaffMentioned) -> Iterator[Facts]:
    by = scene.person(scene.history[-1].by).get("name", "")
    for item in dict.fromkeys(event.places.values()):
        yield Mention(about=scene.about, by=by, to=item)


def _parted(scene: Scene, _: did.MergeUndone) -> Iterator[Facts]:
    yield StatusChange(about=scene.about, reader=Reader.REPORTER, status=scene.case.status.value)


def _moved(scene: Scene, event: PrimaryMoved) -> Iterator[Facts]:
    if event.status is Status.DECIDED and event.disposition:
        yield JoinedDecision(about=scene.about, disposition=event.disposition.value)
    else:
        yield JoinedStatus(about=scene.about, status=event.status.value)


_RULES: dict[type[Event], Callable[[Scene, Any], Iterator[Facts]]] = {
    CaseOpened: _opened,
    did.ReviewBegun: _begun,
    did.MessageSent: _message,
    did.ReplyRequested: _requested,
    did.ReplyReminded: _reminded,
    did.DecisionAnnounced: _announced,
    did.AppealDecided: _appeal_decided,
    did.CaseClosed: _closed,
    did.CaseEscalated: _escalated,
    did.TargetMissed: _missed,
    BreachWarned: _warned,
    StaffMentioned: _mentioned,
    did.MergeUndone: _parted,
    PrimaryMoved: _moved,
}
ABOUT = frozenset({"case.opened", *(name for name, kind in did.TYPES.items() if kind in _RULES)})
"""The types of event that somebody is told of."""
