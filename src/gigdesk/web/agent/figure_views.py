"""What the page of figures shows. Words are said already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number or a few words; ``url`` leads to the cases that it counts. ``tone`` is hot, better or worse."""

    text: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure that is told first, and what is to be known beside it."""

    label: str
    value: Cell
    notes: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows, each of which begins with what it is of. ``about`` says in a sentence what is counted."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line or a box of a drawing: its class in the style sheet, and what it stands for."""

    css: str
    words: str
    is_box: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing with its table. ``said`` is what it shows in words; ``data`` is for the script that draws it."""

    id: str
    said: str
    marks: Sequence[Mark]
    table: Table
    data: Mapping[str, object]
    is_wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The form: days as they are written, filters with their options; types come in groups by their first word."""

    first: str
    last: str
    latest: str
    queues: Sequence[Option]
    types: Mapping[str, Sequence[Option]]
    owners: Sequence[Option]
    is_filtered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPage:
    """The page. ``spans`` are links to usual spans of days; ``behind`` is empty where every case is counted."""

    days: str
    zone: str
    choices: Choices
    spans: Sequence[Option]
    errors: Sequence[str]
    tiles: Sequence[Tile]
    plots: Sequence[Plot]
    tables: Sequence[Table]
    exports: Sequence[Option]
    behind: str = ""
