"""The shell of exports: the cases of a list, one after the other, however many; for staff alone.

1. Whoever may not see a case exports it as little as they list it: the rows are those of the list.
2. In the order of their opening, which never changes, so that no case is there twice and none is left out.
3. A page is held at a time. Names of parties are read only where a lead or an admin asked for them.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.insights.asked import Asked, Listing
from gigdesk.insights.facts import CaseFacts
from gigdesk.insights.lists import DeskLists, Sources
from gigdesk.insights.model import DeskEntry, Sort
from gigdesk.insights.ports import FigureSource
from gigdesk.insights.query import DeskQuery
from gigdesk.insights.staff_names import name_on, staff_names
from gigdesk.records import record

PAGE = 200
_PARTIES = ("reporter", "respondent")


@record(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A case as it is exported. ``owner`` is a name; so are the parties, where they were asked for."""

    reference: str
    case: UUID
    issue_type: str
    queue: str
    status: str
    disposition: str | None
    severity: str
    priority: str
    gig_id: str
    opened_at: datetime
    replied_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    files: int
    owner: str | None
    tags: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is exported, and the names of owners that are known by now."""

    asked: Asked
    names: dict[str, str]
    is_personal: bool


class CaseExport:
    """Exports lists of cases."""

    def __init__(self, lists: DeskLists, facts: FigureSource, sources: Sources) -> None:
        self._lists = lists
        self._facts = facts
        self._sources = sources

    async def pages(
        self, actor: Actor, query: DeskQuery, *, is_personal: bool
    ) -> AsyncIterator[Sequence[ExportRow]]:
        """The rows, page by page, oldest first; ``newest`` first if the query says so. The first page is read already.

        Raises NotFound, NotAllowed for names that the actor may not export, Unavailable.
        """
        asked = self._lists.asked(actor, query)
        if is_personal:
            permit(actor, Action.EXPORT_NAMES, Facts())
        sort = Sort.NEWEST if query.sort is Sort.NEWEST else Sort.OLDEST
        pages = self._pages(_Wanted(asked=replace(asked, sort=sort), names={}, is_personal=is_personal))
        first = await anext(pages, ())

        async def every() -> AsyncIterator[Sequence[ExportRow]]:
            yield first
            async for page in pages:
                yield page

        return every()

    async def _pages(self, wanted: _Wanted) -> AsyncIterator[Sequence[ExportRow]]:
        after = None
        while True:
            found = await self._sources.desk.page(Listing(asked=wanted.asked, after=after), PAGE)
            yield await self._rows(found.entries, wanted)
            after = found.next
            if after is None:
                return

    async def _rows(self, entries: Sequence[DeskEntry], wanted: _Wanted) -> Sequence[ExportRow]:
        cases = [entry.case for entry in entries]
        facts = await self._facts.facts(cases)
        await self._learn(entries, wanted.names)
        parties = await self._parties(cases) if wanted.is_personal else {}
        return [_row(entry, facts.get(entry.case), wanted.names, parties) for entry in entries]

    async def _learn(self, entries: Sequence[DeskEntry], names: dict[str, str]) -> None:
        """The names of owners that were not met before."""
        on = {entry.owner: entry.case for entry in entries if entry.owner and entry.owner not in names}
        if on:
            found = await staff_names(self._sources.cases, self._sources.people, on)
            names |= {person: staff.name for person, staff in found.items()}

    async def _parties(self, cases: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        sealed = await self._sources.cases.sealed(cases, _PARTIES)
        return {case: name_on(values, _PARTIES) for case, values in sealed.items()}


def _row(
    entry: DeskEntry,
    facts: CaseFacts | None,
    names: Mapping[str, str],
    parties: Mapping[UUID, tuple[str, ...]],
) -> ExportRow:
    return ExportRow(
        reference=entry.reference,
        case=entry.case,
        issue_type=entry.issue_type,
        queue=entry.queue,
        status=entry.status,
        disposition=facts.disposition if facts else None,
        severity=entry.severity,
        priority=entry.priority,
        gig_id=entry.gig_id,
        opened_at=entry.opened_at,
        replied_at=facts.replied_at if facts else None,
        decided_at=facts.decided_at if facts else None,
        closed_at=facts.closed_at if facts else None,
        files=entry.files,
        owner=names.get(entry.owner, "") if entry.owner else None,
        tags=entry.tags,
        parties=parties.get(entry.case, ()),
    )
