"""Who is named in a note, by an @ and what they are called."""

import pytest

from gigdesk.cases.mentions import MOST, Nameable, mentions, read_place, written

PAUL = Nameable(user_id="desk:1", name="Paul Weber", login="paul@market.example")
PAUL_ALONE = Nameable(user_id="desk:2", name="Paul")
EVA, OTHER_EVA = (
    Nameable(user_id="eva-1", name="Eva Groß", login="eva@market.example"),
    Nameable(user_id="eva-2", name="Eva Groß"),
)
EVA_ALONE = Nameable(user_id="eva-3", name="Eva")
PEOPLE = (PAUL, PAUL_ALONE, EVA, OTHER_EVA, EVA_ALONE)


def named(text: str) -> list[tuple[str, str]]:
    """The words that name somebody, and whom."""
    return [(text[one.begin : one.end], one.who.user_id) for one in mentions(text, PEOPLE)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Paul Weber look", [("@Paul Weber", "desk:1")]),
        ("Ask @paul weber, then @PAUL.", [("@paul weber", "desk:1"), ("@PAUL", "desk:2")]),
        ("(@Paul's)", [("@Paul", "desk:2")]),
        ("@paul@market.example", [("@paul@market.example", "desk:1")]),
        ("@desk:1 and @eva-2", [("@desk:1", "desk:1"), ("@eva-2", "eva-2")]),
        ("@Eva Groß", []),  # which of the two? Not the third.
        ("@eva groß, @eva", [("@eva", "eva-3")]),
        ("@eva@market.example", [("@eva@market.example", "eva-1")]),
        ("@Paulina @Pau @ Paul @", []),
        ("write to info@Paul", []),
        ("ß@Paul @Paul", [("@Paul", "desk:2")]),
        ("", []),
    ],
)
def test_who_is_named_in_full_is_meant_and_nobody_else(text: str, who: list[tuple[str, str]]) -> None:
    assert named(text) == who


def test_letters_that_grow_when_they_are_made_small_are_found_all_the_same() -> None:
    eva = Nameable(user_id="e", name="Eva GROẞ")
    [found] = mentions("@Eva Groß!", [eva])
    assert (found.begin, found.end) == read_place(found.place) == (0, 9)


def test_what_is_offered_means_one_person() -> None:
    assert dict(written(PEOPLE)) == {
        PAUL: "Paul Weber",
        PAUL_ALONE: "Paul",
        EVA: "eva@market.example",
        OTHER_EVA: "eva-2",
        EVA_ALONE: "Eva",
    }
    for person, handle in written(PEOPLE):
        assert named(f"@{handle}") == [(f"@{handle}", person.user_id)]


def test_a_note_names_ten_people_at_most_and_each_as_often_as_it_likes() -> None:
    many = [Nameable(user_id=f"u{number:02}") for number in range(MOST + 5)]
    text = " ".join(f"@{one.user_id} @{one.user_id}" for one in many)
    assert len({one.who for one in mentions(text, many)}) == MOST
    assert len(mentions(text, many)) == 2 * MOST


def test_a_text_of_signs_costs_no_more_than_a_hundred_of_them() -> None:
    assert len(mentions("@Paul " * 5_000, PEOPLE)) == 100
