"""The query language of the desk: ``type:safety.* is:unassigned age:>2d "exact words"``. Pure.

A query is read into a value in which equal queries are equal, and written back in one way: the URL is the view.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gigdesk.cases.issue_types import msg
from gigdesk.cases.text import normalise
from gigdesk.errors import FieldError, Invalid
from gigdesk.ids import read_reference
from gigdesk.insights.model import Sort
from gigdesk.insights.terms import BY_TIME, KEYS, NEGATED, Term, Vocabulary, nearest, read_term, wrong
from gigdesk.insights.words import plain_words
from gigdesk.records import record

__all__ = ["Chip", "DeskQuery", "Vocabulary", "Words", "chips", "is_right", "read_query", "write_query"]

MAX_LENGTH = 200
MAX_TERMS = 20
_PARTS = re.compile(r'(-?)([A-Za-z]+):(?:"([^"]*)"?|([^\s"]*))|"([^"]*)"?|([^\s"]+)')
_ORDER = {key: place for place, key in enumerate(KEYS)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_ALIKE = re.compile(r"GD[-–_. ]?([0-9A-HJKMNP-TV-Z]{4})[-–_. ]?([0-9A-HJKMNP-TV-Z]{5})")


@record(frozen=True, slots=True, kw_only=True)
class Words:
    """Words to be found: as they were typed, or next to each other in this order where they stood in quotes."""

    text: str
    is_exact: bool = False


@record(frozen=True, slots=True, kw_only=True)
class DeskQuery:
    """What a list is to have. Of the same key any will do, of different ones each must hold; all words must be there.

    A reference may be mistyped: the cases whose references are one character away are meant then.
    """

    terms: tuple[Term, ...] = ()
    references: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    sort: Sort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One part of a query as it is shown; ``without`` is the text of the query that lacks it.

    ``key`` is ``words``, ``reference`` or ``sort`` for what has no other.
    """

    key: str
    value: str
    without: str


def read_query(text: str, words: Vocabulary) -> DeskQuery:
    """The query that was typed. Raises Invalid, with an entry for ``q`` that says what is wrong and what is allowed."""
    if len(text) > MAX_LENGTH:
        raise _too_long()
    text = normalise(text)
    terms: set[Term] = set()
    references: set[str] = set()
    found: dict[Words, None] = {}
    sort: Sort | None = None
    parts = list(_PARTS.finditer(text))
    if len(parts) > MAX_TERMS:
        raise wrong(msg("A query has at most %(most)s parts."), most=MAX_TERMS)
    for part in parts:
        minus, key, quoted, bare, exact, word = part.groups()
        if key:
            value = quoted if quoted is not None else bare or ""
            if key.lower() == "sort" and not minus:
                sort = _sort(value)
            else:
                terms.add(_term(key, value, words, is_not=bool(minus)))
        elif reference := _reference(word or ""):
            references.add(reference)
        else:
            said = Words(text=" ".join((exact or word or "").split()), is_exact=exact is not None)
            found[said] = None
    query = DeskQuery(
        terms=tuple(sorted(terms, key=_place)),
        references=tuple(sorted(references)),
        words=tuple(said for said in found if plain_words(said.text)),
        sort=sort,
    )
    if found and query == DeskQuery():
        raise wrong(msg("There is no word to search for in “%(given)s”."), given=text[:60])
    if len(write_query(query)) > MAX_LENGTH:
        raise _too_long()
    return query


def write_query(query: DeskQuery) -> str:
    """The text that ``read_query`` reads as this query; equal queries are written alike."""
    return " ".join(text for _, _, text in _parts(query))


def chips(query: DeskQuery) -> tuple[Chip, ...]:
    """The parts of the query in the order in which it is written."""
    found: list[Chip] = []
    for term in query.terms:
        left = tuple(other for other in query.terms if other != term)
        found.append(_chip(term.label, term.value, replace(query, terms=left)))
    for reference in query.references:
        left_references = tuple(other for other in query.references if other != reference)
        found.append(_chip("reference", reference, replace(query, references=left_references)))
    for said in query.words:
        left_words = tuple(other for other in query.words if other != said)
        found.append(_chip("words", said.text, replace(query, words=left_words)))
    if query.sort:
        found.append(_chip("sort", query.sort.value, replace(query, sort=None)))
    return tuple(found)


def sort_of(query: DeskQuery) -> Sort:
    """In which order the list is: as was asked, else what was searched for, or days were named for, newest first."""
    by_time = query.words or any(term.key in BY_TIME for term in query.terms)
    return query.sort or (Sort.NEWEST if by_time else Sort.CLOCK)


def is_right(reference: str) -> bool:
    """Whether the check character says that this reference was not mistyped."""
    return read_reference(reference) == reference


def _chip(key: str, value: str, without: DeskQuery) -> Chip:
    return Chip(key=key, value=value, without=write_query(without))


def _parts(query: DeskQuery) -> Iterator[tuple[str, str, str]]:
    for term in query.terms:
        yield term.label, term.value, f"{term.label}:{_quoted(term.value)}"
    for reference in query.references:
        yield "reference", reference, reference
    for said in query.words:
        yield "words", said.text, f'"{said.text}"' if said.is_exact else said.text
    if query.sort:
        yield "sort", query.sort.value, f"sort:{query.sort.value}"


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def _place(term: Term) -> tuple[int, bool, str]:
    return _ORDER[term.key], term.is_not, term.value


def _term(given: str, value: str, words: Vocabulary, *, is_not: bool) -> Term:
    key = given.lower()
    known = (*KEYS, "sort")
    if key not in known:
        raise wrong(
            msg(
                "There is no filter “%(given)s”. Do you mean %(nearest)s? Known are: %(known)s. Put words"
                " with a colon in quotes."
            ),
            given=given[:20],
            nearest=nearest(key, known),
            known=", ".join(known),
        )
    if is_not and key not in NEGATED:
        raise wrong(
            msg("“-%(key)s:” is not understood: only %(known)s can be turned round."),
            key=key,
            known=", ".join(NEGATED),
        )
    return read_term(key, value, words, is_not=is_not)


def _sort(value: str) -> Sort:
    if value.lower() not in set(Sort):
        raise wrong(msg("“%(key)s:” has one of: %(choices)s."), key="sort", choices=", ".join(Sort))
    return Sort(value.lower())


def _reference(word: str) -> str | None:
    """The reference that this word is, right or mistyped; a plain word of nine letters is none."""
    letters = word.upper().translate(_READ_AS)
    if alike := _ALIKE.fullmatch(letters):
        return f"GD-{alike[1]}-{alike[2]}"
    return read_reference(word) if any(char.isdigit() for char in word) and word.isascii() else None


def _too_long() -> Invalid:
    wrong_length = FieldError(
        "q", "query.wrong", msg("Search for at most %(most)s characters."), {"most": MAX_LENGTH}
    )
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=[wrong_length])
