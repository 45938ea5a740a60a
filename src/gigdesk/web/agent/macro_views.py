"""What the pages of canned replies show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gigdesk.administration.model import MacroKind
from gigdesk.cases.issue_types import msg

KINDS: Mapping[MacroKind, tuple[str, str]] = {
    MacroKind.REPLY: (msg("Reply"), "reply"),
    MacroKind.NOTE: (msg("Internal note"), "lock"),
    MacroKind.REASONS: (msg("Reasons of a decision"), "gavel"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroLine:
    """A canned reply in the list: ``where`` says in words what it is for; ``begins`` is the beginning of its text."""

    id: str
    url: str
    name: str
    kind: str
    icon: str
    where: str
    is_shared: bool
    begins: str
    languages: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroList:
    """The list; ``again`` is the address of the form that brings back what was just removed."""

    lines: Sequence[MacroLine]
    may_write: bool
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroText:
    """One language of the form, with its text, what is wrong with it, and how it reads with made-up values."""

    tag: str
    label: str
    text: str
    preview: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroForm:
    """The form of a canned reply; ``errors`` by the name of the field, in words."""

    id: str
    action: str
    name: str
    kind: str
    types: str
    queue: str
    is_shared: bool
    texts: Sequence[MacroText]
    queues: Sequence[tuple[str, str]]
    known_types: Sequence[str]
    places: Sequence[tuple[str, str]]
    may_share: bool
    may_change: bool
    removal: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
