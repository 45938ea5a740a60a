"""What time alone does to a case, and when it next does something. Pure.

A wake-up is no deed: it asks ``on_time`` what is due now, which is mostly nothing. ``next_wake`` says when asking
is worth it, so that a case has one wake-up ahead at most.
"""

from collections.abc import Iterator
from datetime import datetime

from gigdesk.cases.clocks import Clock, clocks
from gigdesk.cases.events import Event
from gigdesk.cases.issue_types import Severity
from gigdesk.cases.life_events import (
    CaseClosed,
    DecisionAnnounced,
    ReplyReminded,
    Resumption,
    ReviewResumed,
    SnoozeEnded,
    TargetMissed,
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
    for clock in _running(case, at):
        if clock.due and at >= clock.due:
            yield TargetMissed(clock=clock.kind.value)
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
    times += [clock.due for clock in _running(case, case.updated_at)]
    return min((time for time in times if time is not None), default=None)


def _running(case: Case, at: datetime) -> list[Clock]:
    """The clocks that may still be missed, and of which that is not known yet."""
    return [clock for clock in clocks(case, at) if not clock.is_over and clock.kind not in case.missed]


def closes_at(case: Case) -> datetime | None:
    """When a decided case closes by itself; None where it never does, or nobody was told yet."""
    announced_at = case.decision.announced_at if case.decision else None
    return announced_at + ACCEPTED_AFTER if announced_at and not _is_never_closed(case) else None


def _next_of_status(case: Case) -> datetime | None:
    match case.status:
        case Status.DECIDED if case.decision and case.decision.announced_at is None:
            return case.decision.at + GRACE
        case Status.DECIDED:
            return closes_at(case)
        case Status.WAITING_REPORTER if case.waiting_until and may_expire(case):
            ends = [*_reminders(case), case.waiting_until + EXPIRES_AFTER]
            return ends[min(case.reminders, len(ends) - 1)]
        case Status.WAITING_REPORTER | Status.WAITING_RESPONDENT:
            return case.waiting_until
        case _:
            return None


def _reminders(case: Case) -> list[datetime]:
    """When the reporter is reminded: when the reply is due, and three days before the case expires."""
    due = case.waiting_until
    return [due, due + EXPIRES_AFTER - LAST_REMINDER] if due else []


def _is_never_closed(case: Case) -> bool:
    return _is_held(case) or case.severity == Severity.CRITICAL


def _is_held(case: Case) -> bool:
    return Flag.LEGAL_HOLD in case.flags
