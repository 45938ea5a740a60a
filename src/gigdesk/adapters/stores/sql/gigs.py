"""The gigs table."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice

from gigdesk.adapters.stores.sql.database import Database, Step
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.people import keep_person, person_of
from gigdesk.adapters.stores.sql.rows import Row, micros, moment
from gigdesk.errors import Unavailable
from gigdesk.gigs.model import Gig, Party, Side

MOST_GIGS = 64
GIG = "g.id, g.title, g.trade, g.place, g.starts_at, g.state"
PARTY = "p.user_id, p.side, p.name, p.email, p.locale"
PUT_GIG = """
INSERT INTO gigs (id, title, trade, place, starts_at, state, put_at)
VALUES ($1, $2, $3, $4, $5, $6, (SELECT micros())) ON CONFLICT (id) DO UPDATE SET
    title = excluded.title, trade = excluded.trade, place = excluded.place,
    starts_at = excluded.starts_at, state = excluded.state, put_at = excluded.put_at
"""
PUT_PARTY = """
INSERT INTO parties (gig_id, place, user_id, side, name, email, locale) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class SqlGigTable:
    """GigTable over SQL. Gigs that are asked for while a query runs are looked up by the next one together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: dict[str, asyncio.Future[Gig | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def put_gigs(self, gigs: Sequence[Gig]) -> None:
        # In one order everywhere, so that two imports at the same moment wait for each other and no more.
        people = {party.user_id: party for gig in gigs for party in gig.parties}
        steps = [step for gig in sorted(gigs, key=lambda g: g.id) for step in put_gig(gig)]
        steps += [keep_person(person_of(people[user_id])) for user_id in sorted(people)]
        if steps:
            await self._database.write(*steps)

    async def get_gig(self, gig_id: str) -> Gig | None:
        answer = self._asked.get(gig_id)
        if answer is None:
            answer = self._asked[gig_id] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(answer)  # one who gives up takes the answer from nobody else

    async def list_gigs(self, limit: int) -> Sequence[Gig]:
        rows = await self._database.read(
            f"SELECT {GIG}, {PARTY} FROM (SELECT * FROM gigs ORDER BY put_at DESC, id LIMIT $1) AS g"  # noqa: S608
            " LEFT JOIN parties AS p ON p.gig_id = g.id ORDER BY g.put_at DESC, g.id, p.place",
            limit,
        )
        return to_gigs(rows)

    async def _ask(self) -> None:
        """Query after query while gigs are asked for."""
        try:
            while self._asked:
                asked = dict(islice(self._asked.items(), MOST_GIGS))
                for gig_id in asked:
                    del self._asked[gig_id]
                await self._answer(asked)
        finally:
            self._asking = None

    async def _answer(self, asked: Mapping[str, "asyncio.Future[Gig | None]"]) -> None:
        """Answer all of them, each by itself where together they fail: one id may be none that SQL takes."""
        try:
            found = {gig.id: gig for gig in await self._find(list(asked))}
        except Exception as error:  # noqa: BLE001 - those who asked hear of it
            if len(asked) > 1 and not isinstance(error, Unavailable):
                for gig_id, answer in asked.items():
                    await self._answer({gig_id: answer})
                return
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # nobody may listen any more
            return
        for gig_id, answer in asked.items():
            answer.set_result(found.get(gig_id))

    async def _find(self, ids: Sequence[str]) -> Sequence[Gig]:
        """These gigs, as far as they are known."""
        parameters = Parameters()
        # A power of two, so that few statements are prepared.
        padded = [*ids, *[ids[-1]] * ((1 << (len(ids) - 1).bit_length()) - len(ids))]
        rows = await self._database.read(
            f"SELECT {GIG}, {PARTY} FROM gigs AS g LEFT JOIN parties AS p ON p.gig_id = g.id"  # noqa: S608
            f" WHERE g.id IN ({parameters.each(padded)}) ORDER BY g.id, p.place",
            *parameters.values,
        )
        return to_gigs(rows)


def put_gig(gig: Gig) -> list[Step]:
    """What replaces a gig whole."""
    starts = None if gig.starts_at is None else micros(gig.starts_at)
    steps: list[Step] = [
        (PUT_GIG, (gig.id, gig.title, gig.trade, gig.place, starts, gig.state)),
        ("DELETE FROM parties WHERE gig_id = $1", (gig.id,)),
    ]
    steps += [
        (PUT_PARTY, (gig.id, place, p.user_id, p.side.value, p.name, p.email, p.locale))
        for place, p in enumerate(gig.parties)
    ]
    return steps


def to_gigs(rows: Sequence[Row]) -> Sequence[Gig]:
    """Gigs from rows of ``GIG`` and ``PARTY``, one a party, in order."""
    parties: dict[str, list[Party]] = {}
    facts: dict[str, Row] = {}
    for row in rows:
        facts[row[0]] = row
        known = parties.setdefault(row[0], [])
        if row[6] is not None:
            known.append(Party(user_id=row[6], side=Side(row[7]), name=row[8], email=row[9], locale=row[10]))
    return tuple(
        Gig(
            id=own,
            title=row[1],
            trade=row[2],
            place=row[3],
            starts_at=None if row[4] is None else moment(row[4]),
            state=row[5],
            parties=tuple(parties[own]),
        )
        for own, row in facts.items()
    )
