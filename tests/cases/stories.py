"""Stories of a case: given what happened, when this is asked, then that follows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from gigdesk.cases import life_commands as ask
from gigdesk.cases.commands import RecordVerdict
from gigdesk.cases.decide import decide
from gigdesk.cases.events import CaseOpened, Event
from gigdesk.cases.evolve import fold
from gigdesk.cases.files import file_item
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Case
from gigdesk.cases.visibility import Record
from gigdesk.evidence.model import ReceivedFile, Verdict
from gigdesk.gigs.model import Side

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CASE = UUID(int=1)
REPORTER = By(name="reporter", who=frozenset({Who.REPORTER}))
RESPONDENT = By(name="respondent", who=frozenset({Who.RESPONDENT}))
AGENT = By(name="staff:1", who=frozenset({Who.AGENT}))
OTHER = By(name="staff:2", who=frozenset({Who.AGENT}))
LEAD = By(name="staff:3", who=frozenset({Who.AGENT, Who.LEAD}))
SAID = {"reason:1": "ab" * 32}


def opened(
    issue_type: str = "payment.not_received", queue: str = "payments", severity: str = "normal"
) -> CaseOpened:
    return CaseOpened(
        reference="GD-7K3M-9XQ24",
        gig_id="tiles",
        side=Side.WORKER,
        issue_type=issue_type,
        severity=severity,
        queue=queue,
        digests={},
    )


def a_file(size: int = 1000) -> ReceivedFile:
    return ReceivedFile(
        id=uuid4(), key=uuid4().hex, name="a.jpg", media_type="image/jpeg", size=size, sha256="cd" * 32
    )


def digests_of(files: Iterable[ReceivedFile]) -> dict[str, str]:
    return {file_item(file.id): "ef" * 32 for file in files}


@dataclass
class Story:
    """A case and its history; ``when`` asks, and keeps what followed."""

    at: datetime = AT
    case: Case | None = None
    history: list[Record] = field(default_factory=list)

    @classmethod
    def of(cls, *events: Event) -> "Story":
        """A case to which this happened, each an hour after the other."""
        story = cls()
        for event in events or (opened(),):
            story._append("reporter", (event,))
            story.at += timedelta(hours=1)
        return story

    def owner(self, by: By) -> By:
        """The same person, who owns the case now."""
        return By(name=by.name, who=by.who | ({Who.OWNER} if self.now.owner == by.name else set()))

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    def when(self, kind: type[ask.LifeCommand], by: By, **given: object) -> tuple[Event, ...]:
        """Ask this; the events that followed."""
        given.setdefault("digests", {})
        command = kind(case=CASE, at=self.at, by=self.owner(by), **given)  # type: ignore[arg-type]
        events = decide(self.case, command)
        if events:
            self._append(by.name, events)
        return events

    def inspected(self, evidence: UUID, verdict: Verdict = Verdict.CLEAN) -> "Story":
        command = RecordVerdict(case=CASE, at=self.at, by="system", evidence=evidence, verdict=verdict)
        if events := decide(self.case, command):
            self._append("system", events)
        return self

    def _append(self, by: str, events: tuple[Event, ...]) -> None:
        self.case = fold(CASE, self.case, events, self.at)
        self.history.append(Record(number=len(self.history) + 1, at=self.at, by=by, events=events))

    def wait(self, **span: float) -> "Story":
        self.at += timedelta(**span)
        return self

    def claimed(self, by: By = AGENT) -> "Story":
        self.when(ask.ChangeOwner, by, owner=by.name)
        return self

    def asked(self, of: object, by: By = AGENT, **span: float) -> "Story":
        due = self.at + timedelta(**(span or {"days": 3}))
        self.when(ask.RequestReply, by, message=uuid4(), of=of, due=due, digests=SAID)
        return self
