"""The issue types there are, who may report which, and how a client's word for one is read."""

import re
from functools import cache

from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.issue_types import DETAILS, GROUPS, DetailField, Group, IssueType, Severity
from gigdesk.gigs.model import Side

__all__ = [
    "DETAILS",
    "GROUPS",
    "ISSUE_TYPES",
    "DetailField",
    "Group",
    "IssueType",
    "Severity",
    "allowed",
    "find",
    "find_group",
    "resolve",
]

# Words that mean another thing on each side of a gig.
SAID_BY = {
    ("payment", Side.WORKER): "payment.not_received",
    ("payment", Side.CLIENT): "payment.overcharged",
}
MAX_NAME = 100
_NOISE = re.compile(r"[\s_.\-–/]+")
_ENDING = re.compile(r" (issue|issues|problem|dispute)$")


def allowed(side: Side) -> tuple[IssueType, ...]:
    """What a party on this side may report, in the order in which it is shown."""
    return tuple(t for t in ISSUE_TYPES if side in t.sides)


def find(code: str) -> IssueType | None:
    """The issue type with exactly this code, or None."""
    return next((t for t in ISSUE_TYPES if t.code == code), None)


def find_group(code: str) -> Group:
    """The group with this code; raises StopIteration where the table itself is wrong."""
    return next(g for g in GROUPS if g.code == code)


def resolve(text: str, side: Side) -> IssueType | None:
    """The type that a client means by a code, a label or another name, or None.

    Case, spaces, dots, dashes and underscores do not count, nor does "issue" at the end. A type that
    this side may not report is None too.
    """
    names = _names(side)
    if text in names:  # the code itself, as most programs send it
        return names[text]
    said = _plain(text[:MAX_NAME])
    return names.get(said) or names.get(_ENDING.sub("", said))


@cache
def _names(side: Side) -> dict[str, IssueType]:
    """Everything a type may be called on this side, plain; of two types the first in the table has a name.

    Codes stand there as they are, too.
    """
    types = allowed(side)
    named = [(name, t) for t in types for name in (t.label, *t.aliases)]
    meant = [(said, t) for (said, by), code in SAID_BY.items() if by is side for t in types if t.code == code]
    coded = [(t.code, t) for t in types]
    return {_plain(name): t for name, t in (*reversed(named), *meant, *coded)} | dict(coded)


def _plain(text: str) -> str:
    return _NOISE.sub(" ", text.casefold()).strip()
