"""The form of a move, with what was typed into it and what of that is to be put right. Pure but for fresh keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gigdesk.ids import uuid7
from gigdesk.web.agent.moves import DeskMove

Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMove:
    """A form that was posted and refused. ``problems`` are said already, by field; ``refused`` concerns all of it.

    ``is_spent`` says that its key can serve no more; with ``has_files`` it brought some, which are not kept.
    """

    move: str
    posted: Posted
    problems: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    is_spent: bool = False
    has_files: bool = False

    @property
    def text(self) -> str:
        """What was written."""
        return next(
            (self.posted[name][0] for name in ("text", "reasons", "reason") if self.posted.get(name)), ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForm:
    """A form of the page; ``key`` is its Idempotency-Key."""

    name: str
    act: str
    label: str
    icon: str
    url: str
    key: str
    undoes: bool = False
    is_open: bool = False
    posted: Posted = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    has_lost_files: bool = False

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into this field."""
        return self.posted[name][0] if self.posted.get(name) else otherwise

    def has(self, name: str, value: str, otherwise: bool = False) -> bool:
        """Whether this value was chosen; ``otherwise`` before anything was."""
        return value in self.posted.get(name, ()) if self.posted else otherwise

    def problem(self, name: str) -> str:
        """What is wrong with this field, or nothing."""
        return self.problems.get(name, "")


def move_forms(
    moves: Iterable[DeskMove], base: str, sent: SentMove | None = None, opened: str = ""
) -> Mapping[str, MoveForm]:
    """The forms of these moves by name, at addresses below ``base``; ``opened`` is the one that was asked for."""
    forms = {}
    for move in moves:
        here = sent if sent and sent.move == move.name else None
        key = here.posted.get("idempotencyKey", [""])[0] if here and not here.is_spent else ""
        forms[move.name] = MoveForm(
            name=move.name,
            act=move.act.value,
            label=move.label,
            icon=move.icon,
            url=f"{base}/{move.act.value}",
            key=key or str(uuid7()),
            undoes=move.undoes,
            is_open=here is not None or (sent is None and opened == move.name),
            posted=here.posted if here else {},
            problems=here.problems if here else {},
            refused=here.refused if here else "",
            has_lost_files=bool(here and here.has_files),
        )
    return forms
