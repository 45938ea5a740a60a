"""The ledger of notices, and what people have switched off."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import Row, micros, moment, span, to_uuid
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Attempt, Entry, State

DAY = timedelta(days=1)
UNCOUNTED = "('held', 'unwanted', 'unreachable')"
# A bound of -1 is none: the count is then not looked at.
COUNT = f"""
SELECT count(*) FROM notices
WHERE mailbox = {{mailbox}} AND queued_at > CAST({{since}} AS bigint) AND state NOT IN {UNCOUNTED}
"""  # noqa: S608
ENTER = f"""
INSERT INTO notices (id, case_id, kind, person, mailbox, state, answer, attempts, queued_at, changed_at)
VALUES ($1, $2, $3, $4, $5,
    CASE WHEN CAST($6 AS text) = 'queued' AND CAST($9 AS bigint) >= 0 AND CAST($9 AS bigint) <= (
        {COUNT.format(mailbox="$5", since="$8")}
    ) THEN 'held' ELSE CAST($6 AS text) END,
    '', 0, $7, $7
) ON CONFLICT (id) DO NOTHING
"""  # noqa: S608
MARK = """
UPDATE notices SET state = $2, answer = $3, changed_at = $4, attempts = attempts + 1
WHERE id = $1 AND state <> 'sent'
"""
# What was sent is not changed, so that its last attempt stands there already.
KEEP_ATTEMPT = """
INSERT INTO notice_attempts (notice_id, number, state, answer, at)
SELECT id, attempts, state, answer, changed_at FROM notices WHERE id = $1 AND attempts > 0
ON CONFLICT DO NOTHING
"""
OF_CASE = """
SELECT id, case_id, kind, person, state, queued_at, changed_at, answer, attempts FROM notices
WHERE case_id = $1 ORDER BY queued_at DESC, id DESC LIMIT 500
"""
ATTEMPTS_OF_CASE = """
SELECT a.notice_id, a.state, a.at, a.answer FROM notices AS n JOIN notice_attempts AS a ON a.notice_id = n.id
WHERE n.case_id = $1 AND a.number > n.attempts - 20 ORDER BY a.notice_id, a.number
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

    async def is_full(self, mailbox: str, most: int, at: datetime) -> bool:
        statement = COUNT.format(mailbox="$1", since="$2")
        [(count,)] = await self._database.read(statement, mailbox, micros(at) - span(DAY))
        return int(count) >= most

    async def mark(self, notice: UUID, state: State, answer: str, at: datetime) -> None:
        await self._database.write(
            (MARK, (notice, state.value, answer, micros(at))), (KEEP_ATTEMPT, (notice,))
        )

    async def of_case(self, case: UUID) -> Sequence[Entry]:
        rows = await self._database.read(OF_CASE, case)
        known = [row for row in reversed(rows) if row[2] in set(Kind) and row[4] in set(State)]
        histories = await self._histories(case) if known else {}
        return tuple(to_entry(row, histories.get(to_uuid(row[0]), ())) for row in known)

    async def _histories(self, case: UUID) -> Mapping[UUID, Sequence[Attempt]]:
        found: dict[UUID, list[Attempt]] = {}
        for notice, state, at, answer in await self._database.read(ATTEMPTS_OF_CASE, case):
            attempt = Attempt(state=State(state), at=moment(at), answer=answer)
            found.setdefault(to_uuid(notice), []).append(attempt)
        return found

    async def choose(self, person: str, kind: Kind, wanted: bool, at: datetime) -> None:
        if wanted:
            forget = "DELETE FROM unwanted_notices WHERE person = $1 AND kind = $2"
            await self._database.write((forget, (person, kind.value)))
        else:
            await self._database.write((UNWANT, (person, kind.value, micros(at))))

    async def unwanted(self, person: str) -> frozenset[Kind]:
        rows = await self._database.read("SELECT kind FROM unwanted_notices WHERE person = $1", person)
        return frozenset(Kind(kind) for (kind,) in rows if kind in set(Kind))


def to_entry(row: Row, history: Sequence[Attempt]) -> Entry:
    """A line of the ledger from the columns of ``OF_CASE``, with its attempts."""
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
        history=tuple(history),
    )
