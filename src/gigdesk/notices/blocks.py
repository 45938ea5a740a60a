"""What a letter is made of, before it is drawn as text and as HTML: a heading, blocks in order, a foot."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: ``strong`` where it is what matters most, ``soft`` where it is by the way."""

    shape: ClassVar[str] = "paragraph"
    text: str
    soft: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FactTable:
    """Names and values, a row each; the first is the reference."""

    shape: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the desk wrote, line by line, and who signed it."""

    shape: ClassVar[str] = "words"
    lines: tuple[str, ...]
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """What happens next, in order."""

    shape: ClassVar[str] = "steps"
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do."""

    shape: ClassVar[str] = "button"
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the foot."""

    label: str
    url: str


Block = Paragraph | FactTable | Words | Steps | Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One letter: ``brand`` above it, ``foot`` and its links below."""

    brand: str
    title: str
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]
    links: tuple[Link, ...] = ()
