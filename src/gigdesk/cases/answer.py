"""What a reporter is told when the report is in: the same words, however often it is asked. Pure.

It follows from the first commit alone, so that a repeat of the report gets the first's answer word for word.
"""

from collections.abc import Mapping, Sequence

from gigdesk.cases.events import Event, EvidenceReceived
from gigdesk.cases.files import facts_of
from gigdesk.cases.handle import Opened
from gigdesk.cases.ports import SealedValue
from gigdesk.cases.receipt import receipt_hash, receipt_of


def answer_of(opened: Opened, base_url: str) -> dict[str, object]:
    """The body of the 201, and of the 200 for a repeat."""
    receipt = receipt_of(opened.commit, opened.events, opened.sealed)
    case = receipt["case"]
    return {
        "success": True,
        "message": "Issue reported successfully.",
        "id": case,
        "reference": receipt["reference"],
        "status": "received",
        "files": files_answer(opened.events, opened.sealed, f"{base_url}/api/cases/{case}"),
        "receipt": {
            "url": f"{base_url}/api/cases/{case}/receipt",
            "sha256": receipt_hash(receipt),
        },
    }


def files_answer(
    events: Sequence[Event], sealed: Mapping[str, SealedValue], address: str
) -> list[dict[str, object]]:
    """The files that came with one commit of the case at this address, as their sender is told of them."""
    return [
        _file(event, sealed, f"{address}/evidence/{event.evidence}")
        for event in events
        if isinstance(event, EvidenceReceived)
    ]


def _file(event: EvidenceReceived, sealed: Mapping[str, SealedValue], url: str) -> dict[str, object]:
    facts = facts_of(sealed, event.evidence)
    return {
        "id": str(event.evidence),
        "name": facts.name,
        "size": event.size,
        "sha256": facts.sha256,
        "mediaType": event.media_type,
        "url": url,
    }
