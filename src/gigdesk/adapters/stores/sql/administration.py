"""The administrative log, canned replies and versions of the rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from gigdesk.adapters.stores.sql.accounts import BLOB, END_ALL_SESSIONS, add_step, replace_steps
from gigdesk.adapters.stores.sql.database import Database, Step, Value
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.outbox import RETRY, RETRY_ALL
from gigdesk.adapters.stores.sql.rows import Row, micros, moment, to_uuid
from gigdesk.administration.model import (
    AddAccount,
    Change,
    EndSessions,
    Entry,
    Head,
    KeepMacro,
    KeepRules,
    Macro,
    MacroKind,
    RemoveMacro,
    ReplaceAccount,
    RetryEffect,
    RulesVersion,
    Wanted,
)

ENTRY = "number, at, actor, kind, content, hash, salt, name"
APPEND = f"""
INSERT INTO administration ({ENTRY}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (number) DO NOTHING RETURNING number
"""  # noqa: S608 - made of constants
# Only while the account stands as it was read; its row is held until the change is written.
APPEND_FOR_ACCOUNT = f"""
INSERT INTO administration ({ENTRY})
SELECT CAST($1 AS bigint), CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text), CAST($5 AS {{blob}}),
    CAST($6 AS {{blob}}), CAST($7 AS {{blob}}), CAST($8 AS text)
FROM staff_accounts WHERE id = $9 AND version = $10 {{hold}}
ON CONFLICT (number) DO NOTHING RETURNING number
"""  # noqa: S608
HOLD = {"sqlite": "", "postgresql": "FOR UPDATE"}
# In numbers, not in times: two entries of one moment have an order.
ACTORS = f"""
SELECT {ENTRY} FROM administration
WHERE number IN (SELECT max(number) FROM administration GROUP BY actor) ORDER BY number DESC LIMIT $1
"""  # noqa: S608
MACRO = "id, owner, name, kind, texts, types, queue, is_shared, changed_at, removed_at"
KEEP_MACRO = f"""
INSERT INTO macros ({MACRO}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET (owner, name, kind, texts, types, queue, is_shared, changed_at, removed_at) =
    (excluded.owner, excluded.name, excluded.kind, excluded.texts, excluded.types, excluded.queue, excluded.is_shared,
    excluded.changed_at, excluded.removed_at)
"""  # noqa: S608
MACROS = f"""
SELECT {MACRO} FROM (
    SELECT {MACRO} FROM macros WHERE owner = $1 AND removed_at IS NULL
    UNION ALL SELECT {MACRO} FROM macros WHERE is_shared = 1 AND owner <> $1 AND removed_at IS NULL
) AS seen ORDER BY name, id LIMIT $2
"""  # noqa: S608
FIND_MACRO = f"SELECT {MACRO} FROM macros WHERE id = $1"  # noqa: S608
REMOVE_MACRO = "UPDATE macros SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL"
FORGET_MACROS = "DELETE FROM macros WHERE removed_at < $1"
KEPT_FOR = timedelta(days=1)
KEEP_RULES = "INSERT INTO rules (number, at, actor, document) VALUES ($1, $2, $3, $4)"
RULES = "SELECT number, at, actor, document FROM rules WHERE number < $1 ORDER BY number DESC LIMIT $2"
LAST = (1 << 62) - 1


class SqlAdminLog:
    """AdminLog over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def head(self) -> Head | None:
        rows = await self._database.read(
            "SELECT number, hash FROM administration ORDER BY number DESC LIMIT 1"
        )
        return Head(number=rows[0][0], hash=bytes(rows[0][1])) if rows else None

    async def append(self, entry: Entry, change: Change | None) -> bool:
        won: list[bool] = []

        def then(rows: Sequence[Row]) -> Sequence[Step]:
            won.append(bool(rows))
            return _steps(change) if rows and change else []

        await self._database.write_after(self._append(entry, change), then)
        if won[-1] and isinstance(change, RetryEffect):
            self._database.owes()
        return won[-1]

    def _append(self, entry: Entry, change: Change | None) -> Step:
        if not isinstance(change, ReplaceAccount):
            return APPEND, _values(entry)
        dialect = self._database.dialect
        sql = APPEND_FOR_ACCOUNT.format(blob=BLOB[dialect], hold=HOLD[dialect])
        return sql, (*_values(entry), change.account.id, change.account.version)

    async def page(self, wanted: Wanted, limit: int) -> Sequence[Entry]:
        parameters = Parameters()
        where = [f"number < {parameters.add(LAST if wanted.before is None else wanted.before)}"]
        if wanted.kind:
            where.append(f"kind = {parameters.add(wanted.kind)}")
        if wanted.actor:
            where.append(f"actor = {parameters.add(wanted.actor)}")
        rows = await self._database.read(
            f"SELECT {ENTRY} FROM administration WHERE {' AND '.join(where)}"  # noqa: S608
            f" ORDER BY number DESC LIMIT {parameters.add(limit)}",
            *parameters.values,
        )
        return [_entry(row) for row in rows]

    async def walk(self, after: int, limit: int) -> Sequence[Entry]:
        rows = await self._database.read(
            f"SELECT {ENTRY} FROM administration WHERE number > $1 ORDER BY number LIMIT $2",  # noqa: S608
            after,
            limit,
        )
        return [_entry(row) for row in rows]

    async def actors(self, limit: int) -> Sequence[Entry]:
        return [_entry(row) for row in await self._database.read(ACTORS, limit)]


class SqlMacros:
    """Macros over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, person: str, limit: int) -> Sequence[Macro]:
        return [_macro(row) for row in await self._database.read(MACROS, person, limit)]

    async def keep(self, macro: Macro) -> None:
        await self._database.write(*_steps(KeepMacro(macro=macro)))

    async def find(self, macro: UUID) -> Macro | None:
        rows = await self._database.read(FIND_MACRO, macro)
        return _macro(rows[0]) if rows else None

    async def remove(self, macro: UUID, at: datetime) -> None:
        await self._database.write(*_steps(RemoveMacro(macro=macro, at=at)))


class SqlRulesVersions:
    """RulesVersions over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self) -> int:
        [(number,)] = await self._database.read("SELECT coalesce(max(number), 0) FROM rules")
        return int(number)

    async def newest(self, limit: int, before: int | None = None) -> Sequence[RulesVersion]:
        rows = await self._database.read(RULES, LAST if before is None else before, limit)
        return [
            RulesVersion(number=number, at=moment(at), actor=actor, document=document)
            for number, at, actor, document in rows
        ]


def _steps(change: Change) -> Sequence[Step]:
    match change:
        case RetryEffect(effect=None):
            return [(RETRY_ALL, ())]
        case RetryEffect(effect=effect):
            return [(RETRY, (effect,))]
        case RemoveMacro(macro=own, at=at):
            return [(REMOVE_MACRO, (own, micros(at))), (FORGET_MACROS, (micros(at - KEPT_FOR),))]
        case KeepRules(version=kept):
            return [(KEEP_RULES, (kept.number, micros(kept.at), kept.actor, kept.document))]
        case KeepMacro(macro=macro):
            return [(KEEP_MACRO, _columns(macro))]
        case AddAccount(account=account):
            return [add_step(account)]
        case ReplaceAccount(account=account, ends_sessions=ends):
            return replace_steps(account, ends_sessions=ends)
        case EndSessions(account=own):
            return [(END_ALL_SESSIONS, (own,))]


def _columns(macro: Macro) -> Sequence[Value]:
    texts, types = orjson.dumps(dict(macro.texts)).decode(), ",".join(macro.types)
    named = (macro.id, macro.owner, macro.name, macro.kind.value, texts, types, macro.queue)
    removed = None if macro.removed_at is None else micros(macro.removed_at)
    return (*named, int(macro.is_shared), micros(macro.changed_at), removed)


def _values(entry: Entry) -> tuple[Value, ...]:
    named = (entry.number, micros(entry.at), entry.actor, entry.kind)
    return (*named, entry.content, entry.hash, entry.salt, entry.name)


def _entry(row: Row) -> Entry:
    number, at, actor, kind, content, digest, salt, name = row
    return Entry(
        number=number,
        at=moment(at),
        actor=actor,
        kind=kind,
        content=bytes(content),
        hash=bytes(digest),
        salt=bytes(salt),
        name=name,
    )


def _macro(row: Row) -> Macro:
    own, owner, name, kind, texts, types, queue, is_shared, changed_at, removed_at = row
    return Macro(
        id=to_uuid(own),
        owner=owner,
        name=name,
        kind=MacroKind(kind),
        texts=orjson.loads(texts),
        types=tuple(types.split(",")) if types else (),
        queue=queue,
        is_shared=bool(is_shared),
        changed_at=moment(changed_at),
        removed_at=None if removed_at is None else moment(removed_at),
    )
