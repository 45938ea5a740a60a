"""What events owe to the world: effects, as data that carries ids and codes only. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from gigdesk.cases import life_events as did
from gigdesk.cases.events import CaseOpened, Event, EvidenceReceived
from gigdesk.cases.evolve_life import WAITS
from gigdesk.cases.model import Addressee, Status
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class InspectEvidence:
    """Scan a file, make its safe copies, record the verdict."""

    evidence: UUID


@record(frozen=True, slots=True, kw_only=True)
class Wake:
    """Ask what time has made due by now; due later than its commit."""


@record(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell whom it concerns of what happened: ``about`` is the type of an event of the commit ``number``."""

    about: str
    number: int = 1


@record(frozen=True, slots=True, kw_only=True)
class CallWebhook:
    """Tell the marketplace's program: ``about`` as it knows it, and the status that the case then had."""

    about: str
    status: str


Effect = InspectEvidence | Notify | Wake | CallWebhook
_OPENED = (Notify(about="case.opened"),)
# Of which events mail goes out, to one or several.
_TOLD = (
    did.ReviewBegun,
    did.MessageSent,
    did.ReplyRequested,
    did.ReplyReminded,
    did.DecisionAnnounced,
    did.AppealDecided,
    did.CaseClosed,
    did.CaseEscalated,
    did.TargetMissed,
)
# Where events lead, as far as the outside may know: a decision leads nowhere until it is announced.
_LEADS: dict[type[Event], Status] = {
    did.ReviewBegun: Status.IN_REVIEW,
    did.ReviewResumed: Status.IN_REVIEW,
    did.DecisionAnnounced: Status.DECIDED,
    did.DecisionRetracted: Status.IN_REVIEW,
    did.CaseAppealed: Status.APPEALED,
    did.AppealDecided: Status.DECIDED,
    did.CaseClosed: Status.CLOSED,
    did.MergeUndone: Status.IN_REVIEW,
    did.CaseReopened: Status.IN_REVIEW,
}
_DECIDES = (did.DecisionAnnounced, did.AppealDecided)


def effects_of(events: Iterable[Event], number: int = 1) -> tuple[Effect, ...]:
    """The effects of the commit of this number, in the order of its events."""
    return tuple([effect for event in events for effect in _effects_of(event, number)])


def _effects_of(event: Event, number: int) -> Iterable[Effect]:
    match event:
        case CaseOpened():
            return _OPENED
        case EvidenceReceived():
            return (InspectEvidence(evidence=event.evidence),)
        case _:
            return _of_life(event, number)


def _of_life(event: Event, number: int) -> Iterator[Effect]:
    if isinstance(event, _TOLD) and not _is_for_the_desk(event):
        yield Notify(about=did.NAMES[type(event)], number=number)
    status = WAITS[event.of] if isinstance(event, did.ReplyRequested) else _LEADS.get(type(event))
    if status is not None:
        yield CallWebhook(about="case.status_changed", status=status.value)
    if isinstance(event, _DECIDES):
        yield CallWebhook(about="case.decided", status=Status.DECIDED.value)


def _is_for_the_desk(event: Event) -> bool:
    return isinstance(event, did.MessageSent) and event.to is Addressee.DESK


def effect_kind(effect: Effect) -> str:
    """The name under which the outbox keeps it: verb and noun."""
    match effect:
        case InspectEvidence():
            return "inspect-evidence"
        case Notify():
            return "notify"
        case Wake():
            return "wake"
        case CallWebhook():
            return "call-webhook"


def effect_to_wire(effect: Effect) -> dict[str, object]:
    """The effect as the outbox keeps it."""
    match effect:
        case InspectEvidence():
            return {"evidence": str(effect.evidence)}
        case Notify():
            return (
                {"about": effect.about}
                if effect.number == 1
                else {"about": effect.about, "number": effect.number}
            )
        case Wake():
            return {}
        case CallWebhook():
            return {"about": effect.about, "status": effect.status}


def effect_from_wire(kind: str, document: Mapping[str, object]) -> Effect:
    """The effect that was kept; raises ValueError for a kind that this version does not know."""
    match kind:
        case "inspect-evidence":
            return InspectEvidence(evidence=UUID(str(document["evidence"])))
        case "notify":
            return Notify(about=str(document["about"]), number=int(str(document.get("number", 1))))
        case "wake":
            return Wake()
        case "call-webhook":
            return CallWebhook(about=str(document["about"]), status=str(document["status"]))
        case _:
            raise ValueError(f"unknown effect {kind!r}")
