"""How long until it is decided: what this type's own history says, or the target, said as such. Pure.

1. Whole days of UTC are looked at, the last 90 that are over: a decision shows in no number on its own day.
2. Fewer than 20 decisions say nothing, since of few one could be told apart.
3. The span is rounded up to whole days, and the share is always the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gigdesk.cases.hours import reached
from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import GRACE
from gigdesk.cases.model import Case, Status
from gigdesk.errors import Phrase

LOOKED_BACK = timedelta(days=90)
LEAST = 20
MOST = 1_000
"""So many of the newest decisions are looked at."""
_DAY = timedelta(days=1)
_OPEN = frozenset(
    {
        Status.RECEIVED,
        Status.IN_REVIEW,
        Status.WAITING_REPORTER,
        Status.WAITING_RESPONDENT,
        Status.WAITING_EXTERNAL,
    }
)
_IN_A_DAY = msg("8 of 10 reports like this were decided within a day.")
_IN_DAYS = msg("8 of 10 reports like this were decided within %(days)s days.")
_LONGER = msg("This one takes longer.")
_AIM_A_DAY = msg("We aim to decide it within a day. That is our target: we have no figures for it yet.")
_AIM_DAYS = msg(
    "We aim to decide it within %(days)s days. That is our target: we have no figures for it yet."
)


class Basis(StrEnum):
    """What an estimate is made of."""

    HISTORY = "history"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Within which time of being received a case is likely decided, in whole days, and how that is said."""

    basis: Basis
    within: timedelta
    sentences: tuple[Phrase, ...]


def window(at: datetime) -> tuple[datetime, datetime]:
    """From when on and before when decisions count; of the last that counts, everybody was told."""
    until = (at - GRACE).replace(hour=0, minute=0, second=0, microsecond=0)
    return until - LOOKED_BACK, until


def usual(spans: Sequence[timedelta]) -> timedelta | None:
    """Within how many whole days 8 of 10 were decided; None where there are too few to say."""
    if len(spans) < LEAST:
        return None
    eighth = sorted(spans)[math.ceil(len(spans) * 8 / 10) - 1]
    return max(1, math.ceil(eighth / _DAY)) * _DAY


def estimate(case: Case, spent: timedelta | None, at: datetime) -> Estimate | None:
    """The estimate for this case where its type usually takes ``spent``; None once it was decided or closed."""
    if case.status not in _OPEN or case.decisions:
        return None
    if spent is None:
        within = _aimed_at(case)
        return Estimate(basis=Basis.TARGET, within=within, sentences=(_said(within, _AIM_A_DAY, _AIM_DAYS),))
    sentences = [_said(spent, _IN_A_DAY, _IN_DAYS)]
    if at - case.opened_at > spent:
        sentences.append(Phrase(_LONGER))
    return Estimate(basis=Basis.HISTORY, within=spent, sentences=tuple(sentences))


def _aimed_at(case: Case) -> timedelta:
    """The target in whole days, those in between counted on which its queue is closed."""
    target = case.terms.resolution
    due = reached(case.terms.hours, case.opened_at, target)
    return math.ceil((due - case.opened_at if due else target) / _DAY) * _DAY


def _said(within: timedelta, one: str, many: str) -> Phrase:
    return Phrase(one) if within <= _DAY else Phrase(many, {"days": within // _DAY})
