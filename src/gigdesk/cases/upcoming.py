"""What time will do to a case, in words for who keeps it running. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.model import Case, ClosedReason, Step
from gigdesk.cases.timing import on_time
from gigdesk.cases.watch_events import BreachWarned

NOTHING = "nothing, as the case stands now"
_CLOCKS = {
    "first_reply": "the first reply",
    "next_reply": "the next reply",
    "resolution": "the decision",
    "appeal": "the outcome of the appeal",
    "account_review": "the review by a person",
}
_CLOSED = {
    ClosedReason.RESOLVED: "close it as resolved: nobody appealed",
    ClosedReason.EXPIRED: "close it as expired: its reporter does not reply",
}
_RESUMED = {
    did.Resumption.NO_REPLY: "go on without the reporter's reply",
    did.Resumption.RESPONDENT_SILENT: "go on without the other side's reply",
}


def foreseen(case: Case, at: datetime) -> str:
    """What would happen at this time if nothing else happens to the case before."""
    return "; ".join(filter(None, (_said(event) for event in on_time(case, at)))) or NOTHING


def _said(event: Event) -> str:
    rule = _WORDS.get(type(event))
    return rule(event) if rule else ""


def _warned(event: BreachWarned) -> str:
    clock = _CLOCKS.get(event.clock, event.clock)
    if event.step is Step.QUEUE:
        return f"take it from its owner, back to the queue: {clock} is still missing"
    if event.step is Step.LEAD:
        return f"warn a lead: {clock} is due soon"
    whom = "the owner" if event.owner else "support, since nobody owns it"
    return f"warn {whom}: {clock} is due soon"


_WORDS: dict[type[Event], Callable[[Any], str]] = {
    did.SnoozeEnded: lambda _event: "end the snooze",
    BreachWarned: _warned,
    did.TargetMissed: lambda e: (
        f"note that {_CLOCKS.get(e.clock, e.clock)} is missed, and tell leads and support"
    ),
    did.DecisionAnnounced: lambda _event: "tell the parties of the decision",
    did.ReplyReminded: lambda e: f"remind the {e.of.value} of the reply",
    did.ReviewResumed: lambda e: _RESUMED.get(e.why, "go on"),
    did.CaseClosed: lambda e: _CLOSED.get(e.reason, "close it"),
}
