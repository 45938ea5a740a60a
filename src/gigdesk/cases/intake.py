"""What one party may report on one gig, and every limit; the page is drawn from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gigdesk.cases.hours import in_words
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.taxonomy import GROUPS, DetailField, Group, IssueType
from gigdesk.errors import Phrase
from gigdesk.evidence.model import Limits, MediaType
from gigdesk.gigs.model import Gig, Party, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeType:
    """An issue type as it is offered; texts are message ids, ``first_reply`` is a target.

    ``hours`` are those in which the time for it runs; None is day and night.
    """

    code: str
    label: str
    hint: str
    evidence: str
    severity: str
    first_reply: timedelta
    emergency: bool
    shields_reporter: bool
    keeps_draft: bool
    fields: tuple[DetailField, ...]
    aliases: tuple[str, ...]
    hours: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeGroup:
    """Types that are shown together."""

    code: str
    label: str
    hint: str
    icon: str
    types: tuple[IntakeType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The gig, the caller's side of it, what they may report, and how much of it."""

    gig_id: str
    title: str
    trade: str
    place: str
    starts_at: datetime | None
    side: Side
    other_name: str
    groups: tuple[IntakeGroup, ...]
    limits: Limits
    accepted: tuple[MediaType, ...]

    @property
    def types(self) -> tuple[IntakeType, ...]:
        """Every type that is offered, in order."""
        return tuple(t for g in self.groups for t in g.types)

    def find(self, code: str) -> IntakeType | None:
        """The offered type with this code, or None."""
        return next((t for t in self.types if t.code == code), None)


def intake(
    gig: Gig, party: Party, limits: Limits, accepted: Iterable[MediaType], rulebook: Rulebook
) -> Intake:
    """What this party of the gig may report."""
    other = gig.opposite(party.side)
    return Intake(
        gig_id=gig.id,
        title=gig.title,
        trade=gig.trade,
        place=gig.place,
        starts_at=gig.starts_at,
        side=party.side,
        other_name=other.name if other else "",
        groups=groups_of(party.side, rulebook),
        limits=limits,
        accepted=tuple(accepted),
    )


def groups_of(side: Side, rulebook: Rulebook) -> tuple[IntakeGroup, ...]:
    """The types that a party on this side may report, as they are shown together."""
    offered = [(kind.group, _type(kind, rulebook)) for kind in rulebook.taxonomy.allowed(side)]
    groups = (_group(g, tuple(t for group, t in offered if group == g.code)) for g in GROUPS)
    return tuple(g for g in groups if g.types)


def _group(group: Group, types: tuple[IntakeType, ...]) -> IntakeGroup:
    return IntakeGroup(code=group.code, label=group.label, hint=group.hint, icon=group.icon, types=types)


def _type(kind: IssueType, rulebook: Rulebook) -> IntakeType:
    hours = rulebook.routing.hours_of(kind)
    return IntakeType(
        code=kind.code,
        label=kind.label,
        hint=kind.hint,
        evidence=kind.evidence,
        severity=kind.severity.value,
        first_reply=kind.first_reply,
        emergency=kind.emergency,
        shields_reporter=kind.shields_reporter,
        keeps_draft=not rulebook.queues.is_sensitive(kind.queue),
        fields=kind.fields,
        aliases=kind.aliases,
        hours=in_words(hours) if hours else None,
    )
