"""One life of a case, played by the rules: commands in the order and at the pace of people. Pure but for ``Random``.

Between two commands time does what it does to every case: warnings, reminders, notices of decisions, closing.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import orjson

from gigdesk.cases import life_commands as ask
from gigdesk.cases import wire
from gigdesk.cases.commands import Command, OpenCase
from gigdesk.cases.decide import decide
from gigdesk.cases.events import Event
from gigdesk.cases.evolve import fold
from gigdesk.cases.issue_types import IssueType, Severity
from gigdesk.cases.life_commands import SYSTEM, By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Addressee, Case, ClosedReason, Disposition, Outcome, Status
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.terms import Priority
from gigdesk.cases.timing import may_expire, next_wake
from gigdesk.errors import GigdeskError
from gigdesk.gigs.model import Side
from gigdesk.invented import words
from gigdesk.invented.people import Invented

BEGIN = datetime(2024, 1, 8, 9, 0, 0, 1, tzinfo=UTC)
MOST_WAKES = 40
GIG = "the-gig-of-this-life"
REPORTER = By(name="reporter", who=frozenset({Who.REPORTER}))
RESPONDENT = By(name="respondent", who=frozenset({Who.RESPONDENT}))
_STAFF = frozenset({Who.AGENT, Who.LEAD, Who.SPECIALIST})
_BREATH = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A text of a step; ``who`` wrote it: ``reporter``, ``respondent``, or the user id of staff."""

    item: str
    salt: bytes
    value: bytes
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one commit of a life says, and the case after it."""

    at: datetime
    by: str
    events: tuple[Event, ...]
    sealed: tuple[Sealed, ...]
    after: Case


@dataclass(slots=True)
class Life:
    """A case as it is played; ``steps`` grows."""

    rng: Random
    kind: IssueType
    side: Side
    case: UUID
    rulebook: Rulebook
    staff: tuple[Invented, ...]
    at: datetime = BEGIN
    now: Case | None = None
    steps: list[Step] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def open(self, gig_id: str, gig_title: str) -> None:
        """A party reports. The values of reporter, respondent and description are put in for each case anew."""
        people = [("reporter", "reporter"), ("respondent", "respondent"), ("description", "reporter")]
        sealed = [self._seal(item, item.encode(), who) for item, who in people]
        sealed.append(self._seal("gig", gig_title.encode(), "reporter"))
        place = self.rulebook.routing.place(self.kind, self.side, "")
        command = OpenCase(
            case=self.case,
            at=self.at,
            by="reporter",
            gig_id=gig_id,
            side=self.side,
            issue_type=self.kind.code,
            severity=str(self.kind.severity),
            queue=place.queue,
            files=(),
            digests=_digests(sealed),
            terms=place.recorded,
        )
        self._decide(command, "reporter", sealed)

    def wait(self, median: timedelta) -> None:
        """Let a time pass that is mostly around this, now and then much longer; what time does is done meanwhile."""
        until = self.at + median * self.rng.lognormvariate(0.0, 0.8)
        for _ in range(MOST_WAKES):
            wake = next_wake(self._standing)
            if wake is None or wake > until:
                break
            self.at = max(wake, self.at) + _BREATH
            self._ask(ask.ActOnTime, SYSTEM)
            if next_wake(self._standing) == wake:
                break
        self.at = max(until, self.at + _BREATH)

    def by_staff(
        self, kind: type[Any], who: Invented, text: tuple[str, str] | None = None, **given: Any
    ) -> None:
        """A member of staff asks this of the case; ``text`` is an item's kind and what it says."""
        sealed: list[Sealed] = []
        name = self._names.get(who.user_id)
        if name is None:
            name = f"staff:{len(self._names) + 1}"
            self._names[who.user_id] = name
            value = orjson.dumps({"id": who.user_id, "name": who.name})
            sealed.append(self._seal(name, value, who.user_id))
        held = _STAFF | ({Who.OWNER} if self._standing.owner == name else set())
        if kind is ask.ChangeOwner:
            given["owner"] = name
        self._ask(kind, By(name=name, who=frozenset(held)), text, sealed, who.user_id, **given)

    def by_party(self, kind: type[Any], by: By, text: tuple[str, str] | None = None, **given: Any) -> None:
        """A party asks this of the case."""
        self._ask(kind, by, text, [], by.name, **given)

    @property
    def status(self) -> Status:
        """Where the case stands."""
        return self._standing.status

    @property
    def may_expire(self) -> bool:
        """Whether silence may close it."""
        return may_expire(self._standing)

    @property
    def _standing(self) -> Case:
        assert self.now is not None  # it was opened
        return self.now

    def _ask(
        self,
        kind: Callable[..., Command],
        by: By,
        text: tuple[str, str] | None = None,
        sealed: list[Sealed] | None = None,
        who: str = "",
        **given: Any,
    ) -> None:
        texts = list(sealed or ())
        if text is not None:
            item, said = text
            number = UUID(int=self.rng.getrandbits(128), version=4)
            texts.append(self._seal(f"{item}:{number}", said.encode(), who))
            if item in {"message", "note"}:
                given[item] = number
        command = kind(case=self.case, at=self.at, by=by, digests=_digests(texts), **given)
        self._decide(command, by.name, texts)

    def _decide(self, command: Command, by: str, sealed: list[Sealed]) -> None:
        events = decide(self.now, command)
        if not events:
            return
        after = fold(self.case, self.now, events, self.at)
        assert after is not None
        self.now = after
        self.steps.append(Step(at=self.at, by=by, events=events, sealed=tuple(sealed), after=after))

    def _seal(self, item: str, value: bytes, who: str) -> Sealed:
        return Sealed(item=item, salt=self.rng.randbytes(wire.SALT_BYTES), value=value, who=who)


def _digests(sealed: list[Sealed]) -> dict[str, str]:
    return {one.item: wire.digest(one.salt, one.value) for one in sealed}


def play(life: Life) -> None:
    """From the first claim to the end. What the rules refuse at its moment is left out, as people leave it."""
    rng, agent = life.rng, life.rng.choice(life.staff)
    first = life.kind.first_reply or timedelta(hours=8)
    life.wait(first * 0.25)
    if rng.random() < 0.05 and life.kind.severity is not Severity.CRITICAL:
        text = ("reason", rng.choice(words.CLOSED))
        life.by_staff(
            ask.CloseCase, agent, text, closed_reason=rng.choice([ClosedReason.INVALID, ClosedReason.SPAM])
        )
        return
    life.by_staff(ask.ChangeOwner, agent)
    _label(life, agent)
    if rng.random() < 0.7:
        life.wait(timedelta(minutes=5))
        life.by_staff(ask.SendMessage, agent, ("message", rng.choice(words.TAKEN_UP)), to=Addressee.REPORTER)
    _inquire(life, agent)
    if life.status is Status.CLOSED:
        return
    disposition = rng.choices(list(Disposition), (30, 22, 20, 14, 10, 4))[0]
    life.by_staff(
        ask.DecideCase, agent, ("reasons", rng.choice(words.REASONS)), disposition=disposition, evidence=(),
        announce=rng.random() < 0.3,
    )  # fmt: skip
    _afterwards(life, agent, disposition)


def _label(life: Life, agent: Invented) -> None:
    """By dice of its own: what else happens to a case does not hang on it."""
    rng = Random(life.steps[0].sealed[0].salt)  # noqa: S311 - it is to be the same each time
    if rng.random() < 0.2:
        tags = frozenset(rng.sample(words.TAGS, rng.choice([1, 1, 2])))
        life.by_staff(ask.ChangeTags, agent, add=tags, remove=frozenset())
    if rng.random() < 0.05:
        life.by_staff(ask.ChangePriority, agent, priority=rng.choice([Priority.HIGH, Priority.URGENT]))


def _inquire(life: Life, agent: Invented) -> None:
    rng = life.rng
    if rng.random() < 0.35:
        life.wait(timedelta(minutes=30))
        life.by_staff(ask.WriteNote, agent, ("note", rng.choice(words.NOTES)))
    if rng.random() < 0.06:
        life.by_staff(ask.Escalate, agent, ("reason", rng.choice(words.ESCALATED)))
    if rng.random() < 0.45:
        life.wait(timedelta(hours=1))
        _ask_reporter(life, agent)
    if life.status is Status.IN_REVIEW and rng.random() < 0.4:
        life.wait(timedelta(hours=3))
        _ask_respondent(life, agent)
    if life.status is Status.IN_REVIEW and rng.random() < 0.5:
        life.wait(timedelta(hours=4))
        text = ("message", rng.choice(words.UPDATES))
        life.by_staff(ask.SendMessage, agent, text, to=Addressee.REPORTER)
    life.wait(timedelta(hours=20))


def _ask_reporter(life: Life, agent: Invented) -> None:
    rng = life.rng
    due = life.at + timedelta(days=rng.choice([2, 3, 5]))
    life.by_staff(
        ask.RequestReply, agent, ("message", rng.choice(words.QUESTIONS)), of=Addressee.REPORTER, due=due
    )
    chance = rng.random()
    if chance < 0.08:
        life.wait(timedelta(days=30 if life.may_expire else 6))
        return
    life.wait(timedelta(hours=9))
    if chance < 0.15:
        life.by_party(ask.WithdrawReport, REPORTER, ("reason", rng.choice(words.WITHDRAWN)))
    elif life.status is not Status.CLOSED:
        life.by_party(ask.SendMessage, REPORTER, ("message", rng.choice(words.ANSWERS)), to=Addressee.DESK)


def _ask_respondent(life: Life, agent: Invented) -> None:
    rng = life.rng
    due = life.at + timedelta(days=4)
    text = ("message", rng.choice(words.TO_ASKED))
    life.by_staff(ask.RequestReply, agent, text, of=Addressee.RESPONDENT, due=due)
    if rng.random() < 0.7:
        life.wait(timedelta(hours=18))
        if life.status is Status.WAITING_RESPONDENT:
            life.by_party(ask.GiveStatement, RESPONDENT, ("message", rng.choice(words.STATEMENTS)))
    else:
        life.wait(timedelta(days=6))


def _afterwards(life: Life, agent: Invented, disposition: Disposition) -> None:
    rng = life.rng
    life.wait(timedelta(hours=30))
    if rng.random() < 0.07:
        life.by_party(ask.AppealDecision, REPORTER, ("reason", rng.choice(words.APPEALS)))
        reviewer = rng.choice([one for one in life.staff if one is not agent])
        life.wait(timedelta(days=4))
        outcome = rng.choices(list(Outcome), (70, 18, 12))[0]
        kept = disposition if outcome is Outcome.UPHELD else Disposition.PARTLY_UPHELD
        life.by_staff(
            ask.DecideAppeal,
            reviewer,
            ("reasons", rng.choice(words.REASONS)),
            outcome=outcome,
            disposition=kept,
        )
    elif rng.random() < 0.3:
        life.by_party(ask.AcceptDecision, REPORTER)
    life.wait(timedelta(days=40))
    if life.status is Status.DECIDED and rng.random() < 0.9:  # of a type that never closes by itself
        life.by_party(ask.AcceptDecision, REPORTER)


def lived(life: Life, gig_title: str) -> Life:
    """The whole life. A refusal ends it where it is: such a case stands still, as some do."""
    life.open(GIG, gig_title)
    with suppress(GigdeskError):
        play(life)
    return life
