"""``[queues.NAME]`` of the rules file: what it is called, who works it, when it is open. Pure but for time zones."""

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from gigdesk.access.queues import BUILT_IN, QUEUE_NAME, SENSITIVE_QUEUES, Queue
from gigdesk.cases.hours import Hours, Minutes
from gigdesk.cases.rules_file.table import Table, near

MAX_QUEUES = 50
MAX_MEMBERS = 500
MAX_MEMBER = 255
MAX_LABEL = 80
MAX_HOLIDAYS = 200
MAX_SPANS = 6
LEAST_MINUTES = 300  # a week: due dates are found by walking from opening to opening
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9]) ?[-–] ?([01][0-9]|2[0-4]):([0-5][0-9])")
_WRITE = "Write hours like “09:00-17:00”, within one day, the later time last; midnight at the end is 24:00."


def read_queues(top: Table) -> tuple[list[Queue], dict[str, Hours]]:
    """The built-in queues as the file changes them and its own, and the hours of those that have any."""
    queues = {queue.name: queue for queue in BUILT_IN}
    hours: dict[str, Hours] = {}
    tables = top.table("queues")
    for name in tables.values if tables else ():
        table = tables.table(name) if tables else None
        if table is None:
            continue
        if not QUEUE_NAME.fullmatch(name):
            rule = "1 to 40 of a-z, 0-9, - and _, a letter first"
            table.marks.wrong(table.path, f"“{name[:60]}” is no name for a queue: it has {rule}.")
        queues[name] = _queue(table, queues.get(name, Queue(name=name, label=name)))
        if found := _hours(table):
            hours[name] = found
        table.close()
    if tables and len(queues) > MAX_QUEUES:
        tables.marks.wrong(tables.path, f"There are {len(queues)} queues; {MAX_QUEUES} are the most.")
    return list(queues.values()), hours


def _queue(table: Table, base: Queue) -> Queue:
    label, sensitive = table.worded("label", MAX_LABEL), table.flag("sensitive")
    if sensitive is False and base.name in SENSITIVE_QUEUES:
        table.wrong(
            "sensitive", f"The queue “{base.name}” stays sensitive: only specialists and leads see it."
        )
        sensitive = None
    queue = replace(
        base,
        label=label or base.label,
        is_sensitive=base.is_sensitive if sensitive is None else sensitive,
        members=frozenset(table.lines("members", MAX_MEMBERS, MAX_MEMBER)),
    )
    if queue.members and not queue.is_sensitive:
        table.wrong(
            "members",
            "Members are named of sensitive queues alone: every agent works the others. Add sensitive = true.",
        )
    return queue


def _hours(table: Table) -> Hours | None:
    zone, week, holidays = _zone(table), _week(table), _holidays(table)
    if week is None:
        for key in ("time_zone", "holidays"):
            if key in table and "hours" not in table:
                table.wrong(key, f"{key} says nothing without hours: the queue is open day and night.")
        return None
    if zone is None:
        if "time_zone" not in table:
            table.wrong("hours", "Hours need a time_zone, like “Europe/Berlin”.")
        return None
    return Hours(zone=zone, week=week, holidays=holidays)


def _zone(table: Table) -> str | None:
    name = table.text("time_zone", 60)
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # what is no key at all, a folder, and what is not found
        table.wrong("time_zone", f"“{name}” is no time zone. {_near_zone(name)}")
        return None
    return name


def _near_zone(name: str) -> str:
    known = available_timezones()
    return (
        near(name, known)
        if near(name, known).startswith("Did")
        else "Write one like “Europe/Berlin” or “UTC”."
    )


def _week(table: Table) -> tuple[tuple[Minutes, ...], ...] | None:
    hours = table.table("hours")
    if hours is None:
        return None
    days: dict[int, tuple[Minutes, ...]] = {}
    for key in hours.values:
        named = _named_days(hours, key)
        spans = _spans(hours, key)
        if again := [_DAYS[day] for day in named if day in days]:
            hours.wrong(key, f"The hours of {again[0]} stand here a second time.")
        days.update(dict.fromkeys(named, spans))
    week = tuple(days.get(day, ()) for day in range(7))
    minutes = sum(closes - opens for day in week for opens, closes in day)
    if minutes < LEAST_MINUTES and not hours.marks.found:
        hours.marks.wrong(hours.path, f"A queue is open for {LEAST_MINUTES // 60} hours a week at least.")
    return week


def _named_days(hours: Table, key: str) -> range:
    """``mon`` or ``mon-fri``."""
    first, _, last = key.partition("-")
    last = last or first
    if first in _DAYS and last in _DAYS and _DAYS.index(first) <= _DAYS.index(last):
        return range(_DAYS.index(first), _DAYS.index(last) + 1)
    hours.wrong(
        key, f"“{key[:60]}” names no days. Write mon, tue, wed, thu, fri, sat, sun, or a range like mon-fri."
    )
    return range(0)


def _spans(hours: Table, key: str) -> tuple[Minutes, ...]:
    spans: list[Minutes] = []
    for value, path in hours.items(key, MAX_SPANS):
        match = _TIMES.fullmatch(value) if isinstance(value, str) else None
        opens, closes = (
            (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
        )
        if not opens < closes <= 1440:
            hours.marks.wrong(path, _WRITE)
        else:
            spans.append((opens, closes))
    spans.sort()
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        hours.wrong(key, "These hours overlap.")
    return tuple(spans)


def _holidays(table: Table) -> frozenset[date]:
    days = set()
    for value, path in table.items("holidays", MAX_HOLIDAYS):
        if isinstance(value, date) and not isinstance(value, datetime):
            days.add(value)
        else:
            table.marks.wrong(path, "Write a day like 2026-12-25, without quotes.")
    return frozenset(days)
