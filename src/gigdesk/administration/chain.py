"""Entries of the administrative log: sealed into its chain, read again, and checked. Pure but for a salt."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime

from gigdesk.administration.events import NAMES, AdminEvent, from_wire, to_wire
from gigdesk.administration.model import Entry, Head
from gigdesk.cases import wire

ROOT = hashlib.sha256(b"administration").digest()
"""What stands before the first entry."""


def entry_of(event: AdminEvent, head: Head | None, *, at: datetime, actor: str, name: str) -> Entry:
    """The entry that follows ``head``."""
    number, before = (head.number + 1, head.hash) if head else (1, ROOT)
    salt = os.urandom(wire.SALT_BYTES)
    content = wire.canonical(
        {
            "v": 1,
            "number": number,
            "at": wire.moment(at),
            "by": actor,
            "name": wire.digest(salt, name.encode()),
            "event": to_wire(event),
        }
    )
    return Entry(
        number=number,
        at=at,
        actor=actor,
        kind=NAMES[type(event)],
        content=content,
        hash=wire.chain(before, content),
        salt=salt,
        name=name,
    )


def event_of(entry: Entry) -> AdminEvent:
    """What happened; raises as ``from_wire``."""
    event = wire.parse(entry.content)["event"]
    if not isinstance(event, dict):
        raise TypeError("an entry holds an event")
    return from_wire(event)


def first_broken(entries: Iterable[Entry], head: Head | None = None) -> str:
    """What is wrong with the first entry that does not follow from the one before it; empty where all do."""
    number, before = (head.number, head.hash) if head else (0, ROOT)
    for entry in entries:
        number += 1
        if entry.number != number:
            return f"administration, entry {number}: this entry is missing"
        if wire.chain(before, entry.content) != entry.hash:
            return f"administration, entry {number}: its hash does not follow from its bytes"
        if not _says_the_same(entry):
            return f"administration, entry {number}: its bytes name another number, time, kind or person"
        before = entry.hash
    return ""


def _says_the_same(entry: Entry) -> bool:
    """Whether the bytes agree with the columns; a name that was erased is held against nobody."""
    try:
        said = wire.parse(entry.content)
        kind = NAMES[type(event_of(entry))]
    except (ValueError, TypeError, KeyError):
        return False
    stands = {"number": entry.number, "at": wire.moment(entry.at), "by": entry.actor}
    is_named = entry.name is None or wire.digest(entry.salt, entry.name.encode()) == said.get("name")
    return is_named and kind == entry.kind and all(said.get(name) == value for name, value in stands.items())
