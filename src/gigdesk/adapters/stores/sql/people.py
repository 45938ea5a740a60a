"""What the marketplace said of people, in gigs and in verified claims; and who of them works here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gigdesk.adapters.stores.sql.database import Database, Step
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.rows import Row, micros, moment
from gigdesk.gigs.model import Party, Person

# What is not said does not unsay what was; an unverified address never takes the place of a verified one.
KEEP_PERSON = """
INSERT INTO people (user_id, name, email, verified, locale) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN people.name ELSE excluded.name END,
    locale = CASE WHEN excluded.locale = '' THEN people.locale ELSE excluded.locale END,
    verified = CASE WHEN excluded.email = '' OR excluded.verified < people.verified
        THEN people.verified ELSE excluded.verified END,
    email = CASE WHEN excluded.email = '' OR excluded.verified < people.verified
        THEN people.email ELSE excluded.email END
"""
KEEP_STAFF = """
INSERT INTO staff (user_id, role, met_at) VALUES ($1, $2, (SELECT micros()))
ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, met_at = excluded.met_at
"""
PERSON = "p.user_id, p.name, p.email, p.verified, p.locale, s.role, s.met_at"
STAFF = f"""
SELECT {PERSON} FROM staff AS s JOIN people AS p ON p.user_id = s.user_id
WHERE s.role = $1 AND s.met_at >= $2 AND p.verified = 1 AND p.email <> ''
ORDER BY s.met_at DESC, s.user_id LIMIT $3
"""  # noqa: S608
TEAM = f"SELECT {PERSON} FROM staff AS s JOIN people AS p ON p.user_id = s.user_id"  # noqa: S608
TEAM_ORDER = "ORDER BY s.met_at DESC, s.user_id"


class SqlPeople:
    """People over SQL. Staff are few, and stand in a table of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, person: Person) -> None:
        await self.keep_all([person])

    async def keep_all(self, people: Sequence[Person]) -> None:
        # In one order everywhere, so that two processes wait for each other and no more.
        ordered = sorted(people, key=lambda p: p.user_id)
        steps = [keep_person(person) for person in ordered]
        steps += [(KEEP_STAFF, (person.user_id, person.role)) for person in ordered if person.role]
        if steps:
            await self._database.write(*steps)
        await self._strike_off({person.user_id for person in ordered if person.role == ""})

    async def get(self, user_ids: Sequence[str]) -> Mapping[str, Person]:
        if not user_ids:
            return {}
        parameters = Parameters()
        rows = await self._database.read(
            f"SELECT {PERSON} FROM people AS p LEFT JOIN staff AS s ON s.user_id = p.user_id"  # noqa: S608
            f" WHERE p.user_id IN ({parameters.each(list(user_ids))})",
            *parameters.values,
        )
        return {row[0]: to_person(row) for row in rows}

    async def staff(self, role: str, since: datetime, limit: int) -> Sequence[Person]:
        rows = await self._database.read(STAFF, role, micros(since), limit)
        return tuple(to_person(row) for row in rows)

    async def team(
        self, limit: int, after: tuple[datetime, str] | None = None, *, but: str = ""
    ) -> Sequence[Person]:
        parameters = Parameters()
        where = ["1 = 1"]
        if after is not None:
            at, own = parameters.add(micros(after[0])), parameters.add(after[1])
            where.append(f"(s.met_at < {at} OR s.met_at = {at} AND s.user_id > {own})")
        if but:
            where.append(f"substr(s.user_id, 1, {len(but)}) <> {parameters.add(but)}")
        rows = await self._database.read(
            f"{TEAM} WHERE {' AND '.join(where)} {TEAM_ORDER} LIMIT {parameters.add(limit)}",
            *parameters.values,
        )
        return tuple(to_person(row) for row in rows)

    async def _strike_off(self, user_ids: set[str]) -> None:
        """Know those of these people as staff no longer who are: hardly ever anybody, so that most cost one read."""
        if not user_ids:
            return
        known = {row[0] for row in await self._database.read("SELECT user_id FROM staff")}
        if leaving := sorted(known & user_ids):
            await self._database.write(*(("DELETE FROM staff WHERE user_id = $1", (one,)) for one in leaving))


def keep_person(person: Person) -> Step:
    """What keeps these facts beside those that were kept before."""
    values = (person.user_id, person.name, person.email, int(person.verified), person.locale)
    return KEEP_PERSON, values


def person_of(party: Party) -> Person:
    """A party's facts; an address that the marketplace gave counts as verified."""
    return Person(
        user_id=party.user_id,
        name=party.name,
        email=party.email,
        verified=bool(party.email),
        locale=party.locale,
    )


def to_person(row: Row) -> Person:
    """A person from the columns of ``PERSON``."""
    return Person(
        user_id=row[0],
        name=row[1],
        email=row[2],
        verified=bool(row[3]),
        locale=row[4],
        role=row[5],
        met_at=None if row[6] is None else moment(row[6]),
    )
