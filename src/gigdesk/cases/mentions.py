"""Who is named in a note: an @ and a name, a login or a user id, written in full. Pure.

A name that several have names nobody: the text stays as it is, and so does one beyond the tenth person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import normalize

MOST = 10  # people whom one note names
MOST_SIGNS = 100  # in a text; further ones are text


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameable:
    """Somebody of the desk, and how they can be named: ``login`` is empty for who has no account of gigdesk's."""

    user_id: str
    name: str = ""
    login: str = ""

    @property
    def handles(self) -> tuple[str, ...]:
        """Whatever names them."""
        return tuple(normalize("NFC", handle) for handle in (self.name, self.login, self.user_id) if handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Who is named, and where in the text: from the @ to the end of the name, in characters."""

    begin: int
    end: int
    who: Nameable

    @property
    def place(self) -> str:
        """As the log has it: ``10-21``."""
        return f"{self.begin}-{self.end}"


def mentions(text: str, people: Iterable[Nameable]) -> list[Mention]:
    """Whom this text names, in its order.

    Of two names that begin alike the longer one is meant, also where several have it and so nobody is named.
    """
    handles = sorted(_meanings(people).items(), key=lambda known: -len(known[0]))
    found: list[Mention] = []
    for begin in _signs(text):
        handle, who = next((known for known in handles if _is_at(text, begin + 1, known[0])), ("", None))
        named = {one.who.user_id for one in found}
        if who and (who.user_id in named or len(named) < MOST):
            found.append(Mention(begin=begin, end=begin + 1 + len(handle), who=who))
    return found


def written(people: Iterable[Nameable]) -> Iterator[tuple[Nameable, str]]:
    """Each with what to write after the @ so that they are meant and nobody else; without whom nothing means."""
    several = list(people)
    known = _meanings(several)
    for person in several:
        if handle := next((one for one in person.handles if known.get(one) == person), ""):
            yield person, handle


def read_place(place: str) -> tuple[int, int]:
    """Where a mention begins and ends, from how the log has it."""
    begin, _, end = place.partition("-")
    return int(begin), int(end)


def _meanings(people: Iterable[Nameable]) -> Mapping[str, Nameable | None]:
    """Whom each handle means, whether written in small letters or large; None where that are several."""
    handles = [(handle, person) for person in people for handle in person.handles]
    meant: dict[str, set[Nameable]] = {}
    for handle, person in handles:
        meant.setdefault(handle.casefold(), set()).add(person)
    return {handle: person if len(meant[handle.casefold()]) == 1 else None for handle, person in handles}


def _signs(text: str) -> Iterator[int]:
    """Where an @ stands that begins something: not the one of an address."""
    signs = (place for place, sign in enumerate(text) if sign == "@")
    for _, place in zip(range(MOST_SIGNS), signs, strict=False):
        if place == 0 or not text[place - 1].isalnum():
            yield place


def _is_at(text: str, place: int, handle: str) -> bool:
    end = place + len(handle)
    return text[place:end].casefold() == handle.casefold() and not text[end : end + 1].isalnum()
