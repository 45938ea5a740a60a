"""What events owe to the world: effects, as data that carries ids only. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from gigdesk.cases.events import CaseOpened, Event, EvidenceReceived
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
    """Tell the support address of a new case."""

    about: str


Effect = InspectEvidence | Notify | Wake
_OPENED = (Notify(about="case.opened"),)


def effects_of(events: Iterable[Event]) -> tuple[Effect, ...]:
    """The effects of one commit, in the order of its events."""
    return tuple([effect for event in events for effect in _effects_of(event)])


def _effects_of(event: Event) -> tuple[Effect, ...]:
    match event:
        case CaseOpened():
            return _OPENED
        case EvidenceReceived():
            return (InspectEvidence(evidence=event.evidence),)
        case _:
            return ()


def effect_kind(effect: Effect) -> str:
    """The name under which the outbox keeps it: verb and noun."""
    match effect:
        case InspectEvidence():
            return "inspect-evidence"
        case Notify():
            return "notify"
        case Wake():
            return "wake"


def effect_to_wire(effect: Effect) -> dict[str, object]:
    """The effect as the outbox keeps it."""
    match effect:
        case InspectEvidence():
            return {"evidence": str(effect.evidence)}
        case Notify():
            return {"about": effect.about}
        case Wake():
            return {}


def effect_from_wire(kind: str, document: Mapping[str, object]) -> Effect:
    """The effect that was kept; raises ValueError for a kind that this version does not know."""
    match kind:
        case "inspect-evidence":
            return InspectEvidence(evidence=UUID(str(document["evidence"])))
        case "notify":
            return Notify(about=str(document["about"]))
        case "wake":
            return Wake()
        case _:
            raise ValueError(f"unknown effect {kind!r}")
