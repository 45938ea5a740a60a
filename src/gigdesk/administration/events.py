"""What administrators do, in the past tense, and how the log writes it. Pure.

No event holds words about a person: who it was is the entry's, and what was written is named by its SHA-256.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRetried:
    """A parked effect was made due again. ``of`` is its kind."""

    effect: UUID
    of: str
    case: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsRetried:
    """All parked effects were; ``count`` is how many there were when it was asked."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroKept:
    """A canned reply for everybody was written or changed; ``content`` is the SHA-256 of it as it stands now."""

    macro: UUID
    name: str
    content: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroRemoved:
    """A canned reply for everybody was removed, or kept for one person alone from now on."""

    macro: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesKept:
    """The rules of the desk were written anew; ``content`` is the SHA-256 of the document."""

    version: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade:
    """An account of staff was made; where ``is_invited``, with a link that chooses its password."""

    account: str
    roles: tuple[str, ...]
    queues: tuple[str, ...]
    is_invited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    """An account has other roles or queues, or another name, which is not told here."""

    account: str
    roles_before: tuple[str, ...]
    roles: tuple[str, ...]
    queues_before: tuple[str, ...]
    queues: tuple[str, ...]
    is_renamed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled:
    """An account lets nobody in any more; its sessions and links have ended."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnabled:
    """An account lets its owner in again."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRenewed:
    """A link that chooses a password was made; the one before it ended."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet:
    """An account was given another password, which ended its sessions and links."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded:
    """Every session of an account was ended."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepRemoved:
    """The second step of an account was taken away by somebody else: its password is enough."""

    account: str


OfAccount = (
    AccountMade
    | AccountChanged
    | AccountDisabled
    | AccountEnabled
    | LinkRenewed
    | PasswordSet
    | SessionsEnded
    | SecondStepRemoved
)
"""What was done with an account of staff, which each names by its id: that is a pseudonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesExported:
    """A list of cases was begun to be sent as a file, where ``is_personal`` with the names of parties.

    ``query`` is a pseudonym of what was asked for, which may have words about people: nobody finds them by guessing.
    """

    format: str
    is_personal: bool
    query: str


OfSettings = EffectRetried | EffectsRetried | MacroKept | MacroRemoved | RulesKept | CasesExported
AdminEvent = OfSettings | OfAccount
NAMES: Mapping[type[AdminEvent], str] = {
    EffectRetried: "effect.retried",
    EffectsRetried: "effects.retried",
    MacroKept: "macro.kept",
    MacroRemoved: "macro.removed",
    RulesKept: "rules.kept",
    CasesExported: "cases.exported",
    AccountMade: "account.made",
    AccountChanged: "account.changed",
    AccountDisabled: "account.disabled",
    AccountEnabled: "account.enabled",
    LinkRenewed: "account.link_renewed",
    PasswordSet: "account.password_set",
    SessionsEnded: "account.sessions_ended",
    SecondStepRemoved: "account.second_step_removed",
}
KINDS: Mapping[str, type[AdminEvent]] = {name: kind for kind, name in NAMES.items()}
_READ: Mapping[object, Callable[[Any], object]] = {
    UUID: UUID,
    str: str,
    int: int,
    bool: bool,
    tuple[str, ...]: tuple,
}


def to_wire(event: AdminEvent) -> dict[str, object]:
    """The event as the log holds it: its fields by name."""
    values = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
    return {"type": NAMES[type(event)], **values}


def from_wire(document: Mapping[str, Any]) -> AdminEvent:
    """The event that was written; raises KeyError, TypeError or ValueError for what is none."""
    kind: Callable[..., AdminEvent] = KINDS[document["type"]]
    named = fields(KINDS[document["type"]])
    return kind(**{field.name: _READ[field.type](document[field.name]) for field in named})


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
