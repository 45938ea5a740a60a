"""The clocks of a case: what is due when, and why. Pure: the same log gives the same due dates.

SLA clocks run in the hours of the case's queue, and stand still while it waits on somebody outside. Statutory
clocks never do: an appeal is decided within 14 days, and a restricted account is looked at by a person within 14
days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gigdesk.cases.hours import Hours, Span, in_words, reached
from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Addressee, Case, Message, Pause, Status
from gigdesk.errors import Phrase

APPEAL_WITHIN = timedelta(days=14)
ACCOUNT_WITHIN = timedelta(days=14)
_PARTIES = frozenset({Addressee.REPORTER.value, Addressee.RESPONDENT.value})


class Kind(StrEnum):
    """What is due."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    APPEAL = "appeal"
    ACCOUNT_REVIEW = "account_review"


STATUTORY = frozenset({Kind.APPEAL, Kind.ACCOUNT_REVIEW})
"""What the law sets: it runs while SLA clocks stand still."""


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock. ``due`` is None while it is paused, since nobody knows for how long; ``is_over``: it was ended.

    ``since`` tells one run of a kind from the next, ``target`` is how long it may take: in these ``hours``, and not
    while it ``stood`` still.
    """

    kind: Kind
    since: datetime
    target: timedelta
    due: datetime | None
    state: State
    why: Phrase
    is_over: bool = False
    hours: Hours | None = None
    stood: tuple[Span, ...] = ()

    def used(self, share: float) -> datetime | None:
        """When this share of the target is used; None while it is paused."""
        return reached(self.hours, self.since, self.target * share, self.stood) if self.due else None


def clocks(case: Case, at: datetime) -> list[Clock]:
    """The clocks that say something about this case at this time."""
    return list(_clocks(case, at))


def first_reply_by(case: Case) -> datetime | None:
    """By when a person replies, as was said when the report came; None where its type is not known."""
    target = case.terms.first_reply
    return reached(case.terms.hours, case.opened_at, target) if target else None


def _clocks(case: Case, at: datetime) -> Iterator[Clock]:
    target = case.terms.first_reply
    if target is None:
        return
    yield _sla(case, Kind.FIRST_REPLY, case.opened_at, target, case.replied_at or case.closed_at, at)
    if (asked := _unanswered(case)) and case.replied_at:
        yield _sla(case, Kind.NEXT_REPLY, asked.at, target, None, at)
    ended = case.decisions[0].at if case.decisions else case.closed_at
    yield _sla(case, Kind.RESOLUTION, case.opened_at, case.terms.resolution, ended, at)
    if appeal := case.open_appeal:
        yield _statutory(Kind.APPEAL, appeal.at, APPEAL_WITHIN, None, at)
    if is_of_account(case.issue_type):
        since = case.account_since or case.opened_at
        yield _statutory(Kind.ACCOUNT_REVIEW, since, ACCOUNT_WITHIN, _reviewed(case, since), at)


def is_of_account(issue_type: str) -> bool:
    """Whether a person has to look at it within the time that the law sets for restricted accounts."""
    return issue_type.startswith("account.")


def run_of(case: Case, kind: str) -> datetime:
    """Since when the clock of this kind has run that runs now; when the case was opened, where none does."""
    asked, appeal = _unanswered(case), case.open_appeal
    match kind:
        case Kind.NEXT_REPLY if asked:
            return asked.at
        case Kind.APPEAL if appeal:
            return appeal.at
        case Kind.ACCOUNT_REVIEW if case.account_since:
            return case.account_since
        case _:
            return case.opened_at


def _sla(
    case: Case, kind: Kind, since: datetime, target: timedelta, ended: datetime | None, at: datetime
) -> Clock:
    hours, until = case.terms.hours, ended or at
    pauses = [pause for pause in case.pauses if (pause.until or at) > since and pause.since < until]
    # A pause that begins at this very moment has begun.
    waits = case.pauses[-1] if ended is None and case.pauses and case.pauses[-1].until is None else None
    spans = [(pause.since, min(pause.until or until, until)) for pause in pauses if pause is not waits]
    due = reached(hours, since, target, spans, waits.since if waits else None)
    if due is None:
        why = _paused(waits, at) if waits else Phrase(msg("It has no end."))
        return Clock(kind=kind, since=since, target=target, due=None, state=State.PAUSED, why=why)
    why = _why(kind, hours, sum((_length(pause, since, until) for pause in pauses), timedelta()))
    return Clock(
        kind=kind,
        since=since,
        target=target,
        due=due,
        state=_state(due, ended, at),
        why=why,
        is_over=ended is not None,
        hours=hours,
        stood=tuple(spans),
    )


def _why(kind: Kind, hours: Hours | None, stood: timedelta) -> Phrase:
    """Since when it runs, in which hours, and how long it stood still: the last two where there is something to say."""
    since = msg("Runs since the report was received.")
    if kind is Kind.NEXT_REPLY:
        since = msg("Runs since the last message that nobody has answered.")
    if hours is None:
        return _with_pauses(stood) if stood else Phrase(since)
    runs = Phrase(msg("Runs %(hours)s."), {"hours": in_words(hours)})
    return Phrase("%(runs)s %(stood)s", {"runs": runs, "stood": _with_pauses(stood)}) if stood else runs


def _statutory(kind: Kind, since: datetime, target: timedelta, ended: datetime | None, at: datetime) -> Clock:
    due, why = since + target, Phrase(msg("Set by law: it never stands still."))
    state, is_over = _state(due, ended, at), ended is not None
    return Clock(kind=kind, since=since, target=target, due=due, state=state, why=why, is_over=is_over)


def _reviewed(case: Case, since: datetime) -> datetime | None:
    """When a person first spoke to the reporter since it is about an account; else when it was closed."""
    if case.replied_at is None or case.replied_at >= since:
        return case.replied_at or case.closed_at
    told = [message.at for message in case.messages if message.to is Addressee.REPORTER]
    told += [decision.announced_at for decision in case.decisions if decision.announced_at]
    return min((at for at in told if at >= since), default=case.closed_at)


def _state(due: datetime, ended: datetime | None, at: datetime) -> State:
    if ended is not None:
        return State.MET if ended <= due else State.MISSED
    return State.RUNNING if at <= due else State.MISSED


def _unanswered(case: Case) -> Message | None:
    """The first message of a party after the desk's last word, while the desk is on."""
    if case.status in (Status.DECIDED, Status.CLOSED):
        return None
    waiting: Message | None = None
    for message in case.messages:
        if message.sender not in _PARTIES:
            waiting = None
        elif waiting is None:
            waiting = message
    return waiting


def _length(pause: Pause, since: datetime, until: datetime) -> timedelta:
    return max(timedelta(), min(pause.until or until, until) - max(pause.since, since))


def _paused(pause: Pause, at: datetime) -> Phrase:
    sentences = {
        Addressee.REPORTER: msg("Paused for %(span)s: waiting for the reporter."),
        Addressee.RESPONDENT: msg("Paused for %(span)s: waiting for the other side."),
        Addressee.EXTERNAL: msg("Paused for %(span)s: waiting for somebody outside."),
        Addressee.DESK: msg("Paused for %(span)s."),
    }
    return Phrase(sentences[pause.of], {"span": span(at - pause.since)})


def _with_pauses(stood: timedelta) -> Phrase:
    return Phrase(
        msg("Stood still for %(span)s while somebody outside was waited for."), {"span": span(stood)}
    )


def span(length: timedelta) -> str:
    """A span in the two largest units that it has: ``2 d 3 h``, ``2 h 10 min``, ``5 min``."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} d"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{rest} min"] if (rest and not days) or not parts else []
    return " ".join(parts[:2])
