"""The open cases that people own, as far as who looks may see them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.insights.query import DeskQuery, write_query
from gigdesk.insights.terms import MAX_OWNER, Term
from gigdesk.web.agent.staff_views import Owned
from gigdesk.web.desk.settings import SettingsShell

MOST = 99


class OwnedCases:
    """Counts them."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell

    async def of(self, actor: Actor, people: Sequence[str]) -> Mapping[str, Owned]:
        """How many each of these people owns, with the list; nobody is missing. Raises Unavailable."""
        queries = {person: query for person in people if (query := open_cases_of(person))}
        counts = await self._desk.insights.lists.counts(actor, queries, MOST)
        return {person: self._owned(queries.get(person), counts.get(person)) for person in people}

    def _owned(self, query: DeskQuery | None, count: int | None) -> Owned:
        if query is None or count is None:
            return Owned()
        address = self._shell.desk.url(f"/desk?{urlencode({'q': write_query(query)})}")
        return Owned(cases=f"{MOST}+" if count > MOST else str(count), url=address if count else "")


def open_cases_of(user_id: str) -> DeskQuery | None:
    """Their open cases; None for an id that a query cannot name."""
    if len(user_id) > MAX_OWNER or not user_id.isprintable() or set(user_id) & set(' "'):
        return None
    return DeskQuery(terms=(Term(key="is", value="open"), Term(key="owner", value=user_id)))
