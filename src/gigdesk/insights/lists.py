"""The shell of the desk's lists: pages, counts, neighbours, the next case; for staff alone.

1. What somebody may not see is left out by the store, in every query: it is in no page, no count, no place.
2. A page looks on while it is not full, for a bounded number of rows; then it comes out short and goes on from there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases.ports import CaseIndex
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.sight import Sealed
from gigdesk.clock import Clock
from gigdesk.errors import NotFound
from gigdesk.gigs.ports import People
from gigdesk.insights.asked import Asked, DeskPlace, Listing, place_of
from gigdesk.insights.days import day_of
from gigdesk.insights.figures_asked import FigureQuery, Scope, scope_of
from gigdesk.insights.matching import matches
from gigdesk.insights.meaning import Asker, asked_for
from gigdesk.insights.model import MOST_COUNTED, DeskEntry, DeskLine, DeskPage, Neighbours
from gigdesk.insights.places import read_place, write_place
from gigdesk.insights.ports import CaseLeases, DeskIndex
from gigdesk.insights.query import DeskQuery
from gigdesk.insights.staff_names import staff_on
from gigdesk.insights.terms import Vocabulary, vocabulary_of

LEASE = timedelta(minutes=10)
SAID = 160
MOST_TAGS = 200
ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where lists come from."""

    desk: DeskIndex
    cases: CaseIndex
    leases: CaseLeases
    people: People


class DeskLists:
    """Lists, counts and searches cases for staff. Everybody else finds nothing here: NotFound."""

    def __init__(
        self,
        sources: Sources,
        person_of: Callable[[str], str],
        rulebook: Rulebook,
        clock: Clock,
        zone: str = "UTC",
    ) -> None:
        self._desk = sources.desk
        self._cases = sources.cases
        self._leases = sources.leases
        self._people = sources.people
        self._person_of = person_of
        self._rulebook = rulebook
        self._clock = clock
        self.zone = zone

    def vocabulary(self, actor: Actor) -> Vocabulary:
        """The words that a query of this member of staff may have."""
        permit(actor, Action.SEE_DESK, Facts())
        return vocabulary_of(self._rulebook, actor)

    async def page(self, actor: Actor, query: DeskQuery, after: str | None, limit: int = 50) -> DeskPage:
        """The first ``limit`` lines of a list after the place where the page before ended.

        Raises NotFound, Invalid (a place of another list), Unavailable.
        """
        asked = self.asked(actor, query)
        entries, left = await self._entries(asked, read_place(after, asked.sort), limit)
        lines = await self._lines(entries, asked)
        return DeskPage(lines=lines, next=write_place(left, asked.sort) if left else None)

    async def counts(
        self, actor: Actor, queries: Mapping[str, DeskQuery], most: int = 99
    ) -> Mapping[str, int]:
        """How many cases each list has; ``most`` + 1 where there are more. Raises NotFound, Unavailable."""
        listings = {name: Listing(asked=self.asked(actor, query)) for name, query in queries.items()}
        return await self._desk.counts(listings, most)

    async def tags(self, actor: Actor) -> Sequence[str]:
        """The tags that cases have which this member of staff may see, by name; the first 200. Raises NotFound,
        Unavailable.
        """
        asker = self._asker(actor)
        return await self._desk.tags(asker.person, asker.queues, MOST_TAGS)

    async def neighbours(self, actor: Actor, query: DeskQuery, case: UUID) -> Neighbours:
        """What stands around a case in a list. Raises NotFound where the caller may not see it, Unavailable."""
        asked = self.asked(actor, query)
        entry = await self._desk.entry(case)
        if entry is None or not _sees(asked, entry, self._rulebook.queues.visible(actor)):
            raise NotFound("case.unknown", "There is no such report, or it is not yours.")
        here = place_of(entry, asked.sort)
        ahead, behind = Listing(asked=asked, after=here), Listing(asked=asked, after=here, is_backwards=True)
        itself = Listing(asked=replace(asked, cases=frozenset({case})))
        counts = await self._desk.counts({"all": Listing(asked=asked), "before": behind}, MOST_COUNTED)
        is_there = bool((await self._desk.page(itself, 1)).entries)
        return Neighbours(
            previous=await self._first(behind),
            next=await self._first(ahead),
            place=counts["before"] + 1 if is_there else None,
            count=counts["all"],
        )

    async def next_case(self, actor: Actor) -> UUID | None:
        """The most urgent open case that nobody owns and nobody else has taken up, taken up for ten minutes.

        None where there is none. Raises NotFound, NotAllowed for an auditor, Unavailable.
        """
        permit(actor, Action.TAKE_UP, Facts())
        queues = self._rulebook.queues.visible(actor)
        return await self._leases.take(self._person_of(actor.sub), queues, LEASE)

    async def release(self, actor: Actor, case: UUID) -> None:
        """Give back a case that was taken up; one that is somebody else's stays theirs. Raises as ``next_case``."""
        permit(actor, Action.TAKE_UP, Facts())
        await self._leases.release(self._person_of(actor.sub), case)

    def asked(self, actor: Actor, query: DeskQuery) -> Asked:
        """What a query asks the store for, as it stands for this member of staff now. Raises NotFound."""
        return asked_for(query, self._asker(actor), self._codes, self._person_of)

    def scope(self, actor: Actor, query: FigureQuery) -> Scope:
        """Which cases figures are of, as they stand for this member of staff. Raises NotFound."""
        return scope_of(query, self._asker(actor), self._codes, self._person_of)

    def now(self) -> datetime:
        """What time it is."""
        return self._clock.now()

    def today(self) -> date:
        """Which day it is at the desk, in its time zone."""
        return day_of(self._clock.now(), self.zone)

    @property
    def _codes(self) -> Iterator[str]:
        return (kind.code for kind in self._rulebook.taxonomy.types)

    def _asker(self, actor: Actor) -> Asker:
        permit(actor, Action.SEE_DESK, Facts())
        return Asker(
            person=self._person_of(actor.sub),
            queues=self._rulebook.queues.visible(actor),
            at=self._clock.now(),
            zone=self.zone,
        )

    async def _entries(
        self, asked: Asked, after: DeskPlace | None, limit: int
    ) -> tuple[list[DeskEntry], DeskPlace | None]:
        """Look on until there are enough, nothing is left, or enough was looked at."""
        entries: list[DeskEntry] = []
        for _ in range(ROUNDS):
            found = await self._desk.page(Listing(asked=asked, after=after), limit - len(entries))
            entries += found.entries
            after = found.next
            if after is None or len(entries) >= limit:
                break
        return entries, after

    async def _first(self, listing: Listing) -> UUID | None:
        for _ in range(ROUNDS):
            found = await self._desk.page(listing, 1)
            if found.entries:
                return found.entries[0].case
            if found.next is None:
                return None
            listing = replace(listing, after=found.next)
        return None

    async def _lines(self, entries: Sequence[DeskEntry], asked: Asked) -> tuple[DeskLine, ...]:
        sealed = await self._cases.sealed([entry.case for entry in entries])
        owners = {entry.case: staff_on(sealed[entry.case], entry.owner or "") for entry in entries}
        known = await self._people.get(sorted({one.user_id for one in owners.values() if one.user_id}))
        names = {user: person.name for user, person in known.items() if person.name}
        return tuple(
            DeskLine(
                entry=entry,
                gig_title=_text(sealed[entry.case], "gig"),
                said=" ".join(_text(sealed[entry.case], "description").split())[:SAID],
                type_label=self._rulebook.taxonomy.label(entry.issue_type),
                owner_name=None
                if entry.owner is None
                else names.get(owners[entry.case].user_id, owners[entry.case].name),
                owner_is_me=entry.owner == asked.person,
                matched=matches(sealed[entry.case], asked.phrases) if asked.phrases else (),
            )
            for entry in entries
        )


def _sees(asked: Asked, entry: DeskEntry, queues: frozenset[str] | None) -> bool:
    is_about = asked.person in (entry.reporter, entry.respondent)
    return not is_about and (queues is None or entry.queue in queues)


def _text(sealed: Sealed, item: str) -> str:
    value = sealed.get(item)
    return value.value.decode() if value else ""
