"""The SQL of the desk's lists: bounded, whatever was asked for.

1. A list is read from the parts of its axis, each in order, and merged.
2. Where rows must be judged, a part is read up to ``Bounds.read`` rows; the last of these tells where to go on.
3. Words are judged row by row where they are common, and found by their own index where they are rare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gigdesk.adapters.stores.sql.database import Value
from gigdesk.adapters.stores.sql.desk_axes import (
    Axis,
    axis_of,
    conditions,
    is_narrow,
    not_about,
    parts_of,
    ranged,
)
from gigdesk.adapters.stores.sql.desk_facts import asks_facts, found_by_facts, has_facts
from gigdesk.adapters.stores.sql.desk_rows import DESCENDING, ENTRY, KEYS, NEVER, key_of
from gigdesk.adapters.stores.sql.desk_words import match_query, text_query
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.insights.asked import Asked, Listing
from gigdesk.insights.model import Sort

MOST_FOUND = 10_000
"""The most cases that a search looks at whose order is another than that of time: the newest."""
MOST_WITH_FACTS = 25_000
"""The most cases of a part of the index that a list by facts looks at."""
TIES = 1_000  # in SQLite, texts of one moment have numbers that follow each other
BY_TIME = frozenset({Sort.NEWEST, Sort.OLDEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """``limit`` rows are wanted; up to ``read`` are looked at where they must be judged."""

    limit: int
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a list is read: the database's kind, the queues that may be seen, whether the words are common."""

    dialect: str
    queues: Sequence[str]
    is_common: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """The SQL of a list: rows of ``ENTRY``, whether each is wanted, and its number in its part.

    A row of number ``read`` is where a part was left; 0 stands in lists that are read to their end.
    """

    sql: str
    read: int
    parts: int


class Statement:
    """Makes the SQL of lists that share their parameters."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._parameters = Parameters()

    @property
    def values(self) -> list[Value]:
        """The values of all that was made."""
        return self._parameters.values

    def page(self, listing: Listing, bounds: Bounds) -> Select:
        """The rows of a page in order, those among them where a part was left, and one more that is wanted."""
        select = self._select(listing, bounds)
        most = bounds.limit + 1 + select.parts
        sql = f"SELECT * FROM ({select.sql}) AS parts {self._order(listing)} LIMIT {most}"  # noqa: S608
        return Select(sql=sql, read=select.read, parts=select.parts)

    def count(self, listing: Listing, bounds: Bounds) -> str:
        """How many rows the list has, up to the limit and one."""
        select = self._select(listing, bounds)
        return (
            f"SELECT count(*) FROM (SELECT 1 FROM ({select.sql}) AS parts WHERE hit = 1"  # noqa: S608
            f" LIMIT {bounds.limit + 1}) AS counted"
        )

    def _select(self, listing: Listing, bounds: Bounds) -> Select:
        asked = listing.asked
        if not self._ground.queues or not asked.statuses:
            return Select(sql=f"SELECT {ENTRY}, 1 AS hit, 0 AS n FROM desk WHERE 1 = 0", read=0, parts=0)  # noqa: S608
        if is_narrow(asked):
            return self._narrow(listing, bounds)
        if asks_facts(asked):
            return self._by_facts(listing, bounds)
        if asked.phrases and not self._ground.is_common:
            return self._texts(listing, bounds)
        return self._parts(listing, bounds)

    def _narrow(self, listing: Listing, bounds: Bounds) -> Select:
        """Few rows, from wherever the database finds them best."""
        where = [*self._all(listing), *self._words(listing.asked, "desk")]
        where += has_facts(listing.asked, self._parameters)
        return self._whole(f"desk WHERE {' AND '.join(where)}", listing, bounds)

    def _whole(self, source: str, listing: Listing, bounds: Bounds) -> Select:
        order = self._order(listing)
        sql = f"SELECT * FROM (SELECT {ENTRY}, 1 AS hit, 0 AS n FROM {source} {order} LIMIT {bounds.limit + 1}) AS part"  # noqa: S608
        return Select(sql=sql, read=0, parts=0)

    def _by_facts(self, listing: Listing, bounds: Bounds) -> Select:
        """The cases that have these facts, and of them those that have the rest."""
        found = found_by_facts(listing.asked, self._ground.queues, self._parameters, MOST_WITH_FACTS)
        chosen = "= ANY (ARRAY({}))" if self._ground.dialect == "postgresql" else "IN ({})"
        where = [f"case_id {chosen.format(found)}", *self._all(listing), *self._words(listing.asked, "desk")]
        return self._whole(f"desk WHERE {' AND '.join(where)}", listing, bounds)

    def _texts(self, listing: Listing, bounds: Bounds) -> Select:
        """The cases with these words, in the order of time; in another order, only the newest of very many."""
        is_by_time = listing.asked.sort in BY_TIME
        most = max(bounds.read // 2, bounds.limit + 1) if is_by_time else MOST_FOUND
        texts = self._fts(listing, most) if self._ground.dialect == "sqlite" else self._gin(listing, most)
        source = f"SELECT desk.* FROM ({texts}) AS found JOIN desk ON desk.case_id = found.case_id"  # noqa: S608
        where = " AND ".join(self._all(listing))
        if not is_by_time:
            return self._whole(f"({source}) AS those WHERE {where}", listing, bounds)
        sql = self._judged(source, where, most, listing, bounds)
        return Select(sql=f"SELECT * FROM ({sql}) AS part", read=most, parts=1)  # noqa: S608

    def _gin(self, listing: Listing, most: int) -> str:
        """Few have the words: all are found, however old. The sum keeps the planner from walking by time instead."""
        query = self._parameters.add(text_query(listing.asked.phrases))
        way, beyond = self._way_of_texts(listing, "opened_at", 0)
        return (
            f"SELECT case_id FROM desk_texts WHERE words @@ ({query}::text)::tsquery {beyond}"  # noqa: S608
            f" ORDER BY opened_at + 0 {way}, case_id {way} LIMIT {most}"
        )

    def _fts(self, listing: Listing, most: int) -> str:
        """FTS5 has them in the order of their numbers, which are moments."""
        query = self._parameters.add(match_query(listing.asked.phrases))
        way, beyond = self._way_of_texts(listing, "rowid", TIES)
        return (
            "SELECT case_id FROM desk_texts JOIN (SELECT rowid AS number FROM desk_fts"  # noqa: S608
            f" WHERE desk_fts MATCH {query} {beyond} ORDER BY rowid {way} LIMIT {most}) ON id = number"
        )

    def _way_of_texts(self, listing: Listing, column: str, slack: int) -> tuple[str, str]:
        """In which direction texts are read, and from where on."""
        if listing.asked.sort not in BY_TIME:
            return "DESC", ""
        is_down = self._is_descending(listing)
        way, sign, slack = ("DESC", "<=", slack) if is_down else ("ASC", ">=", -slack)
        if listing.after is None:
            return way, ""
        return way, f"AND {column} {sign} {self._parameters.add(key_of(listing.after) + slack)}"

    def _parts(self, listing: Listing, bounds: Bounds) -> Select:
        """The parts of the axis, one after the other."""
        asked, key = listing.asked, KEYS[listing.asked.sort]
        axis = axis_of(asked, self._ground.queues)
        settled = axis.settled(asked) | {key}
        judged = conditions(asked, self._ground.queues, self._parameters, settled) + self._words(
            asked, "part"
        )
        common = [*self._within(listing), not_about(asked, self._parameters)]
        common += [axis.only] if axis.only else []
        parts = list(parts_of(axis, asked, self._ground.queues))
        read = max(bounds.read // max(len(parts), 1), bounds.limit + 1) if judged else bounds.limit + 1
        selects = []
        for part in parts:
            equal = [f"{column} = {self._parameters.add(value)}" for column, value in part]
            where = " AND ".join([*equal, *common])
            rows = self._rows(axis, f"WHERE {where} {self._order(listing)} LIMIT {read}")
            one = f"SELECT {ENTRY}, 1 AS hit, 0 AS n FROM ({rows}) AS part"  # noqa: S608
            selects.append(self._judged(rows, " AND ".join(judged), read, listing, bounds) if judged else one)
        sql = " UNION ALL ".join(f"SELECT * FROM ({select}) AS part" for select in selects)  # noqa: S608
        if not selects:
            return Select(sql=f"SELECT {ENTRY}, 1 AS hit, 0 AS n FROM desk WHERE 1 = 0", read=0, parts=0)  # noqa: S608
        return Select(sql=sql, read=read if judged else 0, parts=len(parts))

    def _rows(self, axis: Axis, which: str) -> str:
        """Those rows of ``desk`` that stand in this part of the axis."""
        # SQLite knows no statistics, and would take a longer index for a shorter one.
        index = f"INDEXED BY {axis.index}" if self._ground.dialect == "sqlite" else ""
        if axis.table == "desk":
            return f"SELECT {ENTRY} FROM desk {index} {which}"  # noqa: S608
        beside = f"SELECT case_id AS there FROM {axis.table} {index} {which}"  # noqa: S608
        return f"SELECT {ENTRY} FROM ({beside}) AS beside JOIN desk ON desk.case_id = beside.there"  # noqa: S608

    def _judged(self, rows: str, judged: str, read: int, listing: Listing, bounds: Bounds) -> str:
        """Those of the rows that are wanted, and the last that was read."""
        order = self._order(listing)
        return (
            f"SELECT * FROM (SELECT {ENTRY}, CASE WHEN {judged} THEN 1 ELSE 0 END AS hit,"  # noqa: S608
            f" row_number() OVER ({order}) AS n FROM ({rows}) AS part) AS judged"
            # Not by n: whose order the planner does not know, so that it would read all to sort it.
            f" WHERE hit = 1 OR n = {read} {order} LIMIT {bounds.limit + 1}"
        )

    def _all(self, listing: Listing) -> list[str]:
        """Every condition but words, and the place."""
        asked = listing.asked
        found = [not_about(asked, self._parameters), *self._beyond(listing)]
        return found + conditions(asked, self._ground.queues, self._parameters)

    def _within(self, listing: Listing) -> list[str]:
        """The conditions on what the list is sorted by."""
        asked, key = listing.asked, KEYS[listing.asked.sort]
        within = {"due_order": asked.due, "opened_at": asked.opened}
        found = ranged(key, within.get(key, (None, None)), self._parameters)
        if key == "due_order" and asked.has_clock:
            found.append(f"due_order < {self._parameters.add(NEVER)}")
        return found + self._beyond(listing)

    def _beyond(self, listing: Listing) -> list[str]:
        if listing.after is None:
            return []
        sign = "<" if self._is_descending(listing) else ">"
        place = f"({self._parameters.add(key_of(listing.after))}, {self._parameters.add(listing.after.case)})"
        return [f"({KEYS[listing.asked.sort]}, case_id) {sign} {place}"]

    def _words(self, asked: Asked, table: str) -> list[str]:
        """That a row's case has the words, looked up for this row alone."""
        if not asked.phrases:
            return []
        if self._ground.dialect == "sqlite":
            query = self._parameters.add(match_query(asked.phrases))
            return [
                (
                    "EXISTS (SELECT 1 FROM desk_texts JOIN desk_fts ON desk_fts.rowid = desk_texts.id"  # noqa: S608
                    f" WHERE desk_texts.case_id = {table}.case_id AND desk_fts MATCH {query})"
                )
            ]
        # A scalar, and not EXISTS, which the planner may turn into a search for all texts that match.
        query = self._parameters.add(text_query(asked.phrases))
        text = f"SELECT words @@ ({query}::text)::tsquery FROM desk_texts AS own WHERE own.case_id = {table}.case_id"  # noqa: S608
        return [f"coalesce(({text}), false)"]

    def _is_descending(self, listing: Listing) -> bool:
        return (listing.asked.sort in DESCENDING) != listing.is_backwards

    def _order(self, listing: Listing) -> str:
        way = "DESC" if self._is_descending(listing) else "ASC"
        return f"ORDER BY {KEYS[listing.asked.sort]} {way}, case_id {way}"
