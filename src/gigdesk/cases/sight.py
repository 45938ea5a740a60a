"""A case as it stands for one caller: on which side they are, what they see of it, what they may do with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gigdesk.access.model import Actor, Role
from gigdesk.cases.life_commands import By
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Case
from gigdesk.cases.ports import CaseRow, Commit, SealedValue
from gigdesk.cases.visibility import Record, Viewer, case_of

_STANDINGS = {
    Role.AGENT: frozenset({Who.AGENT}),
    Role.LEAD: frozenset({Who.AGENT, Who.LEAD}),
    Role.ADMIN: frozenset({Who.AGENT, Who.LEAD}),
}
Sealed = Mapping[str, SealedValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A case as it stands for one caller: all of it, what they may see of it, and what they are towards it."""

    row: CaseRow
    commits: Sequence[Commit]
    case: Case
    sealed: Sealed
    viewer: Viewer
    seen: Sequence[Record]
    by: By
    person: str

    @property
    def shown(self) -> Case:
        """The case that the caller sees: what the events that they may see make of it."""
        case = case_of(self.case.id, self.seen)
        assert case is not None  # whoever sees anything sees it opened
        return case

    @property
    def version(self) -> int:
        """Counts what the caller may see."""
        return self.seen[-1].number


def viewer_of(row: CaseRow, person: str) -> Viewer:
    """On which side of the case this person stands: who is a party is never staff in it."""
    if row.reporter == person:
        return Viewer.REPORTER
    return Viewer.RESPONDENT if row.respondent == person else Viewer.STAFF


def standing(
    actor: Actor, viewer: Viewer, case: Case, name: str | None, *, is_specialist: bool = False
) -> By:
    """What the caller is towards the case. ``staff:0`` is staff who never acted on it."""
    if viewer is not Viewer.STAFF:
        return By(name=viewer.value, who=frozenset({Who(viewer.value)}))
    who: frozenset[Who] = frozenset().union(*(_STANDINGS.get(role, frozenset()) for role in actor.roles))
    if name is not None and name == case.owner:
        who |= {Who.OWNER}
    if is_specialist:
        who |= {Who.SPECIALIST}
    return By(name=name or "staff:0", who=who)


def staff_name(sealed: Sealed, person: str) -> str | None:
    """What this person is called among the staff of a case, if they acted on it."""
    return next(
        (item for item, value in sealed.items() if item.startswith("staff:") and value.person == person), None
    )


def renamed(sight: Sight, name: str) -> Sight:
    """The same for staff who are named now."""
    return Sight(
        row=sight.row,
        commits=sight.commits,
        case=sight.case,
        sealed=sight.sealed,
        viewer=sight.viewer,
        seen=sight.seen,
        by=By(name=name, who=sight.by.who),
        person=sight.person,
    )
