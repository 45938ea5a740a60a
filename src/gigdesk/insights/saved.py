"""Lists that somebody gave a name to: private, or shared with all staff. A shell around a few rules.

A view is a name for a query; it shows nothing that the query would not show to who looks.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases.issue_types import msg
from gigdesk.cases.text import is_blank, normalise
from gigdesk.clock import Clock
from gigdesk.errors import FieldError, Invalid, NotFound
from gigdesk.ids import uuid7
from gigdesk.insights.model import SavedView
from gigdesk.insights.ports import SavedViews
from gigdesk.insights.query import DeskQuery, write_query

MAX_NAME = 60
MOST_OWN = 50
"""So many views one person may keep."""
MOST_SHOWN = 100


class SavedLists:
    """Keeps the views of staff."""

    def __init__(self, views: SavedViews, person_of: Callable[[str], str], clock: Clock) -> None:
        self._views = views
        self._person_of = person_of
        self._clock = clock

    async def seen_by(self, actor: Actor) -> Sequence[SavedView]:
        """Their own and those that are shared, by name. Raises NotFound for who is no staff, Unavailable."""
        permit(actor, Action.SEE_DESK, Facts())
        return await self._views.seen_by(self._person_of(actor.sub), MOST_SHOWN)

    async def save(self, actor: Actor, name: str, query: DeskQuery, *, is_shared: bool) -> SavedView:
        """Keep the list under this name; one of their own with the same name is replaced.

        Raises Invalid for a name that is empty or too long and for the view after the fiftieth, NotFound, Unavailable.
        """
        permit(actor, Action.SEE_DESK, Facts())
        person, name = self._person_of(actor.sub), _name(name)
        own = [view for view in await self._views.seen_by(person, MOST_SHOWN) if view.owner == person]
        same = next((view for view in own if view.name == name), None)
        if same is None and len(own) >= MOST_OWN:
            raise _wrong(msg("You keep %(most)s views already. Remove one first."), most=MOST_OWN)
        view = SavedView(
            id=same.id if same else uuid7(),
            owner=person,
            name=name,
            query=write_query(query),
            is_shared=is_shared,
            created_at=self._clock.now(),
        )
        await self._views.keep(view)
        return view

    async def remove(self, actor: Actor, view: UUID) -> SavedView:
        """Remove one of their own; a lead and an admin also one that is shared. What it was, to bring it back.

        Raises NotFound for any other, Unavailable.
        """
        person = self._person_of(actor.sub)
        found = next((one for one in await self.seen_by(actor) if one.id == view), None)
        if found is None or not (found.owner == person or actor.roles & {Role.LEAD, Role.ADMIN}):
            raise NotFound("view.unknown", "There is no such view, or it is not yours to remove.")
        await self._views.remove(view)
        return found


def _name(text: str) -> str:
    name = " ".join(normalise(text).split())
    if not name or is_blank(name):
        raise _wrong(msg("Give the view a name, like “Damage over 200”."))
    if len(name) > MAX_NAME:
        raise _wrong(msg("A name has at most %(most)s characters."), most=MAX_NAME)
    return name


def _wrong(sentence: str, **values: object) -> Invalid:
    entry = FieldError("name", "view.wrong", sentence, values)
    return Invalid("view.wrong", "The view was not saved. See each entry.", errors=[entry])
