"""On which line each key and element of a TOML document stands: what the parser of the library does not tell. Pure.

It walks a document that the parser took, so that it only has to find where things begin and end (TOML 1.0.0).
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\]|\\.)*"'),
    re.compile(r"'[^']*'"),
)


def lines_of(text: str) -> Mapping[Path, int]:
    """The line, from 1, of every table, key and element, by its path from the top.

    ``text`` is a whole TOML document. Raises RecursionError for one that is nested hundreds of levels deep.
    """
    return _Walk(text).found


def headers_of(text: str) -> list[tuple[Path, int]]:
    """Every ``[table]`` and ``[[table]]`` in its order: the path of the table that begins, and the line. As above."""
    return _Walk(text).headers


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [place for place, char in enumerate(text) if char == "\n"]
        self._counts: dict[Path, int] = {}
        self.found: dict[Path, int] = {}
        self.headers: list[tuple[Path, int]] = []
        self._document()

    def _document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            table = self._header() if self._peek() == "[" else self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that begins."""
        line, is_element = self._line(), self._text.startswith("[[", self._at)
        brackets = 2 if is_element else 1
        self._at += brackets
        *above, last = self._key()
        path: Path = ()
        for part in above:
            path = self._newest((*path, part))
            self._note(path, line)
        path = (*path, last)
        self._note(path, line)
        if is_element:
            self._counts[path] = self._counts.get(path, -1) + 1
        path = self._newest(path)
        self._note(path, line)
        self.headers.append((path, line))
        self._skip(_SPACE)
        self._at += brackets
        return path

    def _newest(self, path: Path) -> Path:
        """The last element, where the path is an array of tables."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _pair(self, table: Path) -> Path:
        line, path = self._line(), table
        for part in self._key():
            path = (*path, part)
            self._note(path, line)
        self._at += 1  # the sign =
        self._skip(_SPACE)
        self._value(path)
        return table

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            if self._peek() in "\"'":
                raw = self._skip_string()
                parts.append(str(tomllib.loads(f"key = {raw}")["key"]))
            else:
                parts.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self._peek() != ".":
                return parts
            self._at += 1

    def _value(self, path: Path) -> None:
        match self._peek():
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._skip_string()
            case _:
                self._skip(_BARE_VALUE)

    def _array(self, path: Path) -> None:
        self._at += 1
        count = 0
        self._skip(_BLANK)
        while self._peek() != "]":
            self._note((*path, count), self._line())
            self._value((*path, count))
            count += 1
            self._skip(_BLANK)
            if self._peek() == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while self._peek() != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self._peek() == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _skip_string(self) -> str:
        return next(found for pattern in _STRINGS if (found := self._skip(pattern)))

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return bisect_right(self._ends, self._at - 1) + 1 if self._at else 1

    def _note(self, path: Path, line: int) -> None:
        self.found.setdefault(path, line)
