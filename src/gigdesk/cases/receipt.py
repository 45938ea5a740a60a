"""The signed proof a reporter gets: which case, when, and the sha256 of text and files. Pure.

The payload follows from the first commit alone, so it is the same whenever it is asked for. It discloses
the salts of the reporter's own text and files, so that its holder can show that the hash chain contains it.
"""

import hashlib
from collections.abc import Mapping, Sequence

from gigdesk.cases import wire
from gigdesk.cases.events import CaseOpened, Event, EvidenceReceived
from gigdesk.cases.files import facts_of, file_item
from gigdesk.cases.ports import Commit, SealedValue

Sealed = Mapping[str, SealedValue]


def receipt_of(first: Commit, events: Sequence[Event], sealed: Sealed) -> dict[str, object]:
    """What the receipt says, of the first commit and its events; erased values are left out, their digests stay."""
    opened = next(event for event in events if isinstance(event, CaseOpened))
    files = [_file(event, sealed) for event in events if isinstance(event, EvidenceReceived)]
    return {
        "type": "gigdesk.receipt",
        "v": 1,
        "case": str(first.case),
        "reference": opened.reference,
        "receivedAt": wire.moment(first.at),
        "gig": opened.gig_id,
        "issueType": opened.issue_type,
        "text": _text(opened, sealed),
        "files": files,
        "commit": {"number": first.number, "hash": first.hash.hex()},
    }


def _text(opened: CaseOpened, sealed: Sealed) -> dict[str, object]:
    value = sealed.get("description")
    digest = opened.digests["description"]
    if value is None:
        return {"digest": digest}
    return {"digest": digest, "salt": value.salt.hex(), "sha256": hashlib.sha256(value.value).hexdigest()}


def _file(event: EvidenceReceived, sealed: Sealed) -> dict[str, object]:
    facts, item = facts_of(sealed, event.evidence), file_item(event.evidence)
    salt = {"salt": sealed[item].salt.hex()} if item in sealed else {}
    return {
        "id": str(event.evidence),
        "name": facts.name,
        "size": event.size,
        "sha256": facts.sha256,
        "mediaType": event.media_type,
        "digest": event.digests[item],
        **salt,
    }


def receipt_hash(payload: Mapping[str, object]) -> str:
    """sha256 of the payload's canonical bytes: what the signature is over."""
    return hashlib.sha256(wire.canonical(payload)).hexdigest()
