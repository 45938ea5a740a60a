"""What administration needs from the store: its log, canned replies, versions of the rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gigdesk.administration.model import Change, Entry, Head, Macro, RulesVersion, Wanted


class AdminLog(Protocol):
    """The append-only, hash-chained log of what administrators do. Every method raises Unavailable."""

    async def head(self) -> Head | None:
        """The last entry, or None where there is none."""
        ...

    async def append(self, entry: Entry, change: Change | None) -> bool:
        """Write the entry and what it is about in one transaction; False, and nothing, where its number is taken.

        False also where an account that is to be replaced is not what it was read as.
        """
        ...

    async def page(self, wanted: Wanted, limit: int) -> Sequence[Entry]:
        """Entries, the newest first."""
        ...

    async def walk(self, after: int, limit: int) -> Sequence[Entry]:
        """Entries by their number, from ``after`` on. For the audit."""
        ...

    async def actors(self, limit: int) -> Sequence[Entry]:
        """The last entry of each person who did anything, who did so last first."""
        ...


class Macros(Protocol):
    """Canned replies. Every method raises Unavailable."""

    async def seen_by(self, person: str, limit: int) -> Sequence[Macro]:
        """Those of this person and those that are shared, by name."""
        ...

    async def keep(self, macro: Macro) -> None:
        """Keep it, in place of the one with this id."""
        ...

    async def find(self, macro: UUID) -> Macro | None:
        """The one with this id, also one that was removed and not forgotten yet; or None."""
        ...

    async def remove(self, macro: UUID, at: datetime) -> None:
        """Show it no more, and forget what was removed a day before; asking twice is no error."""
        ...


class RulesVersions(Protocol):
    """The rules document, as it was kept each time; written by ``AdminLog.append``. Raises Unavailable."""

    async def number(self) -> int:
        """The number of the newest version; 0 where there is none."""
        ...

    async def newest(self, limit: int, before: int | None = None) -> Sequence[RulesVersion]:
        """Versions, the newest first."""
        ...
