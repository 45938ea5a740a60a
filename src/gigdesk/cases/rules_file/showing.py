"""A rulebook as lines for who runs the desk: what holds, how much of it there is, what is said in no other language."""

from collections.abc import Iterator
from datetime import timedelta

from gigdesk.access.queues import Queue
from gigdesk.cases.hours import Hours, in_words
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.routing import Routing, Rule
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.terms import RESOLVED_WITHIN
from gigdesk.language import Worded


def counted(rulebook: Rulebook) -> str:
    """How much of what there is, in words."""
    types = rulebook.taxonomy.types
    counts = {
        "issue types": len(types),
        "hidden": sum(kind.is_hidden for kind in types),
        "aliases": len(rulebook.taxonomy.aliases),
        "queues": len(rulebook.queues.names),
        "with hours": sum(
            rulebook.routing.hours_of_queue(name) is not None for name in rulebook.queues.names
        ),
        "rules": len(rulebook.routing.rules),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def untold(rulebook: Rulebook, languages: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each label that is said in some languages and not in all."""
    for kind in rulebook.taxonomy.types:
        if isinstance(kind.label, Worded) and (missing := set(languages) - set(kind.label.languages)):
            yield f"The label of “{kind.code}” is missing in: {', '.join(sorted(missing))}."


def shown(rulebook: Rulebook) -> Iterator[str]:
    """Issue types, aliases, queues and rules: a line each, its cells separated by tabs."""
    yield "\t".join(("type", "label", "by", "severity", "first reply", "resolution", "queue", "marks"))
    yield from (_type(kind) for kind in rulebook.taxonomy.types)
    for name, codes in rulebook.taxonomy.aliases.items():
        yield f"alias\t{name}\t{', '.join(codes)}"
    for name in rulebook.queues.names:
        if queue := rulebook.queues.find(name):
            yield _queue(queue, rulebook.routing.hours_of_queue(name))
    yield from _rules(rulebook.routing)


def span(length: timedelta) -> str:
    """A length as the file has it: ``15 min``, ``8 h``, ``3 d``."""
    minutes = int(length.total_seconds() // 60)
    if minutes % 1440 == 0 and minutes > 1440:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _type(kind: IssueType) -> str:
    by = "both" if len(kind.sides) > 1 else min(kind.sides).value
    marks = {
        "hidden": kind.is_hidden,
        "shields reporter": kind.shields_reporter,
        "may expire": kind.may_expire,
        "no contact": not kind.permits_contact,
    }
    resolution = kind.resolution or RESOLVED_WITHIN[kind.severity]
    cells = (
        kind.code,
        kind.label,
        by,
        kind.severity.value,
        span(kind.first_reply),
        span(resolution),
        kind.queue,
    )
    return "\t".join((*cells, ", ".join(mark for mark, is_set in marks.items() if is_set) or "-"))


def _queue(queue: Queue, hours: Hours | None) -> str:
    members = f", members: {', '.join(sorted(queue.members))}" if queue.members else ""
    kind = f"sensitive{members}" if queue.is_sensitive else "ordinary"
    return f"queue\t{queue.name}\t{queue.label}\t{kind}\t{in_words(hours) if hours else 'day and night'}"


def _rules(routing: Routing) -> Iterator[str]:
    for number, rule in enumerate(routing.rules, 1):
        outcomes = {"queue": rule.queue, "priority": rule.priority}
        outcome = " ".join(f"{name}={value}" for name, value in outcomes.items() if value)
        yield f"rule {number}\t{_conditions(rule)}\t{outcome}"


def _conditions(rule: Rule) -> str:
    parts = {
        "type": sorted(rule.types or ()),
        "side": sorted(side.value for side in rule.sides or ()),
        "severity": sorted(severity.value for severity in rule.severities or ()),
        "text": list(rule.words),
    }
    return "; ".join(f"{name} is {' or '.join(values)}" for name, values in parts.items() if values)
