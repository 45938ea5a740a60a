"""The signed proof a reporter gets: which case, when, and the sha256 of text and files. Pure.

The payload follows from the first commit alone, so it is the same whenever it is asked for. It discloses
the salts of the reporter's own text and files, so that its holder can show that the hash chain contains it.
"""

import hashlib
from collections.abc import Mapping, Sequence

from gigdesk.cases import wire
from gigdesk.cases.events import CaseOpened, Event, EvidenceReceived
from gigdesk.cases.files import facts_of, file_item
from gigdesk.cases.life_events import MessageSent
from gigdesk.cases.ports import Commit, SealedValue

Sealed = Mapping[str, SealedValue]


def addition_receipt(
    commit: Commit, events: Sequence[Event], sealed: Sealed, reference: str
) -> dict[str, object]:
    """What the receipt of files that came later says: those of this commit, and the text that came with them.

    The number of the commit is left out: it counts what its holder may not see. The hash names it as well.
    """
    sent = next((event for event in events if isinstance(event, MessageSent)), None)
    return {
        "type": "gigdesk.receipt.addition",
        "v": 1,
        "case": str(commit.case),
        "reference": reference,
        "receivedAt": wire.moment(commit.at),
        "message": str(sent.message) if sent else None,
        "text": _said(f"message:{sent.message}", sent.digests, sealed) if sent else None,
        "files": [_file(event, sealed) for event in events if isinstance(event, EvidenceReceived)],
        "commit": {"hash": commit.hash.hex()},
    }


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
        "text": _said("description", opened.digests, sealed),
        "files": files,
        "commit": {"number": first.number, "hash": first.hash.hex()},
    }


def _said(item: str, digests: Mapping[str, str], sealed: Sealed) -> dict[str, object]:
    value, digest = sealed.get(item), digests[item]
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
