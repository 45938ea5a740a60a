"""What time will do to a case, in words for who keeps it running. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Case, ClosedReason, Step
from gigdesk.cases.timing import on_time
from gigdesk.cases.watch_events import BreachWarned
from gigdesk.errors import Phrase

NOTHING = msg("nothing, as the case stands now")
_CLOCKS = {
    "first_reply": msg("the first reply"),
    "next_reply": msg("the next reply"),
    "resolution": msg("the decision"),
    "appeal": msg("the outcome of the appeal"),
    "account_review": msg("the review by a person"),
}
_CLOSED = {
    ClosedReason.RESOLVED: msg("close it as resolved: nobody appealed"),
    ClosedReason.EXPIRED: msg("close it as expired: its reporter does not reply"),
}
_RESUMED = {
    did.Resumption.NO_REPLY: msg("go on without the reporter's reply"),
    did.Resumption.RESPONDENT_SILENT: msg("go on without the other side's reply"),
}
_REMINDED = {
    "reporter": msg("remind the reporter of the reply"),
    "respondent": msg("remind the respondent of the reply"),
}


def foreseen(case: Case, at: datetime) -> str:
    """What would happen at this time if nothing else happens to the case before."""
    return "; ".join(map(str, steps(case, at)))


def steps(case: Case, at: datetime) -> Sequence[Phrase]:
    """The same, to be said in any language: at least one, which may be that nothing would."""
    said = (_said(event) for event in on_time(case, at))
    return [phrase for phrase in said if phrase] or [Phrase(NOTHING)]


def _said(event: Event) -> Phrase | None:
    rule = _WORDS.get(type(event))
    return rule(event) if rule else None


def _clock(name: str) -> Phrase:
    return Phrase(_CLOCKS.get(name, name))


def _warned(event: BreachWarned) -> Phrase:
    clock = {"clock": _clock(event.clock)}
    if event.step is Step.QUEUE:
        return Phrase(msg("take it from its owner, back to the queue: %(clock)s is still missing"), clock)
    if event.step is Step.LEAD:
        return Phrase(msg("warn a lead: %(clock)s is due soon"), clock)
    if event.owner:
        return Phrase(msg("warn the owner: %(clock)s is due soon"), clock)
    return Phrase(msg("warn support, since nobody owns it: %(clock)s is due soon"), clock)


_WORDS: dict[type[Event], Callable[[Any], Phrase]] = {
    did.SnoozeEnded: lambda _event: Phrase(msg("end the snooze")),
    BreachWarned: _warned,
    did.TargetMissed: lambda e: Phrase(
        msg("note that %(clock)s is missed, and tell leads and support"), {"clock": _clock(e.clock)}
    ),
    did.DecisionAnnounced: lambda _event: Phrase(msg("tell the parties of the decision")),
    did.ReplyReminded: lambda e: Phrase(_REMINDED[e.of.value]),
    did.ReviewResumed: lambda e: Phrase(_RESUMED.get(e.why, msg("go on"))),
    did.CaseClosed: lambda e: Phrase(_CLOSED.get(e.reason, msg("close it"))),
}
