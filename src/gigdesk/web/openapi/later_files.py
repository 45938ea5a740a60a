"""The shapes of files that come after the report: forms that bring them, and what their sender is told."""

from gigdesk.web.openapi.parts import HASH, ID, REFERENCE, TIME, Schema, choice, many, maybe, shape
from gigdesk.web.openapi.schemas import ENTRY, RECEIPT_FILE, RECEIVED_FILE, SIGNATURE_OF

FILES: Schema = {
    "type": "array",
    "items": {"type": "string", "contentMediaType": "application/octet-stream"},
    "description": "photos, PDFs and videos, told by their content; getIntake has the limits",
}
UPLOADS: Schema = {
    "type": "array",
    "items": ID,
    "maxItems": 0,
    "description": "reserved: ids of uploads are not taken yet",
}
ADDITION = shape(
    payload=shape(
        type=choice("gigdesk.receipt.addition"),
        v={"const": 1},
        case=ID,
        reference=REFERENCE,
        receivedAt=TIME,
        message=maybe(ID),
        text=maybe(shape(("salt", "sha256"), digest=HASH, salt=HASH, sha256=HASH)),
        files=many(RECEIPT_FILE),
        commit=shape(hash=HASH),
    ),
    signature=SIGNATURE_OF,
)
_PROOF: Schema = {"files": many(RECEIVED_FILE), "receipt": ADDITION}
ADDED: Schema = shape(**_PROOF)  # type: ignore[arg-type]
# A message as the timeline has it; the files that came with it and their proof, where any did.
SENT: Schema = {**ENTRY, "properties": {**ENTRY["properties"], **_PROOF}}  # type: ignore[dict-item]

COMPONENTS: dict[str, Schema] = {"Added": ADDED, "Sent": SENT}


def form_of(body: Schema) -> Schema:
    """The same fields as a form, with files. Uploads are named one a field."""
    return {**body, "properties": {**body["properties"], "files": FILES}}  # type: ignore[dict-item]
