"""Reads tables of the rules file: each value as it must be, and a sentence with its line for what is not. Pure."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from gigdesk.cases.rules_file.lines import Path
from gigdesk.cases.text import is_blank, normalise
from gigdesk.language import Worded

MAX_SPAN = timedelta(days=90)
_SPAN = re.compile(r"([1-9][0-9]{0,5}) ?(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(slots=True, kw_only=True)
class Marks:
    """Where things stand in the file, and what is wrong with them."""

    lines: Mapping[Path, int]
    languages: tuple[str, ...]
    found: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, path: Path, sentence: str) -> None:
        """Note what is wrong at this place, or at the nearest one above it whose line is known."""
        while path and path not in self.lines:
            path = path[:-1]
        self.found.append((self.lines.get(path, 1), sentence))


def near(word: str, known: Iterable[str]) -> str:
    """``Did you mean “x”?`` where one of these words is close, and else what they are."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Known are: {', '.join(words[:60])}." if words else "There is none."


class Table:
    """A table of the file. A value that is not as it must be is noted and read as if it were not there."""

    def __init__(self, values: Mapping[str, object], path: Path, marks: Marks) -> None:
        self.values = values
        self.path = path
        self.marks = marks
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def wrong(self, key: str, sentence: str) -> None:
        """Note what is wrong with the value of this key."""
        self.marks.wrong((*self.path, key), sentence)

    def close(self) -> None:
        """Note every key that nothing has asked for."""
        for key in self.values.keys() - self._known:
            self.wrong(key, f"“{key[:60]}” is no key here. {near(key, self._known)}")

    def text(self, key: str, most: int) -> str | None:
        """A line of text."""
        value = self._get(key)
        return None if value is None else self._line(value, (*self.path, key), most)

    def worded(self, key: str, most: int) -> str | None:
        """A line of text, or a table of it by language: ``{ en = "…", es = "…" }``. Empty leaves it out."""
        value = self._get(key)
        if not isinstance(value, dict):
            return self.text(key, most)
        said = {}
        for tag, words in value.items():
            path = (*self.path, key, tag)
            if tag not in self.marks.languages:
                self.marks.wrong(path, f"“{tag[:20]}” is no language here. {near(tag, self.marks.languages)}")
            elif line := self._line(words, path, most):
                said[tag] = line
        if not value:
            self.wrong(key, "Say it in one language at least.")
        return Worded(said) if said else None

    def flag(self, key: str) -> bool | None:
        """``true`` or ``false``."""
        value = self._get(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(key, "Write true or false, without quotes.")
        return None

    def span(self, key: str) -> timedelta | None:
        """A length of time like ``15 min``, ``8 h`` or ``3 d``, of 90 days at most."""
        value = self._get(key)
        if value is None:
            return None
        match = _SPAN.fullmatch(value) if isinstance(value, str) else None
        span = int(match[1]) * _UNITS[match[2]] if match else None
        if span is None or span > MAX_SPAN:
            self.wrong(key, "Write a length of time like “15 min”, “8 h” or “3 d”, of 90 d at most.")
            return None
        return span

    def choice(self, key: str, known: Iterable[str], what: str) -> str | None:
        """One of these words."""
        value = self._get(key)
        return None if value is None else self._chosen(value, (*self.path, key), known, what)

    def choices(self, key: str, known: Iterable[str], what: str) -> list[str]:
        """One of these words, or a list of them."""
        known = tuple(known)
        found = (self._chosen(value, path, known, what) for value, path in self.items(key, len(known)))
        return [word for word in found if word is not None]

    def lines(self, key: str, most: int, length: int) -> list[str]:
        """A line of text, or a list of at most ``most`` of them."""
        found = (self._line(value, path, length) for value, path in self.items(key, most))
        return [line for line in found if line]

    def items(self, key: str, most: int) -> list[tuple[object, Path]]:
        """The elements of a list with where they stand; one alone need be no list."""
        value, path = self._get(key), (*self.path, key)
        if value is None:
            return []
        if not isinstance(value, list):
            return [(value, path)]
        if not value:
            self.wrong(key, "The list is empty. Leave it out, or name something.")
        if len(value) > most:
            self.wrong(key, f"The list has {len(value)} entries; {most} are the most.")
            return []
        return [(element, (*path, place)) for place, element in enumerate(value)]

    def table(self, key: str) -> "Table | None":
        """A table below this one."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, f"“{key}” is a table: write it as [{'.'.join(map(str, (*self.path, key)))}].")
            return None
        return Table(value, (*self.path, key), self.marks)

    def tables(self, key: str, most: int) -> list["Table"]:
        """The tables of ``[[key]]``."""
        found = []
        for value, path in self.items(key, most):
            if isinstance(value, dict) and isinstance(path[-1], int):
                found.append(Table(value, path, self.marks))
            else:
                self.marks.wrong(path, f"Write each of them under a line [[{key}]].")
        return found

    def _get(self, key: str) -> object:
        self._known.add(key)
        return self.values.get(key)

    def _chosen(self, value: object, path: Path, known: Iterable[str], what: str) -> str | None:
        known = tuple(known)
        if isinstance(value, str) and value in known:
            return value
        shown = str(value)[:60]
        self.marks.wrong(path, f"“{shown}” is no {what}. {near(shown, known)}")
        return None

    def _line(self, value: object, path: Path, most: int) -> str | None:
        if not isinstance(value, str):
            self.marks.wrong(path, "Write a text in quotes.")
            return None
        line = normalise(value)
        if is_blank(line):
            self.marks.wrong(path, "The text is empty. Leave it out, or write something.")
        elif len(line) > most:
            self.marks.wrong(path, f"The text has {len(line)} characters; {most} are the most.")
        elif not line.isprintable():
            self.marks.wrong(path, "Write it on one line, without characters that cannot be seen.")
        else:
            return line
        return None
