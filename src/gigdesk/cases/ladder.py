"""Who is told that a clock runs out, and when the case goes back to the queue: a table, and what it makes due. Pure.

1. The owner is warned while there is still time, then a lead. The breach itself is noted, and a lead told of it.
2. Who does nothing for a further while is taken off: the case stands in its queue again, for anybody to claim. Only
   hours in which the clock runs count for that.
3. Each step is taken once for each run of a clock, never of one that is paused. One whose time is over when it is
   looked at is left out: nobody is warned of what has happened. Who got the case after the breach has that while
   for themselves, and so has who was paused by a party.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gigdesk.cases.clocks import STATUTORY, Clock
from gigdesk.cases.events import Event
from gigdesk.cases.hours import reached
from gigdesk.cases.issue_types import Severity
from gigdesk.cases.life_events import OwnerChanged, TargetMissed
from gigdesk.cases.model import Case, Status, Step, Warned
from gigdesk.cases.watch_events import BreachWarned


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Shares of the target that are used when the owner is warned, and a lead before the breach, if at all.

    ``grace`` is the share of the target after the breach at which the owner is taken off, ``least`` is the
    shortest that it may be.
    """

    owner: float
    lead: float | None
    grace: float
    least: timedelta


ORDINARY = Ladder(owner=0.75, lead=None, grace=0.25, least=timedelta(hours=1))
LADDERS = {Severity.CRITICAL: Ladder(owner=0.5, lead=0.75, grace=0.25, least=timedelta())}
# Where a case lies whose owner has to do something.
_AT_WORK = frozenset(Status) - {Status.DECIDED, Status.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What happens at ``at``, if that is before ``until``."""

    at: datetime
    events: tuple[Event, ...]
    until: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it is its time now."""
        return self.at <= now and (self.until is None or now < self.until)


def rungs(case: Case, clock: Clock) -> Iterator[Rung]:
    """The steps that are still to come of this clock; of those that can be taken together each says till when."""
    ladder = LADDERS.get(Severity(case.severity), ORDINARY)
    taken = {w.step: w for w in case.warned if (w.clock, w.since) == (clock.kind, clock.since)}
    if clock.is_over or clock.due is None:
        return
    if missed := taken.get(Step.MISSED):
        yield from _after(case, clock, ladder, missed) if Step.QUEUE not in taken else ()
        return
    yield from (rung for rung in _before(case, clock, ladder, taken) if rung.at < (rung.until or clock.due))
    yield Rung(at=clock.due, events=(TargetMissed(clock=clock.kind.value),))


def _before(case: Case, clock: Clock, ladder: Ladder, taken: dict[Step, Warned]) -> Iterator[Rung]:
    owner_at, lead_at = clock.used(ladder.owner), clock.used(ladder.lead) if ladder.lead else clock.due
    if owner_at and not taken:
        yield Rung(at=owner_at, events=(_warned(case, clock, Step.OWNER),), until=lead_at)
    if lead_at and lead_at != clock.due and Step.LEAD not in taken:
        yield Rung(at=lead_at, events=(_warned(case, clock, Step.LEAD),), until=clock.due)


def _after(case: Case, clock: Clock, ladder: Ladder, missed: Warned) -> Iterator[Rung]:
    if case.owner is None or case.status not in _AT_WORK:
        return
    resumed = case.pauses[-1].until if case.pauses else None
    if case.pauses and resumed is None and clock.kind not in STATUTORY:
        return
    begins = max(time for time in (missed.at, case.owned_at, resumed) if time is not None)
    at = reached(clock.hours, begins, max(clock.target * ladder.grace, ladder.least))
    if at is not None:
        yield Rung(at=at, events=(_warned(case, clock, Step.QUEUE), OwnerChanged(owner=None)))


def _warned(case: Case, clock: Clock, step: Step) -> BreachWarned:
    return BreachWarned(clock=clock.kind.value, step=step, owner=case.owner)
