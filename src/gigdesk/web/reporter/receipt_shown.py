"""From a signed receipt to the page that prints it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gigdesk.cases.receipt import receipt_hash
from gigdesk.cases.view import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFile:
    """A file as it was received. ``name`` and ``sha256`` are empty once they are erased."""

    name: str
    size: int
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShown:
    """The page at ``/reports/{id}/receipt``. ``digest`` is of the signed bytes, ``commit`` of the log."""

    case: str
    reference: str
    received_at: datetime
    gig_title: str
    gig_id: str
    issue_label: str
    text: str
    text_sha256: str
    files: Sequence[ReceiptFile]
    kid: str
    algorithm: str
    signature: str
    digest: str
    commit: str
    case_url: str
    download_url: str
    keys_url: str


def receipt_shown(
    receipt: Mapping[str, Any], view: CaseView, label: Callable[[str], str], url: Callable[[str], str]
) -> ReceiptShown:
    """The receipt with the words that it vouches for; ``url`` makes whole addresses, which hold on paper.

    ``label`` says what people call a type: the receipt has the one that was reported, whatever it is now.
    """
    payload, signature = receipt["payload"], receipt["signature"]
    return ReceiptShown(
        case=payload["case"],
        reference=payload["reference"],
        received_at=datetime.fromisoformat(payload["receivedAt"]),
        gig_title=view.gig_title,
        gig_id=payload["gig"],
        issue_label=label(payload["issueType"]),
        text=view.description,
        text_sha256=payload["text"].get("sha256", ""),
        files=[
            ReceiptFile(
                name=file["name"] or "",
                size=file["size"],
                media_type=file["mediaType"],
                sha256=file["sha256"] or "",
            )
            for file in payload["files"]
        ],
        kid=signature["kid"],
        algorithm=signature["alg"],
        signature=signature["value"],
        digest=receipt_hash(payload),
        commit=payload["commit"]["hash"],
        case_url=url(f"/reports/{payload['case']}"),
        download_url=url(f"/api/cases/{payload['case']}/receipt"),
        keys_url=url("/api/receipt-keys"),
    )
