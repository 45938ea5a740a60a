"""Giving a case another type: which one is meant, and where that takes the case by the rules of its host. Pure."""

from dataclasses import dataclass

from gigdesk.access.model import Actor
from gigdesk.cases.fields import unknown_type
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Case
from gigdesk.cases.routing import Place
from gigdesk.cases.rulebook import Rulebook
from gigdesk.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyping:
    """What ``actor`` gives cases another type by."""

    rulebook: Rulebook
    actor: Actor

    def kind(self, said: str, case: Case) -> IssueType:
        """The type that is meant; raises Invalid for one that the side of who reported may not report."""
        taxonomy = self.rulebook.taxonomy
        if kind := taxonomy.resolve(said, case.side):
            return kind
        error = unknown_type(said, taxonomy.allowed(case.side))
        raise Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=[error])

    def place(self, kind: IssueType, case: Case, text: str) -> Place:
        """Where a case of this type goes, by what was reported."""
        return self.rulebook.routing.place(kind, case.side, text)

    def keeps_owner(self, queue: str, case: Case, by: By) -> bool:
        """Whether who owns the case goes on with it there: into a sensitive queue only who is known to see it."""
        if case.owner is None or queue == case.queue or not self.rulebook.queues.is_sensitive(queue):
            return True
        sees = Who.LEAD in by.who or self.rulebook.queues.is_specialist(self.actor, queue)
        return sees and case.owner == by.name
