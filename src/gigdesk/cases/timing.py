"""What time alone does to a case, and when it next does something. Pure.

A wake-up is no deed: it asks ``on_time`` what is due now, which is mostly nothing. ``next_wake`` says when asking
is worth it, so that a case has one wake-up ahead at most.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gigdesk.cases.clocks import clocks
from gigdesk.cases.events import Event
from gigdesk.cases.issue_types import Severity
from gigdesk.cases.ladder import Rung, rungs
from gigdesk.cases.life_events import (
    CaseClosed,
    DecisionAnnounced,
    OwnerChanged,
    ReplyReminded,
    Resumption,
    ReviewResumed,
    SnoozeEnded,
)
from gigdesk.cases.lifecycle import ACCEPTED_AFTER, EXPIRES_AFTER, GRACE, LAST_REMINDER
from gigdesk.cases.model import Addressee, Case, ClosedReason, Flag, Status


def is_sensitive(case: Case) -> bool:
    """Whether it is about safety or harassment."""
    return case.terms.is_sensitive or case.issue_type.startswith(("safety.", "harassment."))


def may_expire(case: Case) -> bool:
    """Whether it may be closed because its reporter stays silent."""
    return case.terms.may_expire and not is_sensitive(case) and not _is_held(case)


def on_time(case: Case, at: datetime) -> Iterator[Event]:
    """The events that time makes of this case now."""
    if Flag.SNOOZED in case.flags and case.snoozed_until and at >= case.snoozed_until:
        yield SnoozeEnded()
    yield from _warnings(case, at)
    moment = _next_of_status(case)
    if moment is None or at < moment:
        return
    match case.status:
        case Status.DECIDED if case.decision and case.decision.announced_at is None:
            yield DecisionAnnounced()
        case Status.DECIDED:
            yield CaseClosed(reason=ClosedReason.RESOLVED, digests={})
        case Status.WAITING_REPORTER if not may_expire(case):
            yield ReviewResumed(why=Resumption.NO_REPLY)
        case Status.WAITING_REPORTER if case.reminders < len(_reminders(case)):
            yield ReplyReminded(of=Addressee.REPORTER)
        case Status.WAITING_REPORTER:
            yield CaseClosed(reason=ClosedReason.EXPIRED, digests={})
        case _:
            yield ReviewResumed(why=Resumption.RESPONDENT_SILENT)


def next_wake(case: Case) -> datetime | None:
    """When time next does something to this case, or None."""
    times = [_next_of_status(case), case.snoozed_until if Flag.SNOOZED in case.flags else None]
    times += [rung.at for rung in _rungs(case, case.updated_at)]
    return min((time for time in times if time is not None), default=None)


def _warnings(case: Case, at: datetime) -> Iterator[Event]:
    """What the ladders of all clocks make due now; an owner is taken off once."""
    due = [event for rung in _rungs(case, at) if rung.is_due(at) for event in rung.events]
    yield from (event for event in due if not isinstance(event, OwnerChanged))
    if any(isinstance(event, OwnerChanged) for event in due):
        yield OwnerChanged(owner=None)


def _rungs(case: Case, at: datetime) -> list[Rung]:
    return [rung for clock in clocks(case, at) for rung in rungs(case, clock)]


def closes_at(case: Case) -> datetime | None:
    """When a decided case closes by itself; None where it never does, or nobody was told yet."""
    announced_at = case.decision.announced_at if case.decision else None
    return (
        None if announced_at is None or _is_never_closed(case) else _after(case, announced_at, ACCEPTED_AFTER)
    )


def _next_of_status(case: Case) -> datetime | None:
    match case.status:
        case Status.DECIDED if case.decision and case.decision.announced_at is None:
            return case.decision.at + GRACE
        case Status.DECIDED:
            return closes_at(case)
        case Status.WAITING_REPORTER if case.waiting_until and may_expire(case):
            ends = [*_reminders(case), _after(case, case.waiting_until, EXPIRES_AFTER)]
            return ends[min(case.reminders, len(ends) - 1)]
        case Status.WAITING_REPORTER | Status.WAITING_RESPONDENT:
            return case.waiting_until
        case _:
            return None


def _reminders(case: Case) -> list[datetime]:
    """When the reporter is reminded: when the reply is due, and three days before the case expires."""
    due = case.waiting_until
    return [due, _after(case, due, EXPIRES_AFTER) - LAST_REMINDER] if due else []


def expires_at(case: Case) -> datetime | None:
    """When a case that waits for its reporter closes by itself without a reply; None where it never does."""
    is_waiting = case.status is Status.WAITING_REPORTER and may_expire(case)
    return _after(case, case.waiting_until, EXPIRES_AFTER) if is_waiting and case.waiting_until else None


def _after(case: Case, since: datetime, span: timedelta) -> datetime:
    """The end of a span in which time stood still while the case was held: it goes on where it had come to."""
    end = since + span
    for hold in case.holds:
        begun = max(hold.since, since)
        if hold.until and begun < end:
            end += max(timedelta(), hold.until - begun)
    return end


def _is_never_closed(case: Case) -> bool:
    return _is_held(case) or case.severity == Severity.CRITICAL


def _is_held(case: Case) -> bool:
    return Flag.LEGAL_HOLD in case.flags
