"""Words as a search compares them: letters and digits, without capitals and accents. Pure.

Texts are taken apart here and not by a database, so that the same is found on each.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gigdesk.cases.listed import plain

MAX_WORD = 64
MOST_WORDS = 10_000
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A plain word, and where in the text it stands."""

    text: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in their order; of one that is longer than 64 characters, the first 64."""
    for found in _WORD.finditer(text):
        for part in plain_words(found[0]):
            yield Word(part, found.start(), found.end())


def plain_words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    composed = unicodedata.normalize("NFC", text)
    return [part[:MAX_WORD] for word in _WORD.findall(composed) for part in _WORD.findall(plain(word))]


def document(texts: Iterable[str]) -> tuple[str | None, ...]:
    """The words of several texts with a gap between each two; of very long ones the first 10,000 words."""
    found: list[str | None] = []
    for text in texts:
        parts = plain_words(text)
        if parts and found:
            found.append(None)
        found += parts
        if len(found) >= MOST_WORDS:
            break
    return tuple(found[:MOST_WORDS])
