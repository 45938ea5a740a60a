"""The shell of what is owed to the world, for who keeps it running: what is parked and why, and trying it again."""

from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.administration.events import EffectRetried, EffectsRetried
from gigdesk.administration.log import Administration
from gigdesk.administration.model import RetryEffect
from gigdesk.cases.owed import OutboxState, ParkedEffect, UpcomingEffect
from gigdesk.cases.ports import Outbox
from gigdesk.errors import NotFound
from gigdesk.paging import Page, Place


class OwedEffects:
    """Shows the outbox to those who may see settings; an admin retries what is parked."""

    def __init__(self, outbox: Outbox, administration: Administration) -> None:
        self._outbox = outbox
        self._administration = administration

    async def state(self, actor: Actor) -> OutboxState:
        """How far behind it is. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        return await self._outbox.state()

    async def parked(self, actor: Actor, after: Place | None, limit: int) -> Page[ParkedEffect]:
        """What is parked, oldest first. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        found = await self._outbox.parked(limit + 1, after)
        items = tuple(found[:limit])
        last = items[-1] if len(found) > limit else None
        return Page(items=items, next=Place(at=last.parked_at, id=last.effect.id) if last else None)

    async def upcoming(self, actor: Actor, limit: int) -> tuple[UpcomingEffect, ...]:
        """What is owed and not due yet, the next first. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        return tuple(await self._outbox.upcoming(limit))

    async def retry(self, actor: Actor, effect: UUID) -> None:
        """Make a parked effect due now. Raises NotFound also where it is not parked, NotAllowed, Unavailable."""
        permit(actor, Action.ADMINISTER, Facts())
        found = await self._outbox.find_parked(effect)
        if found is None:
            raise NotFound("effect.unknown", "No effect of this id is parked.")
        event = EffectRetried(effect=effect, of=found.effect.kind, case=found.case)
        await self._administration.record(actor, event, RetryEffect(effect=effect))

    async def retry_all(self, actor: Actor) -> int:
        """Make everything that is parked due now; about how much that was. Raises as ``retry``."""
        permit(actor, Action.ADMINISTER, Facts())
        if count := (await self._outbox.state()).parked:
            await self._administration.record(actor, EffectsRetried(count=count), RetryEffect(effect=None))
        return count
