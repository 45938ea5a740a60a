"""Words of cases as each database keeps and finds them: tsvector in PostgreSQL, FTS5 in SQLite.

Texts were taken apart before (see ``insights.words``): a database gets plain words and takes nothing apart, so that
both find the same.
"""

from collections.abc import Iterable, Sequence

from gigdesk.insights.asked import Phrase

GAP = 16  # positions between two texts: more than a phrase has words across
LAST = 16_000  # PostgreSQL counts positions up to 16,383
EACH = 64  # and keeps 256 of a word
BETWEEN = "\ue000"  # in FTS5 a word of its own, which no text has


def vector(words: Sequence[str | None]) -> str:
    """The words as the text of a tsvector."""
    places: dict[str, list[int]] = {}
    at = 0
    for word in words:
        at = min(at + (GAP if word is None else 1), LAST)
        if word is not None and len(there := places.setdefault(word, [])) < EACH:
            there.append(at)
    return " ".join(f"'{word}':{','.join(map(str, there))}" for word, there in places.items())


def text_query(phrases: Iterable[Phrase]) -> str:
    """What is searched for, as the text of a tsquery."""
    return " & ".join(_followed(phrase) for phrase in phrases)


def loose_query(phrases: Iterable[Phrase]) -> str:
    """The same without regard to what stands next to what: as an index of single words looks for it first."""
    single = [
        Phrase(words=(word,), is_prefix=phrase.is_prefix and place == len(phrase.words) - 1)
        for phrase in phrases
        for place, word in enumerate(phrase.words)
    ]
    return text_query(single)


def _followed(phrase: Phrase) -> str:
    *before, last = (f"'{word}'" for word in phrase.words)
    return f"({' <-> '.join([*before, last + (':*' if phrase.is_prefix else '')])})"


def running(words: Sequence[str | None]) -> str:
    """The words as one text for FTS5."""
    return " ".join(BETWEEN if word is None else word for word in words)


def match_query(phrases: Iterable[Phrase]) -> str:
    """What is searched for, as FTS5 is asked."""
    return " AND ".join(f'"{" ".join(p.words)}"{" *" if p.is_prefix else ""}' for p in phrases)
