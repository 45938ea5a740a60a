"""The views beside every list of the desk, each with how many cases it has: built-in ones, queues, saved ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Invalid
from gigdesk.insights.model import SavedView
from gigdesk.insights.query import DeskQuery, read_query, write_query
from gigdesk.web.agent.desk_views import VIEWS, View, queue_views
from gigdesk.web.agent.list_shown import counted
from gigdesk.web.agent.list_views import ViewShown
from gigdesk.web.desk.frame import Desk

MOST = 99
MOST_HERE = 999
_HERE = "this list"
_QUEUE, _SAVED = "queue-", "saved-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SideShown:
    """The views by kind, and how many cases the list itself has."""

    views: Sequence[ViewShown]
    queues: Sequence[ViewShown]
    saved: Sequence[ViewShown]
    total: str

    @property
    def here(self) -> ViewShown | None:
        """The view that the list is, if it is one."""
        return next((view for view in (*self.views, *self.queues, *self.saved) if view.is_here), None)


class DeskViews:
    """Counts views and draws them."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell

    async def side(self, actor: Actor, query: DeskQuery) -> SideShown:
        """What stands beside the list of this query."""
        found = await self._found(actor)
        counts = await self._desk.insights.lists.counts(
            actor, {name: q for name, (_, q) in found.items()}, MOST
        )
        total = await self._desk.insights.lists.counts(actor, {_HERE: query}, MOST_HERE)
        here = write_query(query)
        shown = [self._shown(view, own, counts[name], here) for name, (view, own) in found.items()]
        return SideShown(
            views=[one for one in shown if not one.name.startswith((_QUEUE, _SAVED))],
            queues=[one for one in shown if one.name.startswith(_QUEUE)],
            saved=[one for one in shown if one.name.startswith(_SAVED)],
            total=counted(total[_HERE], MOST_HERE),
        )

    async def title(self, actor: Actor, query: DeskQuery) -> str:
        """What the list of this query is called: a view's label, or that it is a list of cases. A message id."""
        found = await self._found(actor)
        return next((view.label for view, own in found.values() if own == query), msg("Cases"))

    async def counts(self, actor: Actor) -> Mapping[str, str]:
        """How many cases each view has, by name."""
        found = await self._found(actor)
        counts = await self._desk.insights.lists.counts(
            actor, {name: q for name, (_, q) in found.items()}, MOST
        )
        return {name: counted(count, MOST) for name, count in counts.items()}

    async def named(self, actor: Actor) -> Sequence[tuple[str, str, bool]]:
        """Label, query and whether somebody named it, of each view; a label that nobody chose is a message id."""
        found = await self._found(actor)
        return [
            (view.label, write_query(own), name.startswith(_SAVED)) for name, (view, own) in found.items()
        ]

    def url(self, query: str, **more: str) -> str:
        """The address of a list."""
        return self._shell.url(f"/desk?{urlencode({'q': query, **more})}")

    async def _found(self, actor: Actor) -> Mapping[str, tuple[View, DeskQuery]]:
        """Every view of this member of staff that can be read; one whose words are no longer known is left out."""
        words = self._desk.insights.lists.vocabulary(actor)
        views = [*VIEWS, *queue_views(self._desk.rulebook.queues, actor)]
        views += [_saved(view) for view in await self._desk.insights.saved.seen_by(actor)]
        found = {}
        for view in views:
            try:
                found[view.name] = (view, read_query(view.query, words))
            except Invalid:
                continue
        return found

    def _shown(self, view: View, query: DeskQuery, count: int, here: str) -> ViewShown:
        own = write_query(query)
        queue = view.name.removeprefix(_QUEUE) if view.name.startswith(_QUEUE) else ""
        is_saved = view.name.startswith(_SAVED)
        return ViewShown(
            name=view.name,
            label=view.label,
            icon=view.icon,
            url=self.url(own),
            key=view.key,
            count=counted(count, MOST),
            is_here=own == here,
            is_hot=bool(queue and count) and self._desk.rulebook.queues.is_sensitive(queue),
            remove_url=self._shell.url(f"/desk/views/{view.name.removeprefix(_SAVED)}/removal")
            if is_saved
            else "",
        )


def _saved(view: SavedView) -> View:
    icon = "star" if view.is_shared else "lock"
    return View(name=f"{_SAVED}{view.id}", label=view.name, icon=icon, query=view.query)
