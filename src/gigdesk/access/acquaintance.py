"""Keeps what verified claims say of people, beside the requests that brought them.

Who comes is noted in memory and written a moment later, many in one go, and once for each person and change a
process; of staff once a day besides, so that it is known who still works here. Nobody waits for it but who reports
for the first time: they are owed a letter, and where it goes is kept before the case is. What cannot be written is
forgotten, and noted again at the next visit.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from gigdesk.access.model import Actor, Role
from gigdesk.errors import Unavailable
from gigdesk.gigs.model import Person
from gigdesk.gigs.ports import People

MAX_KNOWN = 10_000
MAX_WAITING = 1_000
BATCH = 200
MOMENT_SECONDS = 0.5
AWAY_SECONDS = 30.0
LAST_SECONDS = 2.0
KEPT_SECONDS = 2.0
DAY_SECONDS = 86_400

Met = Callable[[Actor], None]

_log = structlog.get_logger()


def nobody(actor: Actor) -> None:
    """Takes no note of anybody."""


class Acquaintances:
    """Whom this process has met; at most ``MAX_KNOWN`` are remembered, the longest unseen forgotten first."""

    def __init__(
        self,
        people: People,
        moment: float = MOMENT_SECONDS,
        away: float = AWAY_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._now = now
        self._moment = moment
        self._away = away
        self._known: OrderedDict[str, int] = OrderedDict()
        self._waiting: dict[str, Person] = {}
        self._writing: frozenset[str] = frozenset()
        self._has_news = asyncio.Event()
        self._is_awaited = asyncio.Event()
        self._wrote = asyncio.Event()

    def met(self, actor: Actor) -> None:
        """Note who asks, known by claims that were verified; costs no I/O and raises nothing."""
        if not (actor.name or actor.email or actor.locale):
            return
        person = Person(
            user_id=actor.sub,
            name=actor.name,
            email=actor.email,
            verified=actor.email_verified,
            locale=actor.locale,
            role=role_of(actor),
        )
        if self._known.get(actor.sub) == self._mark(person):
            self._known.move_to_end(actor.sub)
        elif actor.sub in self._waiting or len(self._waiting) < MAX_WAITING:
            self._waiting[actor.sub] = person
            self._has_news.set()

    def is_outstanding(self, user_id: str) -> bool:
        """Whether something that was noted of them is not written yet."""
        return user_id in self._waiting or user_id in self._writing

    async def keep(self, user_id: str) -> None:
        """Return when nothing of them is outstanding, in two seconds at most: nobody is refused for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(KEPT_SECONDS):
                while self.is_outstanding(user_id):
                    self._is_awaited.set()
                    await self._wrote.wait()

    async def run(self) -> None:
        """Write what was noted, until cancelled."""
        while True:
            await self._has_news.wait()
            # Who comes meanwhile is written along.
            await self._pause(self._moment)
            if not await self._write():
                await self._pause(self._away)

    async def _pause(self, seconds: float) -> None:
        """Let so much time pass, or less if somebody waits."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_awaited.wait(), seconds)
        self._is_awaited.clear()

    async def finish(self) -> None:
        """Write what is still waiting, for two seconds at most."""
        try:
            async with asyncio.timeout(LAST_SECONDS):
                while self._waiting and await self._write():
                    pass
        except TimeoutError:
            _log.warning("people_were_not_kept", count=len(self._waiting))

    def _mark(self, person: Person) -> int:
        """Tells whether something is new; of staff, that they came today is."""
        return hash((person, int(self._now() // DAY_SECONDS))) if person.role else hash(person)

    async def _write(self) -> bool:
        """Write some of those who wait, and remember them; False where the store is away."""
        batch = [self._waiting.pop(user_id) for user_id in list(self._waiting)[:BATCH]]
        self._writing = frozenset(person.user_id for person in batch)
        if not self._waiting:
            self._has_news.clear()
        try:
            await self._keep(batch)
        except Unavailable as error:
            _log.warning("people_were_not_kept", count=len(batch), code=error.code)
            return False
        finally:
            self._writing = frozenset()
            self._wrote.set()
            self._wrote = asyncio.Event()
        for person in batch:
            self._known[person.user_id] = self._mark(person)
            self._known.move_to_end(person.user_id)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return True

    async def _keep(self, batch: Sequence[Person]) -> None:
        """All at once; each alone where that fails, so that a value which no store takes harms nobody else."""
        try:
            await self._people.keep_all(batch)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - what somebody is called must not end this
            if len(batch) == 1:
                _log.error("person_was_refused", exc_info=error)
                return
            for person in batch:
                await self._keep([person])


def role_of(actor: Actor) -> str:
    """As what somebody works here, as far as it matters who is told of a late case."""
    if not actor.roles:
        return ""  # almost everybody
    if Role.LEAD in actor.roles:
        return "lead"
    return "staff" if actor.is_staff else ""


@asynccontextmanager
async def acquainted(people: People) -> AsyncIterator[Acquaintances]:
    """Acquaintances with the task that writes them down."""
    acquaintances = Acquaintances(people)
    task = asyncio.create_task(acquaintances.run())
    try:
        yield acquaintances
    finally:
        task.cancel()
        await asyncio.wait([task])
        await acquaintances.finish()
