"""What the desk's lists and figures need from the store: indexes of cases, what fills them, leases, names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from gigdesk.cases.ports import CaseRow
from gigdesk.insights.asked import DeskPlace, Listing
from gigdesk.insights.facts import CaseFacts
from gigdesk.insights.figures import Arrived, By, Day, Decided, Group, Measure, Spread, Stood
from gigdesk.insights.figures_asked import Scope
from gigdesk.insights.model import DeskEntry, Projected, Reading, SavedView


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some entries in the order of their list, and where to go on, or None where nothing is left.

    There may be fewer than were asked for although there is more: one look goes over a bounded number of rows.
    """

    entries: tuple[DeskEntry, ...]
    next: DeskPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A case whose log goes on beyond what is projected; ``followed`` tells the state that it was found in."""

    row: CaseRow
    followed: int


class DeskIndex(Protocol):
    """Finds cases for the desk. Every method raises Unavailable."""

    async def page(self, listing: Listing, limit: int) -> Found:
        """The first entries of a list, each read from an index. Words are searched in the newest cases first."""
        ...

    async def counts(self, listings: Mapping[str, Listing], most: int) -> Mapping[str, int]:
        """How many entries each list has, counted up to ``most`` + 1.

        A list that no index has by itself is counted among the first ``COUNTED`` rows of the nearest one.
        """
        ...

    async def entry(self, case: UUID) -> DeskEntry | None:
        """The entry of one case, or None; whoever asks judges who may see it."""
        ...

    async def tags(self, person: str, queues: frozenset[str] | None, most: int) -> Sequence[str]:
        """The tags that cases of these queues have (None: of every one), by name; of each queue the first ``most``.

        Those that only cases about ``person`` have are left out.
        """
        ...


class DeskProjection(Protocol):
    """Keeps beside each case's log what the desk's lists are made of, and knows which are behind it.

    Every method raises Unavailable.
    """

    async def behind(self, limit: int, case: UUID | None = None) -> Sequence[Behind]:
        """Cases whose log goes on beyond what is projected, the newest first; or this one, if it is behind."""
        ...

    async def keep(self, projected: Sequence[Projected]) -> None:
        """Keep each of these whole, but for one that somebody has followed or forgotten since it was found behind.

        A lease on a case that has an owner now or is snoozed ends.
        """
        ...

    async def count_behind(self) -> int:
        """How many cases are behind; counted up to 100,000."""
        ...

    async def forget(self, person: str) -> int:
        """Remove the words of every case in which some are this person's; says of how many.

        Their cases are behind then: what is left of them is found again once they are projected anew.
        """
        ...

    async def wait(self, at_most: timedelta) -> None:
        """Sleep until a commit may have left a case behind, or for ``at_most``."""
        ...


class CaseLeases(Protocol):
    """Who has taken up a case for a few minutes, so that two do not begin with the same. Raises Unavailable."""

    async def take(self, person: str, queues: frozenset[str] | None, length: timedelta) -> UUID | None:
        """Lease the most urgent case of these queues (None: of every one) to who asks; None where there is none.

        That is one of the priority ``urgent``, where there are such, and of several the one whose clock ends first.
        Nobody owns it, nobody else holds it, it is neither snoozed nor decided, and it is not about ``person``. Of two
        that ask at once each gets another. One that they hold themselves is theirs again.
        """
        ...

    async def release(self, person: str, case: UUID) -> None:
        """Give it back; nothing happens where they do not hold it."""
        ...


class SavedViews(Protocol):
    """Lists that staff gave a name to. Raises Unavailable."""

    async def seen_by(self, person: str, limit: int) -> Sequence[SavedView]:
        """Those of this person and those that are shared, by name; their own first."""
        ...

    async def keep(self, view: SavedView) -> None:
        """Keep it, in place of the one with this id."""
        ...

    async def remove(self, view: UUID) -> None:
        """Forget it; asking twice is no error."""
        ...


class Presence(Protocol):
    """Who reads which case now: at most one row for each case and person, by the store's clock. Raises Unavailable."""

    async def here(self, case: UUID, person: str, name: str) -> None:
        """That this person reads the case at this moment."""
        ...

    async def leave(self, case: UUID, person: str) -> None:
        """That they do no longer; asking twice is no error."""
        ...

    async def readers(self, cases: Sequence[UUID], within: timedelta) -> Mapping[UUID, Sequence[Reading]]:
        """Who was at these cases within this time, by name; a case without readers is left out."""
        ...

    async def forget(self, older_than: timedelta) -> None:
        """Remove who was last there before that."""
        ...


class FigureSource(Protocol):
    """Counts for figures. Every method raises Unavailable, and leaves out what its scope does not have."""

    async def days(self, scope: Scope) -> Sequence[Day]:
        """What arrived and what was decided on each day; days on which nothing did are missing."""
        ...

    async def stood(self, scope: Scope) -> Sequence[Stood]:
        """The cases that were open at the end of the day before the first or on a day of the span."""
        ...

    async def spreads(self, scope: Scope, measure: Measure) -> Mapping[By, Mapping[str, Spread]]:
        """How long it took: the first reply in the cases that arrived, the decision in those that were decided.

        By type, queue and owner the key is theirs, by week its Monday, for all ``""``. No owner has no key.
        """
        ...

    async def arrived(self, scope: Scope) -> Sequence[tuple[Group, Arrived]]:
        """The cases that arrived in the span."""
        ...

    async def decided(self, scope: Scope) -> Sequence[tuple[Group, Decided]]:
        """The cases whose first decision that stands was told to the parties in the span."""
        ...

    async def cases_of(self, owners: Sequence[str]) -> Mapping[str, UUID]:
        """A case of each of these owners, the newest: on it stands who they are."""
        ...

    async def facts(self, cases: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
        """The facts of these cases; one that was never followed is missing."""
        ...
