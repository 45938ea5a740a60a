"""``[[rules]]`` of the rules file: which cases go where. Pure."""

from collections.abc import Mapping

from gigdesk.access.queues import Queues
from gigdesk.cases.issue_types import IssueType, Severity
from gigdesk.cases.routing import Rule, plain
from gigdesk.cases.rules_file.table import Table, near
from gigdesk.cases.terms import PRIORITIES, Priority
from gigdesk.gigs.model import Side

MAX_RULES = 200
MAX_TYPES = 50
MAX_WORDS = 50
MAX_ALL_WORDS = 500
MAX_WORD = 100
MAX_NAME = 80
_CONDITIONS = ("issue_type", "side", "severity", "contains")
_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


def read_rules(top: Table, types: Mapping[str, IssueType], queues: Queues) -> list[Rule]:
    """The rules in their order."""
    rules = []
    for table in top.tables("rules", MAX_RULES):
        rule = _rule(table, types, queues)
        if not any(key in table for key in _CONDITIONS):
            table.marks.wrong(table.path, f"A rule needs one condition at least: {', '.join(_CONDITIONS)}.")
        if "queue" not in table and "priority" not in table:
            table.marks.wrong(table.path, "A rule says a queue, a priority, or both.")
        _judge(rule, table, types, queues)
        table.close()
        rules.append(rule)
    if (count := sum(len(rule.words) for rule in rules)) > MAX_ALL_WORDS:
        top.wrong("rules", f"The rules look for {count} words; {MAX_ALL_WORDS} are the most.")
    return rules


def _rule(table: Table, types: Mapping[str, IssueType], queues: Queues) -> Rule:
    table.text("name", MAX_NAME)
    priority = table.choice("priority", list(Priority), "priority")
    return Rule(
        types=_types(table, types),
        sides=frozenset(map(Side, table.choices("side", list(Side), "side"))) or None,
        severities=frozenset(map(Severity, table.choices("severity", list(Severity), "severity"))) or None,
        words=tuple(plain(word) for word in table.lines("contains", MAX_WORDS, MAX_WORD)),
        queue=table.choice("queue", queues.names, "queue"),
        priority=Priority(priority) if priority else None,
    )


def _types(table: Table, types: Mapping[str, IssueType]) -> frozenset[str] | None:
    """The codes that are meant by codes and by groups of them like ``payment.*``."""
    if "issue_type" not in table:
        table.items("issue_type", MAX_TYPES)
        return None
    meant: set[str] = set()
    for value, path in table.items("issue_type", MAX_TYPES):
        said = str(value)
        found = {
            code for code in types if code == said or (said.endswith(".*") and code.startswith(said[:-1]))
        }
        if not found:
            known = {*types, *(f"{code.partition('.')[0]}.*" for code in types if "." in code)}
            table.marks.wrong(
                path, f"“{said[:60]}” is no issue type and no group of them. {near(said, known)}"
            )
        meant |= found
    return frozenset(meant)


def _judge(rule: Rule, table: Table, types: Mapping[str, IssueType], queues: Queues) -> None:
    """Note a rule that could never do what it says: safety and harassment stay where they are safe."""
    named = [types[code] for code in rule.types or ()]
    if not named:
        return
    if (
        rule.queue
        and not queues.is_sensitive(rule.queue)
        and all(queues.is_sensitive(kind.queue) for kind in named)
    ):
        table.wrong("queue", f"A rule moves no case out of a sensitive queue; “{rule.queue}” is none.")
    lowest = min((PRIORITIES[kind.severity] for kind in named), key=_RANKS.__getitem__)
    are_grave = all(kind.code.startswith(("safety.", "harassment.")) for kind in named)
    if rule.priority and are_grave and _RANKS[rule.priority] < _RANKS[lowest]:
        table.wrong("priority", f"What is about safety or harassment is never lower than “{lowest.value}”.")
