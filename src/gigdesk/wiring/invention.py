"""Writes an invented history into a database: for demonstrations and measurements."""

from collections.abc import Callable

from gigdesk.access.keys import derive
from gigdesk.cases.seal import person_key
from gigdesk.clock import SystemClock
from gigdesk.gigs.model import Person
from gigdesk.settings import Settings
from gigdesk.wiring.identity import installation_key
from gigdesk.wiring.installation import connected
from gigdesk.wiring.rules import rulebook


async def invent(settings: Settings, count: int, seed: int, told: Callable[[int], None]) -> None:
    """Make the database, and so many cases with their past in it; ``told`` hears how many stand.

    Raises Conflict where there are cases already, Invalid for settings, Unavailable.
    """
    from gigdesk.invented.people import agents
    from gigdesk.invented.write import History, fill

    key, clock = derive(installation_key(settings), "cases"), SystemClock()
    store = await connected(settings, exclusive=True, making=True)
    try:
        await store.migrate()
        history = History(rulebook(settings), lambda user: person_key(key, user), seed, clock.now())
        await fill(store.loader, history, count, told)
        await store.people.keep_all(
            [Person(user_id=one.user_id, name=one.name, role="staff", met_at=clock.now()) for one in agents()]
        )
    finally:
        await store.close()
