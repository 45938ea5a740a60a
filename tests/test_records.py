"""Records: a maker makes what the class makes."""

from dataclasses import field

import pytest

from gigdesk.records import maker, record


@record(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One of everything that a field can be."""

    name: str
    weight: int = 1
    tags: list[str] = field(default_factory=list)
    seal: str | None = None
    kind: str = "parcel"
    make: int = 0
    new: int = 0


def test_a_maker_makes_what_the_class_makes() -> None:
    make = maker(Parcel)
    for given in ({"name": "a"}, {"name": "b", "weight": 2, "tags": ["x"], "seal": "s"}):
        assert make(**given) == Parcel(**given)  # type: ignore[arg-type]
        assert type(make(**given)) is Parcel  # type: ignore[arg-type]


def test_each_gets_a_default_of_its_own() -> None:
    make = maker(Parcel)
    make(name="a").tags.append("x")
    assert make(name="b").tags == []


@pytest.mark.parametrize("given", [{}, {"name": "a", "colour": "red"}])
def test_what_is_missing_or_unknown_is_an_error(given: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        maker(Parcel)(**given)  # type: ignore[arg-type]
