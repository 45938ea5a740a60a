"""The words of administration: entries of its log, canned replies, versions of the rules. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gigdesk.access.accounts import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the administrative log, numbered from 1.

    ``hash`` is sha256(hash of the entry before ‖ ``content``), as with a case. ``actor`` is a person key; their name is
    in the content by its digest alone, and None where it was erased.
    """

    number: int
    at: datetime
    actor: str
    kind: str
    content: bytes
    hash: bytes
    salt: bytes = b""
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last entry: what the next one follows."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: of a kind, of a person key, older than a number; empty is every one."""

    kind: str = ""
    actor: str = ""
    before: int | None = None


class MacroKind(StrEnum):
    """Where a canned reply is written into: a message, a note, or the reasons of a decision."""

    REPLY = "reply"
    NOTE = "note"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A canned reply: its texts by language tag, and where it fits.

    ``types`` are codes and groups like ``payment.*``, ``queue`` a name; empty fits everywhere. ``owner`` is the person
    key of who keeps it; what ``is_shared`` is seen by all staff. One that was removed can be brought back for a while.
    """

    id: UUID
    owner: str
    name: str
    kind: MacroKind
    texts: Mapping[str, str]
    types: tuple[str, ...] = ()
    queue: str = ""
    is_shared: bool = False
    changed_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """The rules document as it was kept, numbered from 1; ``actor`` is the person key of who kept it."""

    number: int
    at: datetime
    actor: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEffect:
    """Make this parked effect due now; None: every one."""

    effect: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMacro:
    """Keep this canned reply, in place of the one with its id."""

    macro: Macro


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMacro:
    """Take this canned reply away, and forget what was removed a day before."""

    macro: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRules:
    """Keep this version of the rules."""

    version: RulesVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount:
    """Keep this new account of staff."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceAccount:
    """Put the account in the place of what it was read as, one version on; where that has changed, write nothing."""

    account: Account
    ends_sessions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """Forget every session that was opened with the password of the account of this id."""

    account: str


Change = RetryEffect | KeepMacro | RemoveMacro | KeepRules | AddAccount | ReplaceAccount | EndSessions
"""What is written together with an entry of the log, or not at all."""
