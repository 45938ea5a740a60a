"""The issue types there are, who may report which, and how a client's word for one is read. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.issue_types import DETAILS, GROUPS, DetailField, Group, IssueType, Severity
from gigdesk.gigs.model import Side

__all__ = ["DETAILS", "GROUPS", "ISSUE_TYPES", "DetailField", "Group", "IssueType", "Severity", "Taxonomy"]

# Words that mean another thing on each side of a gig.
SAID_BY = {
    ("payment", Side.WORKER): "payment.not_received",
    ("payment", Side.CLIENT): "payment.overcharged",
}
MAX_NAME = 100
OWN_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\.[a-z][a-z0-9_]{0,29}", re.ASCII)
"""What the code of a host's own type looks like."""
_NOISE = re.compile(r"[\s_.\-–/]+")
_ENDING = re.compile(r" (issue|issues|problem|dispute)$")


class Taxonomy:
    """The issue types of an installation.

    ``aliases`` are the host's own names, each for the codes it may mean; they go before every name of the table
    but codes.
    """

    def __init__(
        self, types: Iterable[IssueType] = ISSUE_TYPES, aliases: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self.types = tuple(types)
        self.aliases = dict(aliases or {})
        self._by_code = {kind.code: kind for kind in self.types}
        self._allowed = {side: tuple(self._offered(side)) for side in Side}
        self._names = {side: self._named(side) for side in Side}
        self._fields = {
            (code, side): self._asked(code, side) for code in (None, *self._by_code) for side in Side
        }
        self.is_critical = lru_cache(maxsize=512)(self._is_critical)

    def allowed(self, side: Side) -> tuple[IssueType, ...]:
        """What a party on this side may report, in the order in which it is shown."""
        return self._allowed[side]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of what anybody may report."""
        return tuple(kind.code for kind in self.types if not kind.is_hidden)

    def find(self, code: str) -> IssueType | None:
        """The issue type with exactly this code, hidden or not, or None."""
        return self._by_code.get(code)

    def label(self, code: str) -> str:
        """What people call this type; its code where it is no longer known."""
        kind = self._by_code.get(code)
        return kind.label if kind else code

    def resolve(self, text: str, side: Side) -> IssueType | None:
        """The type that a client means by a code, a label or another name, or None.

        Case, spaces, dots, dashes and underscores do not count, nor does "issue" at the end. A type that
        this side may not report is None too.
        """
        names = self._names[side]
        if text in names:  # the code itself, as most programs send it
            return names[text]
        said = plain_name(text[:MAX_NAME])
        return names.get(said) or names.get(_ENDING.sub("", said))

    def fields(self, code: str | None, side: Side) -> Mapping[str, DetailField]:
        """The details that may come with this type, or with any while it is not known yet."""
        return self._fields[code, side]

    def _is_critical(self, said: str) -> bool:
        """Whether this names a type of life and limb, whoever may report it."""
        meant = [self.resolve(said, side) for side in Side]
        return any(kind is not None and kind.emergency for kind in meant)

    def _offered(self, side: Side) -> Iterable[IssueType]:
        return (kind for kind in self.types if side in kind.sides and not kind.is_hidden)

    def _named(self, side: Side) -> dict[str, IssueType]:
        """Everything a type may be called on this side, plain; of two types the first in the table has a name.

        Codes stand there as they are, too.
        """
        types = {kind.code: kind for kind in self._allowed[side]}
        named = [(name, kind) for kind in types.values() for name in (kind.label, *kind.aliases)]
        said = [(word, types[code]) for (word, by), code in SAID_BY.items() if by is side and code in types]
        own = [(word, types[code]) for word, codes in self.aliases.items() for code in codes if code in types]
        coded = list(types.items())
        return {plain_name(name): kind for name, kind in (*reversed(named), *said, *own, *coded)} | types

    def _asked(self, code: str | None, side: Side) -> dict[str, DetailField]:
        types = (kind for kind in self._allowed[side] if code in (None, kind.code))
        return {field.name: field for kind in types for field in kind.fields}


def plain_name(text: str) -> str:
    """A name as it is compared with others."""
    return _NOISE.sub(" ", text.casefold()).strip()
