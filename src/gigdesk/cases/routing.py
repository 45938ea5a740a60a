"""Where a new case goes: its queue and its priority, and the terms that follow. Pure.

1. Of the rules that fit, the first that names a queue decides the queue, and the first that names a priority the
   priority.
2. A rule never moves a case out of a sensitive queue, and never lowers what is about safety or harassment.
3. What can be known of a type and a side is worked out before: a report costs a look into a dict, and the rules
   that look for words cost one pass over its text for each word.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from gigdesk.access.queues import Queues
from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_types import IssueType, Severity
from gigdesk.cases.terms import (
    PRIORITIES,
    RESOLVED_WITHIN,
    Priority,
    Terms,
    default_terms,
    is_weightier,
    recorded,
)
from gigdesk.gigs.model import Side
from gigdesk.records import record

GRAVE = ("safety.", "harassment.")


@record(frozen=True, slots=True, kw_only=True)
class Rule:
    """If all that is set fits, these follow. ``words``: one of them stands in the text, made ``plain``."""

    types: frozenset[str] | None = None
    sides: frozenset[Side] | None = None
    severities: frozenset[Severity] | None = None
    words: tuple[str, ...] = ()
    queue: str | None = None
    priority: Priority | None = None

    def may_fit(self, kind: IssueType, side: Side) -> bool:
        """Whether it fits as far as the text does not decide."""
        return (
            (self.types is None or kind.code in self.types)
            and (self.sides is None or side in self.sides)
            and (self.severities is None or kind.severity in self.severities)
        )


@record(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case goes; ``recorded`` is what its log must say of its terms, None where they are the built-in ones."""

    queue: str
    terms: Terms
    recorded: Mapping[str, object] | None


@record(frozen=True, slots=True, kw_only=True)
class _Path:
    """What is known of a type and a side: where it goes by itself, and which rules may still fit, in order."""

    place: Place
    rules: tuple[Rule, ...]


class Routing:
    """The routing rules of an installation. ``hours`` are by queue; one without is open day and night."""

    def __init__(
        self,
        types: Iterable[IssueType],
        queues: Queues,
        hours: Mapping[str, Hours] | None = None,
        rules: Iterable[Rule] = (),
    ) -> None:
        self._queues = queues
        self._hours = hours or {}
        self.rules = tuple(rules)
        self._made = lru_cache(maxsize=4096)(self._make)
        self._paths = {(kind.code, side): self._path(kind, side) for kind in types for side in Side}

    def place(self, kind: IssueType, side: Side, text: str) -> Place:
        """Where a report of this type goes."""
        # A type may have been read from rules that were changed while its report arrived.
        path = self._paths.get((kind.code, side)) or self._path(kind, side)
        if not path.rules:
            return path.place
        fitting = self._fitting(path.rules, text)
        queue = next((rule.queue for rule in fitting if rule.queue), kind.queue)
        priority = next((rule.priority for rule in fitting if rule.priority), PRIORITIES[kind.severity])
        return self._made(kind, queue, priority)

    def decider(self, place: int, kind: IssueType, side: Side, text: str) -> int | None:
        """Which rule decides what the rule at this place, which fits, would: its own place, or that of one before it.

        None where no rule does, since a sensitive queue is not left. For looking, not for each report.
        """
        before = enumerate(self.rules[: place + 1])
        fitting = [
            (number, self._harmless(rule, kind))
            for number, rule in before
            if rule.may_fit(kind, side) and self._fitting([rule], text)
        ]
        own = self.rules[place]
        queue = next((number for number, rule in fitting if rule.queue), None) if own.queue else None
        priority = next((number for number, rule in fitting if rule.priority), None) if own.priority else None
        if place in (queue, priority):
            return place
        return priority if queue is None else queue

    def hours_of(self, kind: IssueType) -> Hours | None:
        """When the clocks of a type run that no rule moves; None is day and night."""
        return None if kind.emergency else self._hours.get(kind.queue)

    def hours_of_queue(self, name: str) -> Hours | None:
        """When a queue is open; None is day and night."""
        return self._hours.get(name)

    def _fitting(self, rules: Iterable[Rule], text: str) -> list[Rule]:
        said = ""
        found = []
        for rule in rules:
            if rule.words:
                said = said or plain(text)
                if not any(word in said for word in rule.words):
                    continue
            found.append(rule)
        return found

    def _path(self, kind: IssueType, side: Side) -> _Path:
        rules = [self._harmless(rule, kind) for rule in self.rules if rule.may_fit(kind, side)]
        left = tuple(rule for rule in rules if rule.queue or rule.priority)
        return _Path(place=self._made(kind, kind.queue, PRIORITIES[kind.severity]), rules=left)

    def _harmless(self, rule: Rule, kind: IssueType) -> Rule:
        """The rule without what it may not do to this type."""
        queue, priority = rule.queue, rule.priority
        if queue and self._queues.is_sensitive(kind.queue) and not self._queues.is_sensitive(queue):
            queue = None
        if priority and kind.code.startswith(GRAVE):
            least = PRIORITIES[kind.severity]
            priority = least if is_weightier(least, priority) else priority
        return Rule(words=rule.words, queue=queue, priority=priority)

    def _make(self, kind: IssueType, queue: str, priority: Priority) -> Place:
        terms = Terms(
            first_reply=kind.first_reply,
            resolution=kind.resolution or RESOLVED_WITHIN[kind.severity],
            shields_reporter=kind.shields_reporter,
            may_expire=kind.may_expire,
            permits_contact=kind.permits_contact,
            is_sensitive=self._queues.is_sensitive(queue),
            priority=priority,
            hours=None if kind.emergency else self._hours.get(queue),
        )
        default = default_terms(kind.code, kind.severity.value, queue)
        return Place(queue=queue, terms=terms, recorded=recorded(terms, default))


def plain(text: str) -> str:
    """The text as rules look for words in it: case and the kind and number of spaces do not count."""
    return " ".join(text.casefold().split())
