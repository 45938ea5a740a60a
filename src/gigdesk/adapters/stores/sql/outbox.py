"""Effects that are owed, claimed under a lease by the database's clock.

1. ``ready_at`` is when an effect may be claimed: its due time, then the end of the lease, then the end of a
   delay. ``due`` is when it was owed first.
2. Mail goes before everything else: it takes milliseconds, and an inspection may take a minute. Only the turn of the
   others goes before mail, so that they come forward however much mail is owed. Each of the two has an index of its
   own and is read in its order: a claim sorts nothing and passes nothing over.
3. A commit, the next ready time, or five seconds wake a sleeper, whichever comes first.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Database
from gigdesk.adapters.stores.sql.rows import EFFECT, Row, micros, moment, span, to_effect, to_uuid
from gigdesk.cases.owed import (
    HELD,
    UNDER_WAY,
    ClaimedEffect,
    EffectRow,
    OutboxState,
    ParkedEffect,
    UpcomingEffect,
)
from gigdesk.paging import Place

LONGEST_SLEEP = timedelta(seconds=5)
MOST_HELD = 10_000  # rows that one statement holds: as many as are written well within its time
NOW = "(SELECT micros())"
READY = f"SELECT id FROM effects WHERE parked_at IS NULL AND ready_at <= {NOW}"  # noqa: S608
# As the partial indexes say it, or they are not used.
MAIL, OTHERS = "kind = 'notify'", "kind <> 'notify'"
CLAIM = f"""
WITH turn AS MATERIALIZED (
    {READY} AND {OTHERS} ORDER BY ready_at, id LIMIT $3 {{lock}}
), mail AS MATERIALIZED (
    {READY} AND {MAIL} ORDER BY ready_at, id LIMIT $1 - (SELECT count(*) FROM turn) {{lock}}
), others AS MATERIALIZED (
    {READY} AND {OTHERS} AND id NOT IN (SELECT id FROM turn)
    ORDER BY ready_at, id LIMIT $1 - (SELECT count(*) FROM turn) - (SELECT count(*) FROM mail) {{lock}}
), ready AS MATERIALIZED (
    SELECT id FROM turn UNION ALL SELECT id FROM mail UNION ALL SELECT id FROM others
)
UPDATE effects SET ready_at = {NOW} + $2, attempts = attempts + 1, reason = ''
FROM ready WHERE effects.id = ready.id
RETURNING effects.id, kind, body, due, case_id, attempts, created_at
"""  # noqa: S608
STATE = f"""
SELECT count(CASE WHEN parked_at IS NULL AND due <= {NOW} THEN 1 END),
       count(CASE WHEN parked_at IS NULL AND due > {NOW} THEN 1 END),
       count(parked_at),
       count(CASE WHEN parked_at IS NULL AND ready_at > {NOW} AND reason LIKE '{HELD}%' THEN 1 END),
       {NOW} - min(CASE WHEN parked_at IS NULL AND due <= {NOW} THEN due END)
FROM effects
"""  # noqa: S608
UNTIL_READY = f"""
SELECT min(first) - {NOW} FROM (
    SELECT min(ready_at) AS first FROM effects WHERE parked_at IS NULL AND {MAIL}
    UNION ALL SELECT min(ready_at) FROM effects WHERE parked_at IS NULL AND {OTHERS}
) AS firsts
"""  # noqa: S608
OWE = """
INSERT INTO effects (id, case_id, kind, body, due, ready_at, created_at)
VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 > micros() THEN $5 ELSE micros() END, micros()) ON CONFLICT (id) DO NOTHING
"""
POSTPONE = f"UPDATE effects SET ready_at = {NOW} + $2, reason = $3 WHERE id = $1 AND parked_at IS NULL"  # noqa: S608
UNTRIED = f"""
UPDATE effects SET ready_at = {NOW} + $2, reason = $3, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END
WHERE id = $1 AND parked_at IS NULL
"""  # noqa: S608
HOLD_DUE = f"""
WITH due AS MATERIALIZED (
    {READY} AND kind = $1 AND {{lane}} ORDER BY ready_at, id LIMIT {MOST_HELD} {{lock}}
)
UPDATE effects SET ready_at = {NOW} + $2, reason = $3 FROM due WHERE effects.id = due.id
"""  # noqa: S608
PARK = f"UPDATE effects SET parked_at = {NOW}, reason = $2 WHERE id = $1 AND parked_at IS NULL"  # noqa: S608
# What a runner holds is either settled or let go of: an effect with a lease has no reason.
PARK_OLD = f"""
UPDATE effects SET parked_at = {NOW}, reason = $3
WHERE kind = $1 AND parked_at IS NULL AND due <= {NOW} - $2
    AND (ready_at <= {NOW} OR reason NOT IN ('', '{UNDER_WAY}'))
RETURNING id
"""  # noqa: S608
UNPARK = f"""
UPDATE effects SET parked_at = NULL, ready_at = {NOW}, due = {NOW}, attempts = 0, reason = ''
WHERE parked_at IS NOT NULL
"""  # noqa: S608
RETRY = f"{UNPARK} AND id = $1 RETURNING id"
RETRY_ALL = f"{UNPARK} RETURNING id"
RELEASE = f"""
UPDATE effects SET ready_at = {NOW}
WHERE parked_at IS NULL AND (attempts > 0 AND reason IN ('', $1) OR reason LIKE '{HELD}%')
"""  # noqa: S608
PARKED = f"SELECT {EFFECT}, case_id, attempts, reason, parked_at FROM effects WHERE parked_at IS NOT NULL"  # noqa: S608
PARKED_PAGE = f"{PARKED} ORDER BY parked_at, id LIMIT $1"
PARKED_AFTER = f"{PARKED} AND (parked_at, id) > ($2, $3) ORDER BY parked_at, id LIMIT $1"
UPCOMING = f"""
SELECT {EFFECT}, case_id FROM effects WHERE parked_at IS NULL AND due > {NOW} ORDER BY due, id LIMIT $1
"""  # noqa: S608


class SqlOutbox:
    """Outbox over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claim = CLAIM.format(lock=database.lock_rows)
        self._hold_mail = HOLD_DUE.format(lane=MAIL, lock=database.lock_rows)
        self._hold_others = HOLD_DUE.format(lane=OTHERS, lock=database.lock_rows)
        self._sleepers: set[asyncio.Future[None]] = set()
        self._woken = False
        database.on_wake(self._wake)

    async def claim(self, limit: int, lease: timedelta, turn: int = 0) -> Sequence[ClaimedEffect]:
        [rows] = await self._database.write((self._claim, (limit, span(lease), min(turn, limit))))
        claimed = (
            ClaimedEffect(
                effect=to_effect(row[:4]), case=to_uuid(row[4]), attempts=row[5], created_at=moment(row[6])
            )
            for row in rows
        )
        return sorted(claimed, key=lambda found: (found.effect.due, found.effect.id))

    async def owe(self, case: UUID, effects: Sequence[EffectRow]) -> None:
        if effects:
            await self._database.write(
                *((OWE, (one.id, case, one.kind, one.body, micros(one.due))) for one in effects)
            )
            self._database.owes()

    async def settle(self, effect: UUID) -> None:
        await self._database.write(("DELETE FROM effects WHERE id = $1", (effect,)))

    async def postpone(self, effect: UUID, delay: timedelta, reason: str) -> None:
        await self._database.write((POSTPONE, (effect, span(delay), reason)))
        self._wake()

    async def hold(
        self, effects: Sequence[UUID], kinds: Sequence[str], delay: timedelta, destination: str
    ) -> None:
        wait = (span(delay), f"{HELD}{destination}")
        untried = [(UNTRIED, (effect, *wait)) for effect in effects]
        due = [(self._hold_mail if kind == "notify" else self._hold_others, (kind, *wait)) for kind in kinds]
        await self._database.write(*untried, *due)
        self._wake()

    async def park(self, effect: UUID, reason: str) -> None:
        await self._database.write((PARK, (effect, reason)))

    async def park_old(self, kinds: Sequence[str], older: timedelta, reason: str) -> int:
        parked = await self._database.write(*((PARK_OLD, (kind, span(older), reason)) for kind in kinds))
        return sum(len(rows) for rows in parked)

    async def wait(self, at_most: timedelta) -> None:
        self._database.watch()
        if self._woken:
            self._woken = False
            return
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            longest = min(at_most, LONGEST_SLEEP, await self._until_ready())
            await asyncio.wait([sleeper], timeout=longest.total_seconds())
        finally:
            self._sleepers.discard(sleeper)

    async def state(self) -> OutboxState:
        [(due, later, parked, held, oldest)] = await self._database.read(STATE)
        age = timedelta(microseconds=max(oldest or 0, 0))
        return OutboxState(due=due, later=later, parked=parked, held=held, oldest=age)

    async def parked(self, limit: int, after: Place | None = None) -> Sequence[ParkedEffect]:
        if after is None:
            rows = await self._database.read(PARKED_PAGE, limit)
        else:
            rows = await self._database.read(PARKED_AFTER, limit, micros(after.at), after.id)
        return tuple(_parked(row) for row in rows)

    async def find_parked(self, effect: UUID) -> ParkedEffect | None:
        rows = await self._database.read(f"{PARKED} AND id = $1", effect)
        return _parked(rows[0]) if rows else None

    async def retry(self, effect: UUID) -> bool:
        [rows] = await self._database.write((RETRY, (effect,)))
        if rows:
            self._database.owes()
        return bool(rows)

    async def retry_all(self) -> int:
        [rows] = await self._database.write((RETRY_ALL, ()))
        if rows:
            self._database.owes()
        return len(rows)

    async def upcoming(self, limit: int) -> Sequence[UpcomingEffect]:
        rows = await self._database.read(UPCOMING, limit)
        return tuple(UpcomingEffect(effect=to_effect(row[:4]), case=to_uuid(row[4])) for row in rows)

    async def release(self) -> None:
        """End every lease, and the holding: for who knows that those who held them are gone.

        Delays after failures stay.
        """
        await self._database.write((RELEASE, (UNDER_WAY,)))

    async def _until_ready(self) -> timedelta:
        """How long until the next effect may be claimed."""
        [(ready,)] = await self._database.read(UNTIL_READY)
        return LONGEST_SLEEP if ready is None else timedelta(microseconds=max(ready, 0))

    def _wake(self) -> None:
        """Wake every sleeper; where nobody sleeps, the next one does not fall asleep."""
        self._woken = not self._sleepers
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)


def _parked(row: Row) -> ParkedEffect:
    return ParkedEffect(
        effect=to_effect(row[:4]),
        case=to_uuid(row[4]),
        attempts=row[5],
        reason=row[6],
        parked_at=moment(row[7]),
    )
