"""Whether what somebody is about to send crosses something that they have not seen yet. Pure."""

from gigdesk.cases.act import Condition

# What happens by itself or behind the scenes, and changes nothing about what a person would write or decide. Of these
# a party sees inspections alone.
QUIET = frozenset(
    {
        "evidence.inspected",
        "original.opened",
        "reply.reminded",
        "target.missed",
        "breach.warned",
        "snooze.ended",
        "case.snoozed",
        "priority.changed",
        "tags.changed",
    }
)


def condition_of(given: str, loud: frozenset[str] = frozenset()) -> Condition:
    """That the case is as the form of this version showed it, but for what is quiet; ``loud`` is not, for once."""
    known = given.isascii() and given.isdigit() and len(given) < 10
    return Condition(versions=frozenset({int(given) if known else -1}), quiet=QUIET - loud)
