"""What is said to one recipient about one event: a notice and the letter that it becomes, or a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one recipient. ``id`` is that of the effect that owes it, so a repeat has the same.

    ``thread`` names what mail programs show together: the case. ``headers`` are further ones, each of one
    line; those that a letter has anyway cannot be given.
    """

    id: UUID
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
