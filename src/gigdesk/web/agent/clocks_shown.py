"""Clocks in few words, as rows and headers of the desk have them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gigdesk.cases.clocks import STATUTORY, Clock, State, clocks
from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Case
from gigdesk.web.agent.words import CLOCKS
from gigdesk.web.language import Language

SOON = 0.75  # of the target used: what is left is little
_LEFT = msg("%(clock)s: %(span)s left")
_OVER = msg("%(clock)s: %(span)s over")
_PAUSED = msg("%(clock)s: paused")
_MET = msg("%(clock)s: in time")
_MISSED = msg("%(clock)s: was late")
_URGENCY = ("over", "soon", "law", "calm", "paused", "met", "missed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """One clock, said. ``state`` is over, soon, law, calm, paused, met or missed; ``why`` explains it."""

    kind: str
    state: str
    icon: str
    words: str
    why: str
    due: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether it still asks for something."""
        return self.state not in {"met", "missed"}


def clocks_shown(case: Case, language: Language, at: datetime) -> Sequence[ClockShown]:
    """Every clock of a case that says something now, what is most urgent first."""
    shown = [clock_shown(clock, language, at) for clock in clocks(case, at)]
    return sorted(shown, key=lambda one: _URGENCY.index(one.state))


def clock_shown(clock: Clock, language: Language, at: datetime) -> ClockShown:
    """This clock at this time."""
    state = _state(clock, at)
    sentence, icon = _WORDS[state]
    label = language.gettext(CLOCKS[clock.kind.value])
    length = abs(clock.due - at) if clock.due else timedelta()
    return ClockShown(
        kind=clock.kind.value,
        state=state,
        icon="scales" if clock.kind in STATUTORY else icon,
        words=language.say(sentence, {"clock": label, "span": short_span(length, language)}),
        why=language.say(clock.why.sentence, clock.why.values),
        due=clock.due,
    )


def short_span(length: timedelta, language: Language) -> str:
    """A span in its largest unit, two where that says more: ``42 min``, ``3 h 10 min``, ``9 d``."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return language.say(msg("%(count)s min"), {"count": minutes})
    hours, rest = divmod(minutes, 60)
    if hours < 10 and rest:
        return language.say(msg("%(hours)s h %(minutes)s min"), {"hours": hours, "minutes": rest})
    if hours < 48:
        return language.say(msg("%(count)s h"), {"count": hours})
    return language.say(msg("%(count)s d"), {"count": hours // 24})


def _state(clock: Clock, at: datetime) -> str:
    if clock.is_over:
        return "met" if clock.state is State.MET else "missed"
    if clock.state is State.PAUSED or clock.due is None:
        return "paused"
    if at > clock.due:
        return "over"
    tight = clock.used(SOON)
    if tight is not None and at >= tight:
        return "soon"
    return "law" if clock.kind in STATUTORY else "calm"


_WORDS = {
    "over": (_OVER, "alert"),
    "soon": (_LEFT, "clock"),
    "calm": (_LEFT, "clock"),
    "law": (_LEFT, "scales"),
    "paused": (_PAUSED, "pause"),
    "met": (_MET, "check"),
    "missed": (_MISSED, "alert"),
}
