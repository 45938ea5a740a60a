"""Lists by what figures count: decided in a span of days, missed, opened again, open at the end of a day.

Each queue's cases come from the index of what was asked for, those that lie next to the span first, up to a bound.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from gigdesk.adapters.stores.sql.desk_axes import ranged
from gigdesk.adapters.stores.sql.facts_rows import CLOCKS
from gigdesk.adapters.stores.sql.index import Parameters, among
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.insights.asked import Asked
from gigdesk.insights.terms import ANY

FLAGS = {
    "unreplied": ("replied_at IS NULL", "replied_at IS NOT NULL"),
    "reopened": ("reopenings > 0", "reopenings = 0"),
    "overturned": ("overturned > 0", "overturned = 0"),
}


def asks_facts(asked: Asked) -> bool:
    """Whether something is asked for that no row of a list has."""
    return (
        any(named is not None for named in (asked.decided, asked.deciders, asked.breached))
        or bool(asked.unsettled)
        or any(name in FLAGS for name, _ in asked.flags)
    )


def has_facts(asked: Asked, parameters: Parameters) -> list[str]:
    """That a row's case has the facts, looked up for this row alone."""
    if not asks_facts(asked):
        return []
    where = " AND ".join(["facts.case_id = desk.case_id", *_conditions(asked, parameters)])
    return [f"EXISTS (SELECT 1 FROM facts WHERE {where})"]  # noqa: S608


def found_by_facts(asked: Asked, queues: Sequence[str], parameters: Parameters, most: int) -> str:
    """The SQL of the ids of cases in these queues that have the facts: up to ``most`` of each part of the index."""
    parts = []
    for queue in queues:
        for only, order in _parts(asked, parameters):
            where = [f"queue = {parameters.add(queue)}", *only, *_conditions(asked, parameters)]
            where += ranged("opened_at", asked.opened, parameters)
            rows = f"SELECT case_id FROM facts WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {most}"  # noqa: S608
            parts.append(rows)
    return " UNION ALL ".join(f"SELECT case_id FROM ({part}) AS part" for part in parts)  # noqa: S608


def _parts(asked: Asked, parameters: Parameters) -> Iterator[tuple[list[str], str]]:
    """What each part that is read of a queue has, and its order."""
    if asked.decided is not None:
        yield ["decided_at IS NOT NULL"], "decided_at DESC"
    elif asked.unsettled:
        last = parameters.add(micros(max(asked.unsettled)))
        yield ["settled_at IS NULL", f"opened_at < {last}"], "opened_at DESC"
        yield ["settled_at IS NOT NULL", f"settled_at >= {last}"], "settled_at"
    else:
        flags = {name for name, is_so in asked.flags if is_so}
        marks = ["missed > 0"] if asked.breached is not None else []
        marks += [FLAGS[name][0] for name in ("overturned", "reopened") if name in flags]
        yield marks[:1], "opened_at DESC"


def _conditions(asked: Asked, parameters: Parameters) -> list[str]:
    found = [FLAGS[name][0 if is_so else 1] for name, is_so in sorted(asked.flags) if name in FLAGS]
    if asked.decided is not None:
        found += ["decided_at IS NOT NULL", *ranged("decided_at", asked.decided, parameters)]
    if asked.deciders is not None:
        found.append(among("decided_by", sorted(asked.deciders), parameters))
    if asked.breached is not None:
        found.append(_missed(asked.breached))
    return found + [condition for at in sorted(asked.unsettled) for condition in _open_at(at, parameters)]


def _missed(clocks: frozenset[str]) -> str:
    if ANY in clocks:
        return "missed > 0"
    return f"({' OR '.join(f'missed_{clock} > 0' for clock in CLOCKS if clock in clocks)})"


def _open_at(at: datetime, parameters: Parameters) -> list[str]:
    moment = parameters.add(micros(at))
    return [f"opened_at < {moment}", f"(settled_at IS NULL OR settled_at >= {moment})"]
