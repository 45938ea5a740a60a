"""What the page of a list of the desk shows. Words are said already, but for labels of issue types and of views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gigdesk.insights.model import Snippet
from gigdesk.web.agent.clocks_shown import ClockShown
from gigdesk.web.agent.deeds import Deed
from gigdesk.web.agent.readers_shown import NOBODY_ELSE, ReadersShown
from gigdesk.web.agent.shell import KeyLine


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """One case in the list. ``version`` tells whether it has changed since; ``icon`` is of its type's group.

    ``priority`` is said where it is above the ordinary.
    """

    id: str
    version: int
    url: str
    reference: str
    icon: str
    is_hot: bool
    type_label: str
    said: str
    gig_title: str
    status: str
    status_words: str
    status_icon: str
    waits: str
    age: str
    opened_at: datetime
    clock: ClockShown | None
    owner: str
    is_mine: bool
    files: int
    is_unread: bool
    priority: str = ""
    tags: Sequence[str] = ()
    flags: Sequence[tuple[str, str]] = ()
    matched: Sequence[tuple[str, Snippet]] = ()
    readers: ReadersShown = NOBODY_ELSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShown:
    """A line of the side: ``count`` is said, like ``99+``; empty where it could not be counted."""

    name: str
    label: str
    icon: str
    url: str
    key: str
    count: str
    is_here: bool
    is_hot: bool = False
    remove_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipShown:
    """A part of the query, and the address of the list without it."""

    key: str
    value: str
    without_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SortShown:
    """An order that can be chosen."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneShown:
    """What was just done; ``undo`` names the deed that takes it back, with ``cases`` as it takes them.

    ``again`` are the fields of the form that saves a view which was removed.
    """

    words: str
    undo: str = ""
    cases: Sequence[str] = ()
    again: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveShown:
    """The form that names the list: what was typed in it, and what is wrong with that."""

    name: str = ""
    is_shared: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskList:
    """The page. ``query`` is canonical; ``typed`` is what is to stand in the box, with ``error`` where it is wrong.

    ``is_plain``: the query is that of a view, and nobody filtered. ``known_tags`` are offered where one filters.
    """

    title: str
    query: str
    typed: str
    error: str
    total: str
    views: Sequence[ViewShown]
    queues: Sequence[ViewShown]
    saved: Sequence[ViewShown]
    chips: Sequence[ChipShown]
    sorts: Sequence[SortShown]
    rows: Sequence[RowShown]
    next_url: str
    first_url: str
    news_url: str
    here_url: str
    keys: Sequence[KeyLine]
    can_act: bool
    is_plain: bool
    known_tags: Sequence[str] = ()
    deeds: Sequence[Deed] = ()
    done: DoneShown | None = None
    save: SaveShown = SaveShown()

    @property
    def sort(self) -> str:
        """The order that holds."""
        return next((sort.label for sort in self.sorts if sort.is_chosen), "")
