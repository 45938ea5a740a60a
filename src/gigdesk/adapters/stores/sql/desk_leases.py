"""Who has taken up a case for a few minutes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database, Value
from gigdesk.adapters.stores.sql.desk import EVERY_QUEUE
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.rows import span, to_uuid

ATTEMPTS = 20
# What has this priority, then whatever is free: each part is read from an index of its own.
RANKS = ("AND priority = 'urgent'", "")
# Of each part the first that nobody else holds. Who is too slow finds that it is held by then, and asks again.
FREE = """
SELECT * FROM (SELECT {rank} AS rank, case_id, due_order FROM desk
    WHERE queue = {queue} {only} AND owner IS NULL AND status <> 'closed' AND status <> 'decided'
    AND snoozed_until IS NULL AND reporter <> {person} AND (respondent IS NULL OR respondent <> {person})
    AND NOT EXISTS (SELECT 1 FROM leases
        WHERE leases.case_id = desk.case_id AND leases.until > (SELECT micros()) AND leases.person <> {person})
    ORDER BY due_order, case_id LIMIT 1) AS part
"""
TAKE = """
INSERT INTO leases (case_id, person, until)
SELECT case_id, {person}, (SELECT micros()) + {span} FROM ({parts}) AS parts WHERE true
ORDER BY rank, due_order, case_id LIMIT 1
ON CONFLICT (case_id) DO UPDATE SET person = excluded.person, until = excluded.until
WHERE leases.until <= (SELECT micros()) OR leases.person = excluded.person
RETURNING case_id
"""


class SqlCaseLeases:
    """CaseLeases over SQL, by the database's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, person: str, queues: frozenset[str] | None, length: timedelta) -> UUID | None:
        names = (
            sorted(queues)
            if queues is not None
            else [str(name) for (name,) in await self._database.read(EVERY_QUEUE)]
        )
        if not names:
            return None
        sql, values = taking(person, names, length)
        for _ in range(ATTEMPTS):
            [rows] = await self._database.write((sql, values))
            if rows:
                return to_uuid(rows[0][0])
            looking, asked = free(person, names)
            if not await self._database.read(looking, *asked):
                return None
        return None

    async def release(self, person: str, case: UUID) -> None:
        await self._database.write(("DELETE FROM leases WHERE case_id = $1 AND person = $2", (case, person)))


def taking(person: str, queues: Sequence[str], length: timedelta) -> tuple[str, list[Value]]:
    """The statement that leases the most urgent case of these queues."""
    parameters = Parameters()
    who, until = parameters.add(person), parameters.add(span(length))
    return TAKE.format(person=who, span=until, parts=_parts(who, queues, parameters)), parameters.values


def free(person: str, queues: Sequence[str]) -> tuple[str, list[Value]]:
    """The statement that finds what is free in these queues."""
    parameters = Parameters()
    return _parts(parameters.add(person), queues, parameters), parameters.values


def _parts(who: str, queues: Sequence[str], parameters: Parameters) -> str:
    places = [parameters.add(queue) for queue in queues]
    return " UNION ALL ".join(
        FREE.format(rank=rank, only=only, queue=place, person=who)
        for rank, only in enumerate(RANKS)
        for place in places
    )
