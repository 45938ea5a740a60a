"""What the page of a case needs from beside the case: other cases, and people of the desk."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.intake import groups_of
from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import Who
from gigdesk.cases.model import Status
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.cases.view import CaseView, view_of
from gigdesk.errors import Invalid, NotFound
from gigdesk.web.agent.case_shown import Beside
from gigdesk.web.agent.case_views import OtherCase, StaffChoice
from gigdesk.web.agent.names import user_ids
from gigdesk.web.desk.gig_lookup import GigLookup
from gigdesk.web.pages import Pages

SHOWN = 8
LATELY = timedelta(days=90)
STAFF_SHOWN = 80
_OF_GIG, _OF_PEOPLE, _JOINED = msg("same gig"), msg("same people"), msg("merged into this one")


class DeskBeside:
    """Looks around a case, as far as this member of staff may see."""

    def __init__(self, desk: Gigdesk, pages: Pages) -> None:
        self._desk = desk
        self._url = pages.url
        self._gigs = GigLookup(desk)

    async def of(self, actor: Actor, view: CaseView) -> Beside:
        """Everything that stands beside the case. Raises Unavailable."""
        return Beside(
            met=await self._met(user_ids(view.sight).values()),
            others=await self._others(actor, view),
            staff=await self._staff(view),
            merged_into=await self._merged_into(actor, view),
            gig=await self._gigs.of(view),
            kinds=groups_of(view.case.side, self._desk.rulebook),
            tags=await self._desk.insights.lists.tags(actor),
            labels={kind.code: kind.label for kind in self._desk.rulebook.taxonomy.types},
        )

    async def find(self, actor: Actor, view: CaseView, given: str) -> UUID:
        """The case of the same gig that is meant by this id or reference; raises Invalid where there is none."""
        with suppress(ValueError):
            return UUID(given)
        query = self._query(actor, view, given.strip().upper())
        page = await self._desk.index.list_cases(query, None, 2)
        if len(page.items) != 1:
            raise Invalid("merge.unknown", "There is no such case to merge into, or it is not yours.")
        return page.items[0].id

    async def _met(self, ids: Iterable[str]) -> Mapping[str, str]:
        people = await self._desk.people.get([one for one in ids if one])
        return {user_id: person.name for user_id, person in people.items() if person.name}

    async def _others(self, actor: Actor, view: CaseView) -> Sequence[OtherCase]:
        of_gig = await self._desk.index.list_cases(self._query(actor, view), None, SHOWN + 1)
        found = [
            self._other(row, _JOINED if row.id in view.case.duplicates else _OF_GIG)
            for row in of_gig.items
            if row.id != view.case.id
        ]
        row, known = view.sight.row, {one.id for one in found} | {str(view.case.id)}
        for party in (row.reporter, row.respondent):
            if party is None:
                continue
            page = await self._desk.index.list_cases(PartyQuery(party=party), None, SHOWN)
            seen = [
                one for one in page.items if str(one.id) not in known and self._may_list(actor, view, one)
            ]
            found += [self._other(one, _OF_PEOPLE) for one in seen]
            known |= {str(one.id) for one in seen}
        return found[: 2 * SHOWN]

    def _query(self, actor: Actor, view: CaseView, reference: str | None = None) -> CaseQuery:
        return CaseQuery(
            not_about=view.sight.person,
            queues=self._desk.rulebook.queues.visible(actor),
            gig_id=view.case.gig_id,
            reference=reference,
        )

    def _may_list(self, actor: Actor, view: CaseView, row: CaseRow) -> bool:
        queues = self._desk.rulebook.queues.visible(actor)
        is_about = view.sight.person in (row.reporter, row.respondent)
        return not is_about and (queues is None or row.queue in queues)

    def _other(self, row: CaseRow, why: str) -> OtherCase:
        return OtherCase(
            id=str(row.id),
            reference=row.reference,
            label=self._desk.rulebook.taxonomy.label(row.issue_type),
            status=row.status,
            url=self._url(f"/desk/cases/{row.id}"),
            why=why,
            is_candidate=why == _OF_GIG and row.status != Status.CLOSED.value,
        )

    async def _staff(self, view: CaseView) -> Sequence[StaffChoice]:
        """Who was here lately; only a lead gives a case to somebody else."""
        if Who.LEAD not in view.sight.by.who:
            return ()
        return await staff_of(self._desk)

    async def _merged_into(self, actor: Actor, view: CaseView) -> OtherCase | None:
        if view.case.merged_into is None:
            return None
        with suppress(NotFound):
            sight = await self._desk.reader.look_as_staff(actor, view.case.merged_into)
            other = view_of(sight, self._desk.rulebook.taxonomy)
            return self._other(other.sight.row, "")
        return None


async def staff_of(desk: Gigdesk) -> Sequence[StaffChoice]:
    """Who works cases and was at the desk lately, by name. Raises Unavailable."""
    since = desk.clock.now() - LATELY
    people = [
        person
        for person in await desk.people.team(STAFF_SHOWN)
        if person.role in ("staff", "lead") and person.met_at is not None and person.met_at >= since
    ]
    choices = [StaffChoice(user_id=one.user_id, name=one.name or one.user_id) for one in people]
    return sorted(choices, key=lambda one: one.name.casefold())
