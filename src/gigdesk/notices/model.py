"""What is said to one recipient about one event, the letter that it becomes or the delivery, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.notices.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one recipient. ``id`` is that of the effect that owes it, so a repeat has the same.

    ``thread`` names what mail programs show together: the case. ``headers`` are further ones, each of one
    line; those that a letter has anyway cannot be given.
    """

    id: UUID
    kind: Kind
    thread: UUID
    to: str
    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An envelope, and the exact bytes of a message (RFC 5322, CRLF, no line over 998 bytes, 7 bit)."""

    id: UUID
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for a program. ``id`` is that of the effect that owes it, so a repeat has the same.

    ``type`` is like ``case.opened``, ``at`` is when it happened. ``data`` has ids and codes alone, which fit
    into JSON: no text that a person wrote, no name.
    """

    id: UUID
    type: str
    at: datetime
    data: Mapping[str, object]


class State(StrEnum):
    """What became of a notice; the values are stored.

    ``held``: too many went to that mailbox in a day. ``unwanted``: the person switched the kind off.
    ``unreachable``: there is no verified address.
    """

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    HELD = "held"
    UNWANTED = "unwanted"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom a notice goes to. ``person`` is the pseudonymous key of a party, empty for the support address."""

    address: str
    person: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to hand a notice over. ``answer`` is what the mail server said, shortened and without addresses."""

    state: State
    at: datetime
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the ledger. ``state`` and ``answer`` are those of the last attempt.

    ``history`` has the newest 20 attempts, oldest first; ``attempts`` counts them all.
    """

    notice: UUID
    case: UUID
    kind: Kind
    person: str
    state: State
    queued_at: datetime
    changed_at: datetime
    answer: str = ""
    attempts: int = 0
    history: tuple[Attempt, ...] = ()
