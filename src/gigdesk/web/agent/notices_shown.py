"""The notices of a case as its page shows them to staff: to whom each went, and what became of every attempt. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.cases.issue_types import msg
from gigdesk.notices.kinds import RULES
from gigdesk.notices.model import Entry, State
from gigdesk.web.addressed import Addressed, addressed

FIRST = 5
STATES = {
    State.QUEUED: (msg("Queued"), "hourglass"),
    State.SENT: (msg("Sent"), "check"),
    State.DEFERRED: (msg("Deferred, tried again later"), "again"),
    State.FAILED: (msg("Failed"), "alert"),
    State.HELD: (msg("Held back: that mailbox got enough for a day"), "pause"),
    State.UNWANTED: (msg("Not sent: switched off by whom it is for"), "eye-off"),
    State.UNREACHABLE: (msg("Not sent: no verified address"), "alert"),
}
_TRIED = {State.SENT: msg("Sent"), State.DEFERRED: msg("Deferred"), State.FAILED: msg("Failed")}
_ROLES = {
    "reporter": msg("the reporter"),
    "respondent": msg("the respondent"),
    "party": msg("a party"),
    "staff": msg("staff"),
    "support": msg("the support address"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptShown:
    """One try; ``word`` is a message id, ``answer`` what the mail server said."""

    word: str
    at: datetime
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """One notice. ``label``, ``role`` and ``word`` are message ids; ``name`` and ``address`` may be empty."""

    label: str
    role: str
    name: str
    address: str
    state: str
    word: str
    icon: str
    at: datetime
    attempts: Sequence[AttemptShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesShown:
    """The newest first: those that stand on the page, and those that are folded away."""

    first: Sequence[NoticeShown] = ()
    folded: Sequence[NoticeShown] = ()

    @property
    def troubled(self) -> int:
        """How many did not get to anybody and will not."""
        return sum(one.state in ("failed", "unreachable") for one in (*self.first, *self.folded))


NO_NOTICES = NoticesShown()


def notices_shown(entries: Sequence[Entry], people: Mapping[str, Addressed]) -> NoticesShown:
    """``entries`` as the ledger has them, oldest first."""
    shown = [_shown(entry, addressed(entry, people)) for entry in reversed(entries)]
    return NoticesShown(first=shown[:FIRST], folded=shown[FIRST:])


def _shown(entry: Entry, to: Addressed) -> NoticeShown:
    word, icon = STATES[entry.state]
    return NoticeShown(
        label=RULES[entry.kind].label,
        role=_ROLES[to.role],
        name=to.name,
        address=to.address or "",
        state=entry.state.value,
        word=word,
        icon=icon,
        at=entry.changed_at,
        attempts=[
            AttemptShown(word=_TRIED[one.state], at=one.at, answer=one.answer)
            for one in reversed(entry.history)
            if one.state in _TRIED
        ],
    )
