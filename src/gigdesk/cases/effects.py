"""What events owe to the world: effects, as data that carries ids and codes only. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from gigdesk.cases import life_events as did
from gigdesk.cases.events import CaseOpened, Event, EvidenceReceived
from gigdesk.cases.evolve_life import WAITS
from gigdesk.cases.model import Addressee, Case, Disposition, Status
from gigdesk.cases.watch_events import BreachWarned, PrimaryMoved, StaffMentioned
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
    """Tell whom it concerns of what happened: ``about`` is the type of an event of the commit ``number``.

    ``place`` tells which it is where a commit has several of that type; the first is 0.
    """

    about: str
    number: int = 1
    place: int = 0


@record(frozen=True, slots=True, kw_only=True)
class CallWebhook:
    """Tell the marketplace's program: ``about`` as it knows it, and the status that the case then had."""

    about: str
    status: str


@record(frozen=True, slots=True, kw_only=True)
class JoinCases:
    """See to it that the case ``primary`` knows whether this one is its duplicate."""

    primary: UUID


@record(frozen=True, slots=True, kw_only=True)
class TellDuplicates:
    """Tell the cases that were joined to this one where it stands since the commit ``number``."""

    number: int
    status: Status
    disposition: Disposition | None


Effect = InspectEvidence | Notify | Wake | CallWebhook | JoinCases | TellDuplicates
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
    did.MergeUndone,
    did.CaseEscalated,
    did.TargetMissed,
    BreachWarned,
    StaffMentioned,
    PrimaryMoved,
)
# Where events lead, as far as the outside may know: a decision leads nowhere until it is announced. An undone merge
# leads back to where the case was, which only the case knows: see ``joining``.
_LEADS: dict[type[Event], Status] = {
    did.ReviewBegun: Status.IN_REVIEW,
    did.ReviewResumed: Status.IN_REVIEW,
    did.DecisionAnnounced: Status.DECIDED,
    did.DecisionRetracted: Status.IN_REVIEW,
    did.CaseAppealed: Status.APPEALED,
    did.AppealDecided: Status.DECIDED,
    did.CaseClosed: Status.CLOSED,
    did.CaseReopened: Status.IN_REVIEW,
}
_DECIDES = (did.DecisionAnnounced, did.AppealDecided)


def effects_of(events: Iterable[Event], number: int = 1, before: Case | None = None) -> tuple[Effect, ...]:
    """The effects of the commit of this number on the case ``before`` it, in the order of its events."""
    told: dict[type[Event], int] = {}
    return tuple([effect for event in events for effect in _effects_of(event, number, told, before)])


def _effects_of(
    event: Event, number: int, told: dict[type[Event], int], before: Case | None
) -> Iterable[Effect]:
    match event:
        case CaseOpened():
            return _OPENED
        case EvidenceReceived():
            return (InspectEvidence(evidence=event.evidence),)
        case did.DecisionRetracted() if not _is_told(before):
            return ()  # outside, the case never left the status that it comes back to
        case _:
            return _of_life(event, number, told)


def _of_life(event: Event, number: int, told: dict[type[Event], int]) -> Iterator[Effect]:
    place = told.get(type(event), 0)
    told[type(event)] = place + 1
    if isinstance(event, _TOLD) and not _is_for_the_desk(event):
        yield Notify(about=did.NAMES[type(event)], number=number, place=place)
    status = WAITS[event.of] if isinstance(event, did.ReplyRequested) else _LEADS.get(type(event))
    if status is not None:
        yield CallWebhook(about="case.status_changed", status=status.value)
    if isinstance(event, _DECIDES):
        yield CallWebhook(about="case.decided", status=Status.DECIDED.value)


def _is_told(case: Case | None) -> bool:
    return case is not None and case.decision is not None and case.decision.announced_at is not None


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
        case JoinCases():
            return "join-cases"
        case TellDuplicates():
            return "tell-duplicates"


def effect_to_wire(effect: Effect) -> dict[str, object]:
    """The effect as the outbox keeps it."""
    match effect:
        case InspectEvidence():
            return {"evidence": str(effect.evidence)}
        case Notify():
            if effect.number == 1:
                return {"about": effect.about}
            placed = {"place": effect.place} if effect.place else {}
            return {"about": effect.about, "number": effect.number, **placed}
        case Wake():
            return {}
        case CallWebhook():
            return {"about": effect.about, "status": effect.status}
        case JoinCases():
            return {"primary": str(effect.primary)}
        case TellDuplicates():
            return {
                "number": effect.number,
                "status": effect.status.value,
                "disposition": effect.disposition.value if effect.disposition else None,
            }


def effect_from_wire(kind: str, document: Mapping[str, object]) -> Effect:
    """The effect that was kept; raises ValueError for a kind that this version does not know."""
    match kind:
        case "inspect-evidence":
            return InspectEvidence(evidence=UUID(str(document["evidence"])))
        case "notify":
            about, number = str(document["about"]), int(str(document.get("number", 1)))
            return Notify(about=about, number=number, place=int(str(document.get("place", 0))))
        case "wake":
            return Wake()
        case "call-webhook":
            return CallWebhook(about=str(document["about"]), status=str(document["status"]))
        case "join-cases":
            return JoinCases(primary=UUID(str(document["primary"])))
        case "tell-duplicates":
            disposition = document["disposition"]
            return TellDuplicates(
                number=int(str(document["number"])),
                status=Status(str(document["status"])),
                disposition=Disposition(str(disposition)) if disposition else None,
            )
        case _:
            raise ValueError(f"unknown effect {kind!r}")
