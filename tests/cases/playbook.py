"""``given(…events).when(command).then(…events)``: rules as a dialogue."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from gigdesk.cases.commands import Command
from gigdesk.cases.decide import decide
from gigdesk.cases.events import Event
from gigdesk.cases.evolve import fold
from gigdesk.cases.model import Case
from gigdesk.errors import GigdeskError

CASE = UUID("0193f0c2-0000-7000-8000-000000000001")
FILE = UUID("0193f0c2-0000-7000-8000-000000000002")
OTHER_FILE = UUID("0193f0c2-0000-7000-8000-000000000003")
AT = datetime(2026, 11, 24, 10, 42, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class When:
    """A case and a command that meets it."""

    before: Case | None
    command: Command

    def then(self, *events: Event) -> Case | None:
        assert decide(self.before, self.command) == events
        return fold(CASE, self.before, events, self.command.at)

    def then_nothing(self) -> None:
        assert decide(self.before, self.command) == ()

    def then_refused(self, kind: type[GigdeskError], code: str) -> None:
        with pytest.raises(kind) as refusal:
            decide(self.before, self.command)
        assert refusal.value.code == code


@dataclass(frozen=True)
class Given:
    """A case as its events left it."""

    before: Case | None

    def when(self, command: Command) -> When:
        return When(self.before, command)


def given(*events: Event) -> Given:
    return Given(fold(CASE, None, events, AT))
