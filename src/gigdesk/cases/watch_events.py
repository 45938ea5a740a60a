"""What happens to a case beside its moves: who is warned or named, and what joins two cases.

Kept and written as the events of ``life_events`` are, of which they are a part.
"""

from collections.abc import Mapping
from uuid import UUID

from gigdesk.cases.model import Disposition, Status, Step
from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class BreachWarned:
    """Somebody is told that a clock runs out, or has run out. ``owner`` is whose case it was then, or None."""

    clock: str
    step: Step
    owner: str | None


@record(frozen=True, slots=True, kw_only=True)
class StaffMentioned:
    """A note names members of staff, who are told: ``places`` has by where in its text (``10-21``) who that is."""

    note: UUID
    places: Mapping[str, str]


@record(frozen=True, slots=True, kw_only=True)
class DuplicateJoined:
    """Another case was closed as a duplicate of this one: its files and followers go along."""

    duplicate: UUID


@record(frozen=True, slots=True, kw_only=True)
class DuplicateLeft:
    """It was no duplicate."""

    duplicate: UUID


@record(frozen=True, slots=True, kw_only=True)
class PrimaryMoved:
    """The case that this one was joined to has moved: as much of it as who reported this one may know.

    ``number`` is that of the other case's commit, so that nothing is told twice or too late.
    """

    number: int
    status: Status
    disposition: Disposition | None


WatchEvent = BreachWarned | StaffMentioned | DuplicateJoined | DuplicateLeft | PrimaryMoved
WATCH_TYPES: dict[str, type[WatchEvent]] = {
    "breach.warned": BreachWarned,
    "staff.mentioned": StaffMentioned,
    "duplicate.joined": DuplicateJoined,
    "duplicate.left": DuplicateLeft,
    "primary.moved": PrimaryMoved,
}
