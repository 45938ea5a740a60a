"""From which index a list of the desk is read, and what is left to be judged row by row.

An axis is an index: the columns that are equal in a part of it, the column that the part is in order of, the rows
that it has. A list is read from one part for each combination of values that was asked for; what the axis does not
settle is judged on the rows as they come.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from gigdesk.adapters.stores.sql.desk_rows import NEVER
from gigdesk.adapters.stores.sql.desk_tags import has_tag
from gigdesk.adapters.stores.sql.index import Parameters, among
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.cases.lifecycle import ALIVE
from gigdesk.cases.model import Status
from gigdesk.insights.asked import Asked
from gigdesk.insights.model import Sort

MAX_PARTS = 100
OPEN = "status <> 'closed'"
FLAGS = {
    "snoozed": ("snoozed_until IS NOT NULL", "snoozed_until IS NULL"),
    "escalated": ("is_escalated = 1", "is_escalated = 0"),
    "held": ("is_held = 1", "is_held = 0"),
    "answered": ("has_answered = 1", "has_answered = 0"),
}
_NOBODY: frozenset[str | None] = frozenset({None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An index of the table ``desk``, or of ``table`` beside it, of whose rows one stands for each case of a part.

    ``settles`` names the conditions that its rows meet by standing in it.
    """

    index: str
    fits: Callable[[Asked], bool]
    columns: tuple[str, ...]
    only: str = ""
    settles: frozenset[str] = frozenset()
    table: str = "desk"

    def settled(self, asked: Asked) -> frozenset[str]:
        """The conditions that need no judging."""
        found = {*self.settles, *self.columns}
        if OPEN in self.only and asked.statuses == ALIVE:
            found.add("status")
        return frozenset(found)


def _flagged(name: str) -> Axis:
    return Axis(
        index=f"desk_{name}",
        fits=lambda asked: (name, True) in asked.flags,
        columns=("queue",),
        only=FLAGS[name][0],
        settles=frozenset({name}),
    )


def _is_owned(asked: Asked) -> bool:
    return asked.owners is not None and None not in asked.owners


def _is_open(asked: Asked) -> bool:
    return asked.statuses <= ALIVE


def _is_open_and_owned(asked: Asked) -> bool:
    return _is_owned(asked) and _is_open(asked)


def _is_anything(_: Asked) -> bool:
    return True


def _is_everything(asked: Asked) -> bool:
    return asked.statuses == frozenset(Status)


def _is_of_type(asked: Asked) -> bool:
    return asked.types is not None


def _is_all_open(asked: Asked) -> bool:
    return asked.statuses == ALIVE


def _is_tagged(asked: Asked) -> bool:
    return bool(asked.tags)


def _is_unassigned(asked: Asked) -> bool:
    return asked.owners == _NOBODY and _is_open(asked)


_OWNED = f"owner IS NOT NULL AND {OPEN}"
_UNOWNED = f"owner IS NULL AND {OPEN}"
_OF_TYPE, _IN_STATUS = ("issue_type", "queue", "status"), ("queue", "status")
_NO_STATUS, _NO_OWNER = frozenset({"status"}), frozenset({"owner"})
_TAGGED = ("queue", "tag", "status")
_BY_TIME = (
    Axis(index="desk_tags_newest", fits=_is_tagged, columns=_TAGGED, table="desk_tags"),
    Axis(index="desk_of_owner_newest", fits=_is_owned, columns=("owner",), only="owner IS NOT NULL"),
    Axis(index="desk_of_type_newest", fits=_is_of_type, columns=_OF_TYPE),
    Axis(index="desk_open_newest", fits=_is_all_open, columns=("queue",), only=OPEN),
    Axis(index="desk_newest", fits=_is_everything, columns=("queue",), settles=_NO_STATUS),
    Axis(index="desk_in_status_newest", fits=_is_anything, columns=_IN_STATUS),
)
# By sort, the most telling first; the last of each takes everything.
AXES: dict[Sort, tuple[Axis, ...]] = {
    Sort.CLOCK: (
        Axis(index="desk_of_owner", fits=_is_open_and_owned, columns=("owner",), only=_OWNED),
        *(_flagged(name) for name in ("held", "escalated", "snoozed", "answered")),
        Axis(index="desk_tags_clock", fits=_is_tagged, columns=_TAGGED, table="desk_tags"),
        Axis(index="desk_of_type", fits=_is_of_type, columns=_OF_TYPE),
        Axis(
            index="desk_unassigned", fits=_is_unassigned, columns=("queue",), only=_UNOWNED, settles=_NO_OWNER
        ),
        Axis(index="desk_open", fits=_is_all_open, columns=("queue",), only=OPEN),
        Axis(index="desk_in_status", fits=_is_anything, columns=_IN_STATUS),
    ),
    Sort.NEWEST: _BY_TIME,
    Sort.OLDEST: _BY_TIME,
    Sort.UPDATED: (
        Axis(index="desk_of_owner_updated", fits=_is_open_and_owned, columns=("owner",), only=_OWNED),
        Axis(index="desk_tags_updated", fits=_is_tagged, columns=("queue", "tag"), table="desk_tags"),
        Axis(index="desk_updated", fits=_is_anything, columns=("queue",)),
    ),
}


def is_narrow(asked: Asked) -> bool:
    """Whether so few cases can be meant that all of them are read, whatever the order."""
    return any(named is not None for named in (asked.gigs, asked.references, asked.cases))


def axis_of(asked: Asked, queues: Sequence[str]) -> Axis:
    """The axis that the list is read from."""
    fitting = [axis for axis in AXES[asked.sort] if axis.fits(asked)]
    few = (axis for axis in fitting if len(list(parts_of(axis, asked, queues))) <= MAX_PARTS)
    return next(few, fitting[-1])


def parts_of(axis: Axis, asked: Asked, queues: Sequence[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Each part of the axis to be read, as its columns with their values."""
    values: dict[str, Sequence[str]] = {
        "queue": queues,
        "status": sorted(asked.statuses),
        "issue_type": sorted(asked.types or ()),
        "owner": sorted(owner for owner in asked.owners or () if owner is not None),
        "tag": sorted(asked.tags)[:1],
    }
    for combined in product(*(values[column] for column in axis.columns)):
        yield tuple(zip(axis.columns, combined, strict=True))


def not_about(asked: Asked, parameters: Parameters) -> str:
    """Nothing about who asks, on whichever side they are."""
    person = parameters.add(asked.person)
    return f"reporter <> {person} AND (respondent IS NULL OR respondent <> {person})"


def conditions(
    asked: Asked, queues: Sequence[str], parameters: Parameters, settled: frozenset[str] = frozenset()
) -> list[str]:
    """What a row must meet beside ``not_about`` and what is settled; ``queues`` are those that may be seen."""
    within: dict[str, frozenset[str] | None] = {
        "queue": frozenset(queues),
        "status": asked.statuses if asked.statuses != frozenset(Status) else None,
        "issue_type": asked.types,
        "gig_id": asked.gigs,
        "severity": asked.severities,
        "priority": asked.priorities,
        "reference": asked.references,
    }
    found = [
        among(name, sorted(values), parameters) if values else "1 = 0"
        for name, values in within.items()
        if values is not None and name not in settled
    ]
    if asked.cases is not None:
        found.append(among("case_id", sorted(asked.cases), parameters) if asked.cases else "1 = 0")
    if asked.except_types:
        found.append(f"issue_type NOT IN ({parameters.each(sorted(asked.except_types))})")
    found += [
        FLAGS[name][0 if is_so else 1]
        for name, is_so in sorted(asked.flags)
        if name in FLAGS and (name not in settled or not is_so)
    ]
    found += [has_tag(tag, parameters) for tag in sorted(asked.tags)[1 if "tag" in settled else 0 :]]
    found += [f"NOT {has_tag(tag, parameters)}" for tag in sorted(asked.except_tags)]
    return found + _owners(asked, parameters, settled) + _ranges(asked, parameters, settled)


def _owners(asked: Asked, parameters: Parameters, settled: frozenset[str]) -> list[str]:
    found = []
    if asked.owners is not None and "owner" not in settled:
        named = sorted(owner for owner in asked.owners if owner is not None)
        choices = [among("owner", named, parameters)] if named else []
        choices += ["owner IS NULL"] if None in asked.owners else []
        found.append(f"({' OR '.join(choices) or '1 = 0'})")
    if None in asked.except_owners:
        found.append("owner IS NOT NULL")
    if named := sorted(owner for owner in asked.except_owners if owner is not None):
        found.append(f"(owner IS NULL OR owner NOT IN ({parameters.each(named)}))")
    return found


def _ranges(asked: Asked, parameters: Parameters, settled: frozenset[str]) -> list[str]:
    found = []
    for column, (since, until) in (("due_order", asked.due), ("opened_at", asked.opened)):
        if column not in settled:
            found += ranged(column, (since, until), parameters)
    if asked.has_clock and "due_order" not in settled:
        found.append(f"due_order < {parameters.add(NEVER)}")
    if asked.files is not None:
        least, most = asked.files
        found.append(f"files >= {parameters.add(least)} AND files <= {parameters.add(most)}")
    return found


def ranged(column: str, within: tuple[datetime | None, datetime | None], parameters: Parameters) -> list[str]:
    """From the first moment to before the second."""
    since, until = within
    found = [f"{column} >= {parameters.add(micros(since))}"] if since is not None else []
    return found + ([f"{column} < {parameters.add(micros(until))}"] if until is not None else [])
