"""From events to the unit that is written: canonical content, hash, row, effects, sealed values. Pure."""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from struct import Struct
from uuid import UUID

from gigdesk.cases import wire
from gigdesk.cases.effects import Effect, Wake, effect_kind, effect_to_wire, effects_of
from gigdesk.cases.events import Event, from_wire, to_wire
from gigdesk.cases.evolve import fold
from gigdesk.cases.model import Case
from gigdesk.cases.owed import EffectRow
from gigdesk.cases.ports import Commit, SealedValue
from gigdesk.cases.visibility import Record
from gigdesk.ids import belonging
from gigdesk.records import maker, record

_SALT = Struct(f"{wire.SALT_BYTES}s")
_new_sealed_value = maker(SealedValue)
_new_commit = maker(Commit)
_new_effect_row = maker(EffectRow)


@record(frozen=True, slots=True, kw_only=True)
class CommandKey:
    """Which command this is, and which body it had: a repeat is told from another by its fingerprint."""

    id: bytes
    fingerprint: bytes


def person_key(key: bytes, user_id: str) -> str:
    """The pseudonym under which the store knows a person; only this installation can make it (RFC 7693)."""
    return hashlib.blake2b(user_id.encode(), digest_size=16, key=key).hexdigest()


def seal_values(values: Sequence[tuple[str, bytes, str]]) -> tuple[tuple[SealedValue, ...], dict[str, str]]:
    """Salt each (item, value, person) and give the sealed values with the digests that stand for them."""
    if not values:
        return (), {}
    items, plain, persons = zip(*values, strict=True)
    salts = [salt for (salt,) in _SALT.iter_unpack(os.urandom(wire.SALT_BYTES * len(values)))]
    sealed = [
        _new_sealed_value(item=item, salt=salt, value=value, person=person)
        for item, salt, value, person in zip(items, salts, plain, persons, strict=True)
    ]
    return tuple(sealed), dict(zip(items, map(wire.digest, salts, plain), strict=True))


def commit_of(
    events: Sequence[Event],
    *,
    case: UUID,
    number: int,
    commit: UUID,
    at: datetime,
    by: str,
    before: bytes,
    key: CommandKey | None = None,
) -> Commit:
    """The commit that these events are; ``before`` is the hash of the commit before it."""
    content = wire.canonical(
        {
            "v": 1,
            "case": case,
            "number": number,
            "commit": commit,
            "at": wire.moment(at),
            "by": by,
            "events": [to_wire(event) for event in events],
        }
    )
    return _new_commit(
        case=case,
        number=number,
        id=commit,
        at=at,
        content=content,
        hash=wire.chain(before, content),
        command=key.id if key else None,
        fingerprint=key.fingerprint if key else None,
    )


def effect_rows(
    commit: Commit,
    events: Sequence[Event],
    wake: datetime | None = None,
    others: Iterable[Effect] = (),
    before: Case | None = None,
) -> tuple[EffectRow, ...]:
    """The effects owed by a commit, a wake-up if there is a time for one, and what is owed to other cases.

    Their ids follow from the commit's, so that a retry makes no others.
    """
    owed: list[tuple[Effect, datetime]] = [
        (effect, commit.at) for effect in effects_of(events, commit.number, before)
    ]
    if wake is not None:
        owed.append((Wake(), wake))
    owed += [(effect, commit.at) for effect in others]
    return tuple(
        [effect_row(effect, belonging(commit.id, place), due) for place, (effect, due) in enumerate(owed)]
    )


def effect_row(effect: Effect, own: UUID, due: datetime) -> EffectRow:
    """The effect as the outbox keeps it, under this id."""
    return _new_effect_row(
        id=own, kind=effect_kind(effect), body=wire.canonical(effect_to_wire(effect)), due=due
    )


def events_of(commit: Commit) -> tuple[Event, ...]:
    """The events that a commit holds."""
    return record_of(commit).events


def record_of(commit: Commit) -> Record:
    """What a commit says: its events, when they happened and who made them."""
    content = wire.parse(commit.content)
    events = content["events"]
    if not isinstance(events, list):
        raise TypeError("events is a list in the log")
    return Record(
        number=commit.number,
        at=commit.at,
        by=str(content["by"]),
        events=tuple(from_wire(event) for event in events),
    )


def replay(commits: Sequence[Commit]) -> Case | None:
    """The case as its commits left it; None where there are none."""
    state: Case | None = None
    for commit in commits:
        state = fold(commit.case, state, events_of(commit), commit.at)
    return state


def fingerprint(key: bytes, document: Mapping[str, object]) -> bytes:
    """Tells two bodies apart without keeping either: HMAC under the installation's key."""
    return hmac.digest(key, wire.canonical(document), hashlib.sha256)
