"""What figures are asked for: of which days, under which filters, for whom. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, Invalid
from gigdesk.insights.days import DAY, Days
from gigdesk.insights.meaning import Asker, is_of
from gigdesk.insights.terms import Vocabulary, read_term
from gigdesk.records import record

MOST_DAYS = 366
USUAL_DAYS = 30
FILTERS = ("queue", "type", "owner")


@record(frozen=True, slots=True, kw_only=True)
class FigureQuery:
    """What somebody asks for: the days, and filters as the query language writes their values; empty is no filter."""

    days: Days
    queue: str = ""
    type: str = ""
    owner: str = ""

    @property
    def filters(self) -> Mapping[str, str]:
        """The filters that there are."""
        return {name: value for name in FILTERS if (value := str(getattr(self, name)))}


@record(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases figures are of; each None is no condition. Nothing about ``person`` is counted.

    In ``owner`` an empty string stands for nobody.
    """

    person: str
    days: Days
    queues: frozenset[str] | None
    types: frozenset[str] | None = None
    owner: str | None = None


def read_figures(given: Mapping[str, str], words: Vocabulary, today: date, zone: str) -> FigureQuery:
    """What ``from``, ``to``, ``queue``, ``type`` and ``owner`` ask for. Empty ones, and none, ask for nothing.

    Without days, the last 30. Raises Invalid with an entry for each that is wrong.
    """
    errors: list[FieldError] = []
    last = _day(given, "to", errors) or today
    first = _day(given, "from", errors) or last - (USUAL_DAYS - 1) * DAY
    if not errors and not 0 < (last - first).days + 1 <= MOST_DAYS:
        sentence = msg("Choose from 1 to %(most)s days: the first comes before the last.")
        errors.append(FieldError("from", "query.wrong", sentence, {"most": MOST_DAYS}))
    values = {}
    for name in FILTERS:
        if text := given.get(name, "").strip():
            try:
                values[name] = read_term(name, text, words).value
            except Invalid as error:
                errors += [
                    FieldError(name, entry.code, entry.sentence, entry.values) for entry in error.errors
                ]
    if errors:
        raise Invalid("query.wrong", "The query is not understood. See each entry.", errors=errors)
    return FigureQuery(days=Days(first=first, last=last, zone=zone), **values)


def scope_of(
    query: FigureQuery, asker: Asker, types: Iterable[str], person_of: Callable[[str], str]
) -> Scope:
    """Which cases these figures are of, for who asks: in no number is what they may not see."""
    named = frozenset({query.queue}) if query.queue else None
    queues = asker.queues if named is None else named if asker.queues is None else named & asker.queues
    owners = {"": None, "me": asker.person, "nobody": ""}
    return Scope(
        person=asker.person,
        days=query.days,
        queues=queues,
        types=frozenset(code for code in types if is_of(code, query.type)) if query.type else None,
        owner=owners[query.owner] if query.owner in owners else person_of(query.owner),
    )


def _day(given: Mapping[str, str], name: str, errors: list[FieldError]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-01") else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2990:
        sentence = msg("Write a day like 2026-11-01. You wrote “%(given)s”.")
        errors.append(FieldError(name, "query.wrong", sentence, {"given": text[:40]}))
    return day
