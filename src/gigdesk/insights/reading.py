"""The shell that tells staff who else reads a case now, so that two people do not work on one.

1. Who reads a case is told to staff who see that case, and to nobody else; no party hears of it.
2. It is for now alone: without another beat within a minute they are gone, and within the hour so is the row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases.read import CaseReader
from gigdesk.insights.model import Reading
from gigdesk.insights.ports import Presence

GONE_AFTER = timedelta(seconds=60)
MAX_NAME = 200
MOST = 5
"""So many readers of a case are named."""


class CaseReading:
    """Keeps who reads which case, for minutes."""

    def __init__(self, presence: Presence, reader: CaseReader, person_of: Callable[[str], str]) -> None:
        self._presence = presence
        self._reader = reader
        self._person_of = person_of

    async def here(self, actor: Actor, case: UUID) -> Sequence[Reading]:
        """That they read it still; who else does. Raises NotFound where they do not see it as staff, Unavailable."""
        await self._reader.look_as_staff(actor, case)
        name = (actor.name or actor.sub)[:MAX_NAME]
        await self._presence.here(case, self._person_of(actor.sub), name)
        return (await self.others(actor, [case])).get(case, ())

    async def leave(self, actor: Actor, case: UUID) -> None:
        """That they read it no longer, whether they still see it or not. Raises NotFound for who is no staff."""
        permit(actor, Action.SEE_DESK, Facts())
        await self._presence.leave(case, self._person_of(actor.sub))

    async def others(self, actor: Actor, cases: Sequence[UUID]) -> Mapping[UUID, Sequence[Reading]]:
        """Who beside the caller reads these cases, by name, of each case five at most.

        Only for cases that the caller was just shown as staff: that is not judged again here. Raises NotFound for
        who is no staff, Unavailable.
        """
        permit(actor, Action.SEE_DESK, Facts())
        me = self._person_of(actor.sub)
        found = await self._presence.readers(cases, GONE_AFTER)
        others = {case: [one for one in all_ if one.person != me][:MOST] for case, all_ in found.items()}
        return {case: readers for case, readers in others.items() if readers}

    async def forget_old(self) -> None:
        """Forget who is gone. Raises Unavailable."""
        await self._presence.forget(GONE_AFTER)
