"""Where things stand in a TOML document: each key and element on its line, however it is written."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gigdesk.cases.rules_file.lines import Path, lines_of

TRICKY = '''# a comment with [brackets] and "quotes"
top = 1
"quoted.key" = "a = [not, a, list] # no comment"
'literal' = \'C:\\path\'
a.b . "c" = 2

[table]   # after a header
text = """
first = "not a key"
[not.a.header] \\"""
still text""""
raw = \'\'\'
x = 1\'\'\'
list = [
  1, # one ]
  "two, ]",

  [3, 4],
  { x = 5, "y.z" = [6,
    7] },
]
when = 1979-05-27 07:32:00
[ table . "sub.table" ]
flag = true
[[rules]]
n = 1
[rules.deep]
n = 2
[[rules]]
[[rules.inner]]
n = 3
[[rules.inner]]
n = 4'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted.key",), 3),
        (("literal",), 4),
        (("a", "b", "c"), 5),
        (("table",), 7),
        (("table", "text"), 8),
        (("table", "raw"), 12),
        (("table", "list"), 14),
        (("table", "list", 0), 15),
        (("table", "list", 1), 16),
        (("table", "list", 2, 1), 18),
        (("table", "list", 3, "x"), 19),
        (("table", "list", 3, "y.z", 1), 20),
        (("table", "when"), 22),
        (("table", "sub.table", "flag"), 24),
        (("rules", 0, "n"), 26),
        (("rules", 0, "deep", "n"), 28),
        (("rules", 1), 29),
        (("rules", 1, "inner", 0, "n"), 31),
        (("rules", 1, "inner", 1, "n"), 33),
    ],
)
def test_a_place_has_its_line(path: Path, line: int) -> None:
    assert lines_of(TRICKY)[path] == line


def paths(value: object, path: Path = ()) -> list[Path]:
    """Every path of a parsed document."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in below for found in [(*path, key), *paths(inner, (*path, key))]]


def test_every_path_that_the_parser_sees_has_a_line_and_no_other() -> None:
    assert set(paths(tomllib.loads(TRICKY))) == set(lines_of(TRICKY))


KEYS = some.text(
    some.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters='"\\\x7f'), max_size=6
)
TEXTS = some.text(some.sampled_from("ab\"'#[]{}=,.\\\n "), max_size=12)
VALUES = some.recursive(
    some.integers(-9, 9) | some.booleans() | TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def written(value: object, style: int) -> str:
    """The value as TOML, texts and lists in one style or another."""
    match value:
        case bool():
            return str(value).lower()
        case str() if style % 3 == 1 and "'''" not in value and not value.endswith("'"):
            return f"'''\n{value}'''"
        case str() if style % 3 == 2:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"""\n{escaped}"""'
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        case list():
            gap = "\n  # ]\n" if style % 2 else ""
            return "[" + gap + f",{gap}".join(written(one, style) for one in value) + gap + "]"
        case dict():
            return "{" + ", ".join(f'"{key}" = {written(one, style)}' for key, one in value.items()) + "}"
        case _:
            return str(value)


@settings(max_examples=150, deadline=None)
@given(
    tables=some.dictionaries(KEYS, some.dictionaries(KEYS, VALUES, max_size=4), max_size=4),
    style=some.integers(0, 5),
)
def test_any_document_is_walked_as_it_is_parsed(tables: dict[str, dict[str, object]], style: int) -> None:
    lines, starts = [], {}
    for name, table in tables.items():
        starts[(name,)] = sum(line.count("\n") + 1 for line in lines) + 1
        lines.append(f'["{name}"] # {style}')
        for key, value in table.items():
            starts[name, key] = sum(line.count("\n") + 1 for line in lines) + 1
            lines.append(f' "{key}" = {written(value, style)} # "')
    text = "\n".join(lines)

    found = lines_of(text)

    assert set(found) == set(paths(tomllib.loads(text)))
    assert {path: found[path] for path in starts} == starts
