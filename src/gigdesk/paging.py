"""Keyset pages: a place in an ordered list that stays right while the list grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

Item = TypeVar("Item")

MAX_LIMIT = 100
DEFAULT_LIMIT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """After which row a page begins: rows are ordered by ``at`` and then ``id``, newest first."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some rows, and the place where the next page begins, or None at the end."""

    items: tuple[Item, ...]
    next: Place | None
