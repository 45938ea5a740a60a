"""From a query to what the store is asked for: as it stands for who asks, now. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gigdesk.cases.lifecycle import ALIVE
from gigdesk.cases.model import PHASES, Status
from gigdesk.ids import ALPHABET, check_character
from gigdesk.insights.asked import Asked, Phrase
from gigdesk.insights.days import moments_of
from gigdesk.insights.model import WaitsOn
from gigdesk.insights.query import DeskQuery, Words, is_right, sort_of
from gigdesk.insights.terms import OVER, number_of, span_of
from gigdesk.insights.words import plain_words
from gigdesk.records import record

MIN_PREFIX = 3
MOST_FILES = 100_000
_WAITING = {
    WaitsOn.REPORTER: frozenset({Status.WAITING_REPORTER}),
    WaitsOn.RESPONDENT: frozenset({Status.WAITING_RESPONDENT}),
    WaitsOn.EXTERNAL: frozenset({Status.WAITING_EXTERNAL}),
    WaitsOn.DESK: frozenset({Status.RECEIVED, Status.IN_REVIEW, Status.APPEALED}),
}
_FLAGS = frozenset({"snoozed", "escalated", "held", "answered"})
PersonOf = Callable[[str], str]


@record(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: their person key, the queues that they may see (None: every one), and when and where they ask.

    ``zone`` is the time zone in which days begin.
    """

    person: str
    queues: frozenset[str] | None
    at: datetime
    zone: str = "UTC"


@record(frozen=True, slots=True, kw_only=True)
class Ways:
    """What narrowing needs to know beside the values of a filter."""

    asker: Asker
    types: Sequence[str]
    person_of: PersonOf
    is_not: bool


def asked_for(query: DeskQuery, asker: Asker, types: Iterable[str], person_of: PersonOf) -> Asked:
    """The query as it stands for who asks. ``types`` are the codes there are."""
    asked = Asked(
        person=asker.person,
        queues=asker.queues,
        phrases=phrases_of(query.words),
        sort=sort_of(query),
        references=frozenset(each for one in query.references for each in meant(one)) or None,
    )
    known = tuple(types)
    for is_not in (False, True):
        for key in dict.fromkeys(term.key for term in query.terms if term.is_not == is_not):
            values = [term.value for term in query.terms if (term.key, term.is_not) == (key, is_not)]
            ways = Ways(asker=asker, types=known, person_of=person_of, is_not=is_not)
            asked = _NARROWED[key](asked, values, ways)
    return asked


def phrases_of(words: Iterable[Words]) -> tuple[Phrase, ...]:
    """The words to be found; of the last one that stands in no quotes a beginning of three letters will do."""
    found = list(words)
    open_ended = next((said for said in reversed(found) if not said.is_exact), None)
    return tuple(
        Phrase(words=tuple(plain), is_prefix=said is open_ended and len(plain[-1]) >= MIN_PREFIX)
        for said in found
        if (plain := plain_words(said.text))
    )


def meant(reference: str) -> frozenset[str]:
    """The references that may be meant: this one, or if it is mistyped those one character or one swap away."""
    if is_right(reference):
        return frozenset({reference})
    body = reference[3:7] + reference[8:]
    bodies = {body[:n] + char + body[n + 1 :] for n in range(9) for char in ALPHABET}
    bodies |= {body[:n] + body[n + 1] + body[n] + body[n + 2 :] for n in range(8)}
    return frozenset(f"GD-{b[:4]}-{b[4:]}" for b in bodies if check_character(b[:8]) == b[8])


def _states(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    for value in values:
        asked = _state(asked, value, ways)
    return asked


def _state(asked: Asked, value: str, ways: Ways) -> Asked:
    is_so, at = not ways.is_not, ways.asker.at
    match value:
        case "open" | "closed":
            is_open = (value == "open") == is_so
            return replace(asked, statuses=asked.statuses & (ALIVE if is_open else {Status.CLOSED}))
        case "unassigned" | "mine":
            who = frozenset({None if value == "unassigned" else ways.asker.person})
            return _owned(asked, who, is_so=is_so)
        case "overdue":
            return _due(asked, (None, at) if is_so else (at, None))
        case _:
            return replace(asked, flags=asked.flags | {(value, is_so)})


def _owned(asked: Asked, who: frozenset[str | None], *, is_so: bool) -> Asked:
    if not is_so:
        return replace(asked, except_owners=asked.except_owners | who)
    return replace(asked, owners=who if asked.owners is None else asked.owners & who)


def _owners(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    named: dict[str, str | None] = {"me": ways.asker.person, "nobody": None}
    who = frozenset(named[v] if v in named else ways.person_of(v) for v in values)
    return _owned(asked, who, is_so=not ways.is_not)


def _types(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    codes = frozenset(code for code in ways.types for value in values if is_of(code, value))
    if ways.is_not:
        return replace(asked, except_types=asked.except_types | codes)
    return replace(asked, types=codes if asked.types is None else asked.types & codes)


def is_of(code: str, value: str) -> bool:
    """Whether an issue type is meant by a code, or by the beginning of one and a star."""
    return code.startswith(value[:-1]) if value.endswith("*") else code == value


def _queues(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    named = frozenset(values)
    if ways.is_not:
        return replace(asked, except_queues=asked.except_queues | named)
    return replace(asked, queues=named if asked.queues is None else asked.queues & named)


def _statuses(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    return _of_statuses(asked, frozenset(values), ways)


def _phases(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    return _of_statuses(asked, frozenset(s for s in Status if PHASES[s] in values), ways)


def _waiting(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    return _of_statuses(asked, frozenset[str]().union(*(_WAITING[WaitsOn(v)] for v in values)), ways)


def _of_statuses(asked: Asked, statuses: frozenset[str], ways: Ways) -> Asked:
    left = asked.statuses - statuses if ways.is_not else asked.statuses & statuses
    return replace(asked, statuses=left)


def _gigs(asked: Asked, values: Sequence[str], _: Ways) -> Asked:
    return replace(asked, gigs=frozenset(values))


def _tags(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    named = frozenset(values)
    if ways.is_not:
        return replace(asked, except_tags=asked.except_tags | named)
    return replace(asked, tags=asked.tags | named)


def _priorities(asked: Asked, values: Sequence[str], _: Ways) -> Asked:
    return replace(asked, priorities=frozenset(values))


def _severities(asked: Asked, values: Sequence[str], _: Ways) -> Asked:
    return replace(asked, severities=frozenset(values))


def _clock(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    at = ways.asker.at
    for value in values:
        sign, span = ("<", at - at) if value == OVER else span_of(value)
        asked = _due(asked, (None, at + span) if sign == "<" else (at + span, None))
        asked = replace(asked, has_clock=True)
    return asked


def _due(asked: Asked, within: tuple[datetime | None, datetime | None]) -> Asked:
    return replace(asked, due=_both(asked.due, within))


def _age(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    for value in values:
        sign, span = span_of(value)
        moment = ways.asker.at - span
        asked = replace(asked, opened=_both(asked.opened, (None, moment) if sign == ">" else (moment, None)))
    return asked


def _opened(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    for value in values:
        asked = replace(asked, opened=_both(asked.opened, moments_of(value, ways.asker.zone)))
    return asked


def _decided(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    for value in values:
        within = _both(asked.decided or (None, None), moments_of(value, ways.asker.zone))
        asked = replace(asked, decided=within)
    return asked


def _backlog(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    """Open at the end of each of these days."""
    ends = frozenset(end for value in values if (end := moments_of(value, ways.asker.zone)[1]))
    return replace(asked, unsettled=asked.unsettled | ends)


def _breached(asked: Asked, values: Sequence[str], _: Ways) -> Asked:
    return replace(asked, breached=frozenset(values))


def _deciders(asked: Asked, values: Sequence[str], ways: Ways) -> Asked:
    return replace(asked, deciders=frozenset(_person(value, ways) for value in values))


def _person(value: str, ways: Ways) -> str:
    return ways.asker.person if value == "me" else ways.person_of(value)


def _both(
    one: tuple[datetime | None, datetime | None], other: tuple[datetime | None, datetime | None]
) -> tuple[datetime | None, datetime | None]:
    """The moments that lie within both."""
    since = max((at for at in (one[0], other[0]) if at), default=None)
    until = min((at for at in (one[1], other[1]) if at), default=None)
    return since, until


def _files(asked: Asked, values: Sequence[str], _: Ways) -> Asked:
    least, most = asked.files or (0, MOST_FILES)
    for value in values:
        sign, number = number_of(value)
        least = max(least, {"": number, ">": number + 1, "<": 0}[sign])
        most = min(most, {"": number, ">": MOST_FILES, "<": number - 1}[sign])
    return replace(asked, files=(least, most))


_NARROWED: dict[str, Callable[[Asked, Sequence[str], Ways], Asked]] = {
    "is": _states,
    "type": _types,
    "queue": _queues,
    "status": _statuses,
    "phase": _phases,
    "waiting": _waiting,
    "owner": _owners,
    "gig": _gigs,
    "tag": _tags,
    "priority": _priorities,
    "severity": _severities,
    "clock": _clock,
    "age": _age,
    "files": _files,
    "opened": _opened,
    "decided": _decided,
    "decider": _deciders,
    "breached": _breached,
    "backlog": _backlog,
}
