"""What a query costs by PostgreSQL's own count: its plan is executed and read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gigdesk.adapters.stores.sql.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a query touched: rows that its scans read, pages, the most rows that one step sorted."""

    rows: int
    pages: int
    sorted: int
    scans: frozenset[str]


async def cost(store: SqlStore, sql: str, *values: Any) -> Cost:
    """The most that it touches, planned for these values and planned once for all."""
    found = [cost_of(await plan(store, mode, sql, *values)) for mode in ("custom", "generic")]
    return Cost(
        rows=max(cost.rows for cost in found),
        pages=max(cost.pages for cost in found),
        sorted=max(cost.sorted for cost in found),
        scans=frozenset().union(*(cost.scans for cost in found)),
    )


async def plan(store: SqlStore, mode: str, sql: str, *values: Any) -> dict[str, Any]:
    given = f"({', '.join(map(literal, values))})" if values else ""
    *_, [(answer,)], _ = await store.database.write(
        (f"SET LOCAL plan_cache_mode = force_{mode}_plan", ()),
        (f"PREPARE list AS {sql}", ()),
        (f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE list{given}", ()),
        ("DEALLOCATE list", ()),
    )
    found: dict[str, Any] = json.loads(answer)[0]["Plan"]
    return found


def literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def cost_of(plan: dict[str, Any]) -> Cost:
    steps = list(nodes(plan))
    read = [step for step in steps if step["Node Type"].endswith("Scan")]
    scans = [step for step in read if "Subquery" not in step["Node Type"]]
    return Cost(
        rows=sum(touched(step) for step in scans),
        pages=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        sorted=max([sorts_of(step) for step in steps], default=0),
        scans=frozenset(step["Node Type"] for step in scans),
    )


def touched(step: dict[str, Any]) -> int:
    each = step["Actual Rows"] + step.get("Rows Removed by Filter", 0)
    return int(each * step["Actual Loops"])


def sorts_of(step: dict[str, Any]) -> int:
    """How many rows came into this step, if it sorts."""
    below = step.get("Plans", [{}])[0]
    return int(below["Actual Rows"] * below["Actual Loops"]) if step["Node Type"] == "Sort" else 0


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
