"""Where in a case the words of a search stand, with the text around them. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from gigdesk.cases.listed import plain
from gigdesk.cases.sight import Sealed
from gigdesk.insights.asked import Phrase
from gigdesk.insights.entry import texts_of
from gigdesk.insights.model import Snippet, Where
from gigdesk.insights.words import Word, words_in

AROUND = 120
MOST = 3


def matches(sealed: Sealed, phrases: Sequence[Phrase]) -> tuple[Snippet, ...]:
    """The first places where each phrase stands, one for each text, in the order of ``Where``; three at most."""
    order = {where: place for place, where in enumerate(Where)}
    texts = sorted(texts_of(sealed), key=lambda found: order[found[1]])
    found = (snippet for _, where, text in texts if (snippet := _match(where, text, phrases)))
    return tuple(snippet for snippet, _ in zip(_apart(found), range(MOST), strict=False))


def _match(where: Where, text: str, phrases: Iterable[Phrase]) -> Snippet | None:
    whole = plain(text)
    phrases = [phrase for phrase in phrases if phrase.words[0] in whole]
    if not phrases:  # most texts of a case: none of their words need be looked at
        return None
    words = list(words_in(text))
    spans = (span for phrase in phrases if (span := _stands(words, phrase)))
    first = next(iter(sorted(spans)), None)
    return snippet(where, text, *first) if first else None


def _stands(words: Sequence[Word], phrase: Phrase) -> tuple[int, int] | None:
    """From where to where the phrase stands first."""
    wanted = phrase.words
    for start in range(len(words) - len(wanted) + 1):
        here = words[start : start + len(wanted)]
        same = [word.text for word in here] == list(wanted)
        begins = phrase.is_prefix and here[-1].text.startswith(wanted[-1])
        if same or (begins and [word.text for word in here[:-1]] == list(wanted[:-1])):
            return here[0].start, here[-1].end
    return None


def snippet(where: Where, text: str, start: int, end: int) -> Snippet:
    """The text around a match: 120 characters at most, cut between words, line ends as spaces."""
    end = min(end, start + AROUND)
    room = AROUND - (end - start)
    before = _line(text[:start])[max(start - room // 2, 0) :]
    if len(_line(text[:start])) > len(before) and " " in before:
        before = before[before.index(" ") + 1 :]
    after = _line(text[end:])[: room - len(before)]
    if len(_line(text[end:])) > len(after) and " " in after:
        after = after[: after.rindex(" ")]
    return Snippet(where=where, before=before, hit=_line(text[start:end]), after=after)


def _line(text: str) -> str:
    """On one line; the space at its ends stays, so that the pieces fit together."""
    return "".join(" " if char.isspace() else char for char in text)


def _apart(found: Iterable[Snippet]) -> Iterator[Snippet]:
    """Each once."""
    seen: set[Snippet] = set()
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one
