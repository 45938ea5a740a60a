"""The filters of the query language, as a table: each key, what its values may be, how they are written. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from gigdesk.access.model import Actor
from gigdesk.cases.clocks import Kind
from gigdesk.cases.issue_types import Severity, msg
from gigdesk.cases.model import Phase, Status
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.tags import MAX_TAG, read_tag
from gigdesk.cases.terms import Priority
from gigdesk.errors import FieldError, Invalid
from gigdesk.gigs.model import GIG_ID
from gigdesk.insights.days import read_days, write_days
from gigdesk.insights.model import WaitsOn
from gigdesk.records import record

STATES = (
    *("open", "closed", "unassigned", "mine", "snoozed", "escalated", "held", "answered", "overdue"),
    *("unreplied", "reopened", "overturned"),
)
ANY = "any"
OVER = "over"
_DAYS = "2026-11-01, 2026-11-01..2026-11-07, ..2026-11-07"
EXAMPLES = {
    "clock": "<24h, >3d, over",
    "age": ">2d, <4h",
    "files": ">0, <3, 2",
    "opened": _DAYS,
    "decided": _DAYS,
    "backlog": "2026-11-01",
}
UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN = re.compile(r"([<>])([0-9]{1,4})([mhdw])")
_NUMBER = re.compile(r"([<>]?)([0-9]{1,4})")
MAX_OWNER = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words that an installation has for its issue types and, for who asks, its queues."""

    queues: tuple[str, ...]
    types: tuple[str, ...]


def vocabulary_of(rulebook: Rulebook, actor: Actor) -> Vocabulary:
    """The words that this member of staff may use: a queue that they may not see has no name for them."""
    seen = rulebook.queues.visible(actor)
    queues = tuple(name for name in rulebook.queues.names if seen is None or name in seen)
    return Vocabulary(queues=queues, types=tuple(kind.code for kind in rulebook.taxonomy.types))


@record(frozen=True, slots=True, kw_only=True)
class Term:
    """One filter, as it is written: ``key:value``, turned round by ``-`` before it."""

    key: str
    value: str
    is_not: bool = False

    @property
    def label(self) -> str:
        """The key as it is written."""
        return f"-{self.key}" if self.is_not else self.key


def read_term(key: str, value: str, words: Vocabulary, *, is_not: bool = False) -> Term:
    """The filter of one of ``KEYS``. Raises Invalid for a value that it cannot have."""
    read = KEYS[key](key, value, words)
    return Term(key=key, value=read, is_not=is_not)


def nearest(given: str, known: Iterable[str]) -> str:
    """The one of these words that is most like what was given."""
    words = list(known)
    return next(iter(get_close_matches(given, words, n=1, cutoff=0.0)), words[0])


def span_of(value: str) -> tuple[str, timedelta]:
    """``<`` or ``>`` and the span of a value like ``>2d``."""
    sign, count, unit = _SPAN.fullmatch(value).groups()  # type: ignore[union-attr]  # as ``read_term`` wrote it
    return sign, int(count) * UNITS[unit]


def number_of(value: str) -> tuple[str, int]:
    """``<``, ``>`` or nothing, and the number of a value like ``>0``."""
    sign, count = _NUMBER.fullmatch(value).groups()  # type: ignore[union-attr]  # as ``read_term`` wrote it
    return sign, int(count)


def wrong(sentence: str, **values: object) -> Invalid:
    """The refusal of a query, with one entry for the field ``q``."""
    entry = FieldError("q", "query.wrong", sentence, values)
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=[entry])


def _one_of(choices: Iterable[str]) -> Callable[[str, str, Vocabulary], str]:
    allowed = tuple(choices)

    def read(key: str, value: str, _: Vocabulary) -> str:
        return _chosen(key, value.lower(), allowed)

    return read


def _chosen(key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise wrong(
            msg("“%(key)s:” cannot be “%(given)s”. It has one of: %(choices)s."),
            key=key,
            given=value[:40],
            choices=", ".join(allowed),
        )
    return value


def _type(key: str, value: str, words: Vocabulary) -> str:
    value = value.lower()
    start = value.removesuffix("*")
    if value.endswith("*") and any(code.startswith(start) for code in words.types):
        return value
    return _chosen(key, value, words.types)


def _queue(key: str, value: str, words: Vocabulary) -> str:
    return _chosen(key, value.lower(), words.queues)


def _owner(key: str, value: str, _: Vocabulary) -> str:
    if not value.strip() or len(value) > MAX_OWNER:
        raise wrong(msg("“%(key)s:” is followed by me, nobody, or the id of a user."), key=key)
    return " ".join(value.split())


def _gig(key: str, value: str, _: Vocabulary) -> str:
    if not GIG_ID.fullmatch(value):
        raise wrong(msg("“%(key)s:” is followed by the id of a gig."), key=key)
    return value


def _tag(key: str, value: str, _: Vocabulary) -> str:
    tag = read_tag(value)
    if tag is None:
        raise wrong(
            msg("“%(key)s:” is followed by a tag: at most %(most)s letters, digits, “-”, “_”, “.” and “:”."),
            key=key,
            most=MAX_TAG,
        )
    return tag


def _days(key: str, value: str, _: Vocabulary) -> str:
    days = read_days(value)
    if days is None or (key == "backlog" and days[0] != days[1]):
        raise _unlike(key)
    return write_days(*days)


def _unlike(key: str) -> Invalid:
    return wrong(
        msg("“%(key)s:” is followed by something like: %(examples)s."), key=key, examples=EXAMPLES[key]
    )


def _measured(
    pattern: re.Pattern[str], others: tuple[str, ...] = ()
) -> Callable[[str, str, Vocabulary], str]:
    def read(key: str, value: str, _: Vocabulary) -> str:
        value = value.lower()
        if value in others:
            return value
        found = pattern.fullmatch(value)
        if not found:
            raise _unlike(key)
        sign, count, *unit = found.groups()
        return f"{sign}{int(count)}{''.join(unit)}"

    return read


KEYS: dict[str, Callable[[str, str, Vocabulary], str]] = {
    "is": _one_of(STATES),
    "type": _type,
    "queue": _queue,
    "status": _one_of(Status),
    "phase": _one_of(Phase),
    "waiting": _one_of(who.value for who in WaitsOn if who is not WaitsOn.NOBODY),
    "owner": _owner,
    "gig": _gig,
    "tag": _tag,
    "priority": _one_of(Priority),
    "severity": _one_of(Severity),
    "clock": _measured(_SPAN, (OVER,)),
    "age": _measured(_SPAN),
    "files": _measured(_NUMBER),
    "opened": _days,
    "decided": _days,
    "decider": _owner,
    "breached": _one_of((*Kind, ANY)),
    "backlog": _days,
}
BY_TIME = frozenset({"opened", "decided", "backlog"})
"""Who names days wants the newest first, if no order was named."""
NEGATED = ("is", "type", "queue", "status", "waiting", "owner", "tag")
