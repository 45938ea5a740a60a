"""What has happened to a case: the vocabulary of its log, and how each event is written there.

People are named by role, personal values by digest: nothing here can identify anybody by itself.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from gigdesk.cases.life_events import TYPES, LifeEvent
from gigdesk.cases.life_wire import life_event_from_wire, life_event_to_wire
from gigdesk.cases.model import Addressee, Copy
from gigdesk.evidence.model import Verdict
from gigdesk.gigs.model import Side
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A party reported an issue. ``digests`` names each personal value by its item.

    ``terms`` is on what terms it is worked where these are not the built-in ones: see ``terms``.
    """

    reference: str
    gig_id: str
    side: Side
    issue_type: str
    severity: str
    queue: str
    digests: Mapping[str, str]
    terms: Mapping[str, object] | None = None


@record(frozen=True, slots=True, kw_only=True)
class EvidenceReceived:
    """A file came in and is kept under ``key``; ``digests`` holds that of its name and sha256.

    ``party`` is who sent it: ``reporter``, ``respondent`` or ``staff:N``; ``to`` is whom it was sent to. One that
    came with a message names it.
    """

    evidence: UUID
    key: str
    media_type: str
    size: int
    digests: Mapping[str, str]
    party: str = "reporter"
    to: Addressee = Addressee.DESK
    message: UUID | None = None


@record(frozen=True, slots=True, kw_only=True)
class EvidenceInspected:
    """Inspection reached a verdict; a clean image has a derivative and a thumbnail."""

    evidence: UUID
    verdict: Verdict
    detail: str = ""
    derivative: Copy | None = None
    thumbnail: Copy | None = None


@record(frozen=True, slots=True, kw_only=True)
class OriginalOpened:
    """Staff opened the sealed original; ``digests`` holds that of the reason. Parties never see it."""

    evidence: UUID
    digests: Mapping[str, str]


Event = CaseOpened | EvidenceReceived | EvidenceInspected | OriginalOpened | LifeEvent


def to_wire(event: Event) -> dict[str, object]:
    """The event as the commit's content holds it."""
    match event:
        case CaseOpened():
            return _opened_to_wire(event)
        case EvidenceReceived():
            return _received_to_wire(event)
        case EvidenceInspected():
            return {
                "type": "evidence.inspected",
                "evidence": str(event.evidence),
                "verdict": event.verdict.value,
                "detail": event.detail,
                "derivative": _copy_to_wire(event.derivative),
                "thumbnail": _copy_to_wire(event.thumbnail),
            }
        case OriginalOpened():
            return {
                "type": "original.opened",
                "evidence": str(event.evidence),
                "digests": dict(event.digests),
            }
        case _:
            return life_event_to_wire(event)


def _opened_to_wire(event: CaseOpened) -> dict[str, object]:
    document: dict[str, object] = {
        "type": "case.opened",
        "reference": event.reference,
        "gig": event.gig_id,
        "side": str(event.side),
        "issueType": event.issue_type,
        "severity": event.severity,
        "queue": event.queue,
        "digests": dict(event.digests),
    }
    if event.terms:
        document["terms"] = event.terms
    return document


def _received_to_wire(event: EvidenceReceived) -> dict[str, object]:
    document: dict[str, object] = {
        "type": "evidence.received",
        "evidence": str(event.evidence),
        "key": event.key,
        "mediaType": event.media_type,
        "size": event.size,
        "digests": dict(event.digests),
    }
    if event.party != "reporter":
        document["party"] = event.party
    if event.to is not Addressee.DESK:
        document["to"] = event.to.value
    if event.message is not None:
        document["message"] = str(event.message)
    return document


def from_wire(document: Mapping[str, object]) -> Event:
    """The event that ``to_wire`` wrote; raises ValueError for a type that this version does not know."""
    name = _text(document, "type")
    if name in TYPES:
        return life_event_from_wire(TYPES[name], document)
    reader = _READERS.get(name)
    if reader is None:
        raise ValueError(f"unknown event {document.get('type')!r}: the log was written by a newer gigdesk")
    return reader(document)


def _opened(document: Mapping[str, object]) -> CaseOpened:
    return CaseOpened(
        reference=_text(document, "reference"),
        gig_id=_text(document, "gig"),
        side=Side(_text(document, "side")),
        issue_type=_text(document, "issueType"),
        severity=_text(document, "severity"),
        queue=_text(document, "queue"),
        digests=_digests(document),
        terms=_terms(document),
    )


def _received(document: Mapping[str, object]) -> EvidenceReceived:
    return EvidenceReceived(
        evidence=UUID(_text(document, "evidence")),
        key=_text(document, "key"),
        media_type=_text(document, "mediaType"),
        size=_whole(document, "size"),
        digests=_digests(document),
        party=_text(document, "party") if "party" in document else "reporter",
        to=Addressee(_text(document, "to")) if "to" in document else Addressee.DESK,
        message=UUID(_text(document, "message")) if "message" in document else None,
    )


def _inspected(document: Mapping[str, object]) -> EvidenceInspected:
    return EvidenceInspected(
        evidence=UUID(_text(document, "evidence")),
        verdict=Verdict(_text(document, "verdict")),
        detail=_text(document, "detail"),
        derivative=_copy_from_wire(document.get("derivative")),
        thumbnail=_copy_from_wire(document.get("thumbnail")),
    )


def _original(document: Mapping[str, object]) -> OriginalOpened:
    return OriginalOpened(evidence=UUID(_text(document, "evidence")), digests=_digests(document))


_READERS: dict[str, Callable[[Mapping[str, object]], Event]] = {
    "case.opened": _opened,
    "evidence.received": _received,
    "evidence.inspected": _inspected,
    "original.opened": _original,
}


def _copy_to_wire(copy: Copy | None) -> dict[str, object] | None:
    if copy is None:
        return None
    return {"key": copy.key, "mediaType": copy.media_type, "size": copy.size}


def _copy_from_wire(value: object) -> Copy | None:
    if not isinstance(value, dict):
        return None
    return Copy(key=_text(value, "key"), media_type=_text(value, "mediaType"), size=_whole(value, "size"))


def _text(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise TypeError(f"{name} is text in the log")
    return value


def _whole(document: Mapping[str, object], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int):
        raise TypeError(f"{name} is a whole number in the log")
    return value


def _terms(document: Mapping[str, object]) -> Mapping[str, object] | None:
    value = document.get("terms")
    if value is not None and not isinstance(value, dict):
        raise TypeError("terms is an object in the log")
    return value


def _digests(document: Mapping[str, object]) -> dict[str, str]:
    value = document.get("digests")
    if not isinstance(value, dict):
        raise TypeError("digests is an object in the log")
    return {str(item): str(digest) for item, digest in value.items()}
