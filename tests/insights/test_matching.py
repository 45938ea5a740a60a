"""Where a search matched: the text around it, in pieces that fit together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.cases.ports import SealedValue
from gigdesk.insights.asked import Phrase
from gigdesk.insights.matching import matches, snippet
from gigdesk.insights.meaning import phrases_of
from gigdesk.insights.model import Snippet, Where
from gigdesk.insights.query import Words


def sealed(**texts: str) -> dict[str, SealedValue]:
    values = {item.replace("_", ":"): text for item, text in texts.items()}
    return {i: SealedValue(item=i, salt=b"", value=t.encode(), person="p") for i, t in values.items()}


def phrases(*words: str) -> tuple[Phrase, ...]:
    return phrases_of(Words(text=word) for word in words)


@pytest.mark.parametrize(
    ("word", "hit"),
    [
        ("sao", "São"),
        ("floor", "floor"),
        ("flo", "floor"),
        ("strasse", "Straße"),
        ("oak-floor", "oak\nfloor"),
    ],
)
def test_the_words_are_shown_as_they_were_written(word: str, hit: str) -> None:
    [found] = matches(sealed(description="In São Paulo the oak\nfloor of Straße 12"), phrases(word))

    assert found.where is Where.DESCRIPTION
    assert found.hit == hit.replace("\n", " ")
    assert found.before + found.hit + found.after == "In São Paulo the oak floor of Straße 12"


def test_each_place_is_told_once_in_order_three_at_most() -> None:
    texts = sealed(
        note_1="violin", file_1='{"name":"violin.jpg","sha256":""}', message_1="a violin", gig="violin"
    )

    assert [(found.where, found.hit) for found in matches(texts, phrases("violin"))] == [
        (Where.MESSAGE, "violin"),
        (Where.NOTE, "violin"),
        (Where.FILE, "violin"),
    ]


def test_a_long_text_is_cut_between_words() -> None:
    text = "word " * 50 + "violin" + " word" * 50

    [found] = matches(sealed(description=text), phrases("violin"))

    whole = found.before + found.hit + found.after
    assert len(whole) <= 120
    assert set(whole.split()) == {"word", "violin"}


def test_a_match_that_fills_the_line_stands_alone() -> None:
    found = snippet(Where.NOTE, "a" * 50 + "b" * 120 + "c", 50, 170)

    assert (found.before, found.hit, found.after) == ("", "b" * 120, "")


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_the_pieces_are_a_part_of_the_text_and_never_too_long(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))

    found = snippet(Where.NOTE, text, start, end)

    whole = found.before + found.hit + found.after
    assert len(whole) <= 120
    assert whole in "".join(" " if char.isspace() else char for char in text)
    assert isinstance(found, Snippet)
