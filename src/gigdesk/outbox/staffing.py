"""Whom of the staff a late or escalated case is told to, and what is told to the support address instead.

1. The owner, where they came with a token of staff lately and have an address that may be written to.
2. Leads who did, the latest ten. Nobody who is a party of the case, whatever they work as.
3. Who is named in a note, where they may still see the case.
4. Where nobody can be told the support address is, and the mail says so. What is missed, taken from its owner or
   escalated goes there besides.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from gigdesk.app import Gigdesk
from gigdesk.cases.colleagues import KNOWN_FOR
from gigdesk.cases.model import Step
from gigdesk.gigs.model import Person
from gigdesk.ids import belonging
from gigdesk.notices.courier import Courier, is_reachable
from gigdesk.notices.facts import Breach, Escalation, Mention, ToStaff
from gigdesk.notices.model import State
from gigdesk.notices.ports import Undeliverable
from gigdesk.notices.telling import Scene

MOST_LEADS = 10
STAFF_PLACES = 1 << 16  # beyond the places of what else belongs to the effect


class Staffing:
    """Tells staff of a case what concerns them; raises Unavailable, and Undeliverable for the support address."""

    def __init__(self, desk: Gigdesk, courier: Courier) -> None:
        self._desk = desk
        self._courier = courier

    async def tell_named(self, effect: UUID, scene: Scene, facts: Mention) -> None:
        """Tell who is named in a note, unless they may see the case no longer."""
        row = await self._desk.index.get_row(scene.case.id)
        user_id = scene.person(facts.to).get("id")
        people = [one.person for one in await self._desk.insights.colleagues.who_see(row)] if row else []
        for person in people:
            if person.user_id == user_id:
                await self._told(effect, facts, person)

    async def tell(self, effect: UUID, scene: Scene, facts: Escalation | Breach) -> None:
        """Tell whom these facts concern, each once however often it is tried."""
        step = facts.step if isinstance(facts, Breach) else None
        is_for_owner = step in (Step.OWNER, Step.QUEUE)
        people = await (self._owner(scene) if is_for_owner else self._leads(scene))
        told = [await self._told(effect, replace(facts, to_staff=True), person) for person in people]
        is_alone = step in (Step.OWNER, Step.LEAD)
        if is_alone and any(told):
            return
        has_nobody_to_tell = step is Step.OWNER and scene.owner is None
        is_instead = step is not Step.QUEUE and not any(told) and not has_nobody_to_tell
        await self._courier.tell_support(effect, replace(facts, is_instead=is_instead))

    async def _told(self, effect: UUID, facts: ToStaff, person: Person) -> bool:
        """Whether the mail went out, now or before; one that is refused for good keeps nobody else from theirs."""
        # An id of the person's: not of a place in a list, which may be another when it is tried again.
        own = belonging(effect, STAFF_PLACES + int(self._desk.handler.person(person.user_id)[:7], 16))
        with suppress(Undeliverable):
            return await self._courier.tell_staff(own, facts, person) is State.SENT
        return False

    async def _owner(self, scene: Scene) -> Sequence[Person]:
        user_id = str(scene.person(scene.owner).get("id", "")) if scene.owner else ""
        person = (await self._desk.people.get([user_id])).get(user_id)
        since = self._desk.clock.now() - KNOWN_FOR
        works_here = person and person.role and person.met_at and person.met_at >= since
        return [person] if person and works_here and self._may_be_told(person, scene) else []

    async def _leads(self, scene: Scene) -> Sequence[Person]:
        since = self._desk.clock.now() - KNOWN_FOR
        found = await self._desk.people.staff("lead", since, MOST_LEADS)
        return [person for person in found if self._may_be_told(person, scene)]

    def _may_be_told(self, person: Person, scene: Scene) -> bool:
        parties = {scene.person(party).get("id") for party in ("reporter", "respondent")}
        return is_reachable(person) and person.user_id not in parties
