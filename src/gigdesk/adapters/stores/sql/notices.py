"""The ledger of notices, and what people have switched off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import Row, micros, moment, span, to_uuid
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Entry, State

DAY = timedelta(days=1)
UNCOUNTED = "('held', 'unwanted', 'unreachable')"
# A bound of -1 is none: the count is then not looked at.
ENTER = f"""
INSERT INTO notices (id, case_id, kind, person, mailbox, state, answer, attempts, queued_at, changed_at)
VALUES ($1, $2, $3, $4, $5,
    CASE WHEN CAST($6 AS text) = 'queued' AND CAST($9 AS bigint) >= 0 AND CAST($9 AS bigint) <= (
        SELECT count(*) FROM notices
        WHERE mailbox = $5 AND queued_at > CAST($8 AS bigint) AND state NOT IN {UNCOUNTED}
    ) THEN 'held' ELSE CAST($6 AS text) END,
    '', 0, $7, $7
) ON CONFLICT (id) DO NOTHING
"""  # noqa: S608
MARK = """
UPDATE notices SET state = $2, answer = $3, changed_at = $4, attempts = attempts + 1
WHERE id = $1 AND state <> 'sent'
"""
OF_CASE = """
SELECT id, case_id, kind, person, state, queued_at, changed_at, answer, attempts FROM notices
WHERE case_id = $1 ORDER BY queued_at DESC, id DESC LIMIT 500
"""
UNWANT = "INSERT INTO unwanted_notices (person, kind, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


class SqlNoticeLedger:
    """NoticeLedger over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, entry: Entry, mailbox: str, most: int | None) -> State:
        at = micros(entry.queued_at)
        values = (
            *(entry.notice, entry.case, entry.kind.value, entry.person, mailbox, entry.state.value),
            *(at, at - span(DAY), -1 if most is None else most),
        )
        *_, [(state,)] = await self._database.write(
            (ENTER, values), ("SELECT state FROM notices WHERE id = $1", (entry.notice,))
        )
        return State(state)

    async def mark(self, notice: UUID, state: State, answer: str, at: datetime) -> None:
        await self._database.write((MARK, (notice, state.value, answer, micros(at))))

    async def of_case(self, case: UUID) -> Sequence[Entry]:
        rows = await self._database.read(OF_CASE, case)
        known = (row for row in reversed(rows) if row[2] in set(Kind) and row[4] in set(State))
        return tuple(to_entry(row) for row in known)

    async def choose(self, person: str, kind: Kind, wanted: bool, at: datetime) -> None:
        if wanted:
            forget = "DELETE FROM unwanted_notices WHERE person = $1 AND kind = $2"
            await self._database.write((forget, (person, kind.value)))
        else:
            await self._database.write((UNWANT, (person, kind.value, micros(at))))

    async def unwanted(self, person: str) -> frozenset[Kind]:
        rows = await self._database.read("SELECT kind FROM unwanted_notices WHERE person = $1", person)
        return frozenset(Kind(kind) for (kind,) in rows if kind in set(Kind))


def to_entry(row: Row) -> Entry:
    """A line of the ledger from the columns of ``OF_CASE``."""
    own, case, kind, person, state, queued_at, changed_at, answer, attempts = row
    return Entry(
        notice=to_uuid(own),
        case=to_uuid(case),
        kind=Kind(kind),
        person=person,
        state=State(state),
        queued_at=moment(queued_at),
        changed_at=moment(changed_at),
        answer=answer,
        attempts=attempts,
    )
