"""Changes one table in the text of a rules file and leaves every other line of it as it is. Pure.

What a form changes is written anew, without the comments inside it; what stands around it stays, comments too.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gigdesk.cases.rules_file.lines import Path, headers_of, lines_of
from gigdesk.errors import Invalid

Values = Mapping[str, object]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_IDLE = re.compile(r"\s*(#.*)?")


class Document:
    """The text of a rules file that can be read; raises what ``tomllib`` raises where it cannot."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.values: Values = tomllib.loads(self.text)
        self._lines = self.text.split("\n")
        self._places = lines_of(self.text)
        self._headers = headers_of(self.text)

    def line(self, path: Path) -> int | None:
        """Where this stands, from 1; None where it does not."""
        return self._places.get(path)

    def table(self, path: Path) -> Values | None:
        """The values of this table, or None."""
        found: object = self.values
        for part in path:
            if isinstance(found, Mapping):
                found = found.get(str(part))
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found if isinstance(found, Mapping) else None

    def put(self, path: Path, values: Values) -> str:
        """The text with this table as it is given, in its place or at the end."""
        places = self._sections(path)
        if not places:
            self._must_be_new(path)
            return "\n".join([*_trimmed(self._lines), "", *_written(path, values), ""]).lstrip("\n")
        return self._with(places, _written(path, values))

    def remove(self, path: Path) -> str:
        """The text without this table."""
        places = self._sections(path)
        if not places:
            self._must_be_new(path)
            return self.text
        return self._with(places, [])

    def swap(self, first: Path, second: Path) -> str:
        """The text with these two tables in each other's place; ``first`` stands before ``second``."""
        (start, end), (begin, close) = self._block(first), self._block(second)
        lines = self._lines
        moved = [*lines[:start], *lines[begin:close], *lines[end:begin], *lines[start:end], *lines[close:]]
        return "\n".join(moved)

    def _block(self, path: Path) -> tuple[int, int]:
        places = self._sections(path)
        if not places:
            self._must_be_new(path)
        if len(places) != 1:
            raise _by_hand(self.line(path) or 1)
        return places[0]

    def _sections(self, path: Path) -> list[tuple[int, int]]:
        """Where the table and those below it stand: from and to, as places in the list of lines."""
        begins = [line - 1 for _, line in self._headers]
        ends = [self._end(start, begins[n + 1] if n + 1 < len(begins) else len(self._lines))
                for n, start in enumerate(begins)]  # fmt: skip
        spans = zip(self._headers, begins, ends, strict=True)
        return [(start, end) for (found, _), start, end in spans if found[: len(path)] == path]

    def _end(self, start: int, following: int) -> int:
        """Where a section ends: before the empty lines and comments that lead to the next one."""
        end = following
        while end > start + 1 and _IDLE.fullmatch(self._lines[end - 1]):
            end -= 1
        return end

    def _with(self, places: Sequence[tuple[int, int]], written: Sequence[str]) -> str:
        lines: list[str] = []
        at = 0
        for number, (start, end) in enumerate(places):
            lines += self._lines[at:start]
            lines += written if number == 0 else ()
            at = end
        return "\n".join([*lines, *self._lines[at:]])

    def _must_be_new(self, path: Path) -> None:
        if (line := self.line(path)) is not None:
            raise _by_hand(line)


def _by_hand(line: int) -> Invalid:
    return Invalid(
        "rules.by_hand",
        "This stands within another table, at line %(line)s of the document. Change it there.",
        line=line,
    )


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _written(path: Path, values: Values) -> list[str]:
    """The lines of a table; the hours of a queue stand in a table of their own below it."""
    below = {key: value for key, value in values.items() if key == "hours" and isinstance(value, Mapping)}
    own = [f"{_key(key)} = {_value(value)}" for key, value in values.items() if key not in below]
    lines = [_header(path), *own]
    for key, value in below.items():
        lines += ["", *_written((*path, key), value)]
    return lines


def _header(path: Path) -> str:
    named = ".".join(_key(part) for part in path if isinstance(part, str))
    return f"[[{named}]]" if isinstance(path[-1], int) else f"[{named}]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _text(value)


def _text(value: object) -> str:
    """A text in quotes; what JSON may leave as it is and TOML may not is escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pairs(values: Values) -> Iterator[str]:
    return (f"{_key(key)} = {_value(value)}" for key, value in values.items())
