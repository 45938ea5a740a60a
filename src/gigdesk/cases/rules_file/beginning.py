"""The rules file to begin with: the built-in rules, each value as a comment that can be taken up and changed."""

import json
from collections.abc import Iterator

from gigdesk.access.queues import BUILT_IN, Queue
from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.rules_file.showing import span
from gigdesk.cases.terms import RESOLVED_WITHIN

HEAD = """\
# The rules of this desk. Set GIGDESK_RULES_FILE to this file; it is read when gigdesk starts.
# Every value below is the built-in one. Take a line up by removing "# " before it, and change it.
# Check it with: gigdesk rules check FILE

"""
HEAD_OF_PAGE = """\
# The rules of this desk. As it stands this changes nothing.
# Every value below is the built-in one. Take a line up by removing "# " before it, and change it.

"""
TAIL = """\
# [types."fleet.scratch"]           # a type of your own: two words with a dot
# label = { en = "The van was scratched", es = "Rayaron la furgoneta" }
# group = "damage"

# [aliases]                         # your names for types
# "Broken item" = "property.damage"

# [queues.trust]                    # a queue of your own; without hours it is open day and night
# label = "Trust"
# sensitive = true
# members = ["mira"]                # user ids of its specialists
# time_zone = "Europe/Berlin"
# holidays = [2026-12-25, 2026-12-26]

# [queues.trust.hours]
# mon-thu = ["09:00-12:30", "13:30-17:00"]
# fri = "09:00-15:00"

# [[rules]]                         # where cases go: of those that fit, the first decides
# issue_type = "payment.*"
# contains = ["bank", "iban"]
# priority = "high"
"""


def beginning(head: str = HEAD) -> str:
    """The whole file under this head. As it stands it changes nothing."""
    queues = [line for queue in BUILT_IN for line in _queue(queue)]
    types = [line for kind in ISSUE_TYPES for line in _type(kind)]
    return head + "\n".join([*queues, *types]) + "\n" + TAIL


def _queue(queue: Queue) -> Iterator[str]:
    yield f"# [queues.{queue.name}]"
    yield f"# label = {_text(queue.label)}"
    yield f"# sensitive = {_flag(queue.is_sensitive)}"
    yield ""


def _type(kind: IssueType) -> Iterator[str]:
    """Every value of a type, as a comment."""
    values = {
        "label": _text(kind.label),
        "hint": _text(kind.hint) if kind.hint else "",
        "evidence": _text(kind.evidence) if kind.evidence else "",
        "hidden": "false",
        "sides": f"[{', '.join(_text(side.value) for side in sorted(kind.sides))}]",
        "severity": _text(kind.severity.value),
        "first_reply": _text(span(kind.first_reply)),
        "resolution": _text(span(kind.resolution or RESOLVED_WITHIN[kind.severity])),
        "queue": _text(kind.queue),
        "shields_reporter": _flag(kind.shields_reporter),
        "may_expire": _flag(kind.may_expire),
        "contact": "true",
        "group": _text(kind.group),
    }
    yield f'# [types."{kind.code}"]'
    yield from (f"# {name} = {value}" for name, value in values.items() if value)
    yield ""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flag(value: bool) -> str:
    return "true" if value else "false"
