"""Accounts of staff."""

import json
from collections.abc import Sequence
from datetime import datetime

from gigdesk.access.accounts import Account
from gigdesk.access.model import Role
from gigdesk.access.ports import Session, Way
from gigdesk.adapters.stores.sql.database import Database, Step, Value
from gigdesk.adapters.stores.sql.rows import Row, micros, moment
from gigdesk.adapters.stores.sql.sessions import to_values

COLUMNS = (
    "id, login, name, roles, queues, enabled, password, invitation, invited_until, second_step, recovery, code_step,"
    " created_at, signed_in_at, version"
)
ADD = f"""
INSERT INTO staff_accounts ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608
REPLACE = """
UPDATE staff_accounts SET login = $3, name = $4, roles = $5, queues = $6, enabled = $7, password = $8,
    invitation = $9, invited_until = $10, second_step = $11, recovery = $12,
    code_step = CASE WHEN code_step < $13 THEN $13 ELSE code_step END, version = version + 1
WHERE id = $1 AND version = $2 RETURNING id
"""
USE_CODE = """
UPDATE staff_accounts SET code_step = $3 WHERE id = $1 AND version = $2 AND code_step < $3 RETURNING id
"""
# In the same transaction as the change, and for nothing where there was none.
END_SESSIONS = f"""
DELETE FROM sessions WHERE sub = $1 AND way = '{Way.PASSWORD}'
    AND EXISTS (SELECT 1 FROM staff_accounts WHERE id = $1 AND version = $2)
"""  # noqa: S608
END_ALL_SESSIONS = f"DELETE FROM sessions WHERE sub = $1 AND way = '{Way.PASSWORD}'"  # noqa: S608
# The row is held until the session stands: who changes the account at the same time comes before or after.
VISIT = "UPDATE staff_accounts SET signed_in_at = $3 WHERE id = $1 AND version = $2 RETURNING id"
OPEN = """
INSERT INTO sessions (id, actor, created_at, seen_at, sub, way, browser)
SELECT CAST($3 AS {blob}), CAST($4 AS text), CAST($5 AS bigint), CAST($6 AS bigint), CAST($7 AS text),
    CAST($8 AS text), CAST($9 AS text)
FROM staff_accounts WHERE id = $1 AND version = $2
"""
BLOB = {"sqlite": "blob", "postgresql": "bytea"}


class SqlAccounts:
    """Accounts over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: Account) -> bool:
        [added] = await self._database.write(add_step(account))
        return bool(added)

    async def find(self, login: str) -> Account | None:
        return await self._one("login = $1", login)

    async def get(self, account_id: str) -> Account | None:
        return await self._one("id = $1", account_id)

    async def invited_by(self, invitation: bytes) -> Account | None:
        return await self._one("invitation = $1", invitation) if invitation else None

    async def everyone(self) -> Sequence[Account]:
        rows = await self._database.read(f"SELECT {COLUMNS} FROM staff_accounts ORDER BY login")  # noqa: S608
        return tuple(to_account(row) for row in rows)

    async def replace(self, account: Account, *, ends_sessions: bool) -> bool:
        replaced, *_ = await self._database.write(*replace_steps(account, ends_sessions=ends_sessions))
        return bool(replaced)

    async def use_code(self, account: Account, step: int) -> bool:
        [used] = await self._database.write((USE_CODE, (account.id, account.version, step)))
        return bool(used)

    async def open_session(self, account: Account, session: Session) -> bool:
        own = account.id, account.version
        visited, _ = await self._database.write(
            (VISIT, (*own, micros(session.created_at))),
            (OPEN.format(blob=BLOB[self._database.dialect]), (*own, *to_values(session))),
        )
        return bool(visited)

    async def _one(self, condition: str, value: Value) -> Account | None:
        rows = await self._database.read(f"SELECT {COLUMNS} FROM staff_accounts WHERE {condition}", value)  # noqa: S608
        return to_account(rows[0]) if rows else None


def add_step(account: Account) -> Step:
    """What keeps a new account; nothing where the login is taken."""
    times = _micros(account.created_at), _micros(account.signed_in_at), account.version
    return ADD, (account.id, *_values(account), *times)


def replace_steps(account: Account, *, ends_sessions: bool) -> Sequence[Step]:
    """What puts the account in the place of what it was read as, the row first; nothing where that has changed."""
    steps: list[Step] = [(REPLACE, (account.id, account.version, *_values(account)))]
    if ends_sessions:
        steps.append((END_SESSIONS, (account.id, account.version + 1)))
    return steps


def _values(account: Account) -> tuple[Value, ...]:
    """What can change, in the order of the columns."""
    return (
        account.login,
        account.name,
        json.dumps(sorted(account.roles)),
        json.dumps(sorted(account.queues)),
        int(account.is_enabled),
        account.password,
        account.invitation,
        _micros(account.invited_until),
        account.second_step,
        json.dumps(sorted(account.recovery)),
        account.code_step,
    )


def to_account(row: Row) -> Account:
    """The account that was kept; a role that this version does not know gives no rights."""
    own, login, name, roles, queues, enabled, password, invitation, until, *rest = row
    second_step, recovery, code_step, created, seen, version = rest
    return Account(
        id=own,
        login=login,
        name=name,
        roles=frozenset(Role(role) for role in json.loads(roles) if role in set(Role)),
        queues=frozenset(json.loads(queues)),
        is_enabled=bool(enabled),
        password=password,
        invitation=bytes(invitation),
        invited_until=None if until is None else moment(until),
        second_step=bytes(second_step),
        recovery=frozenset(json.loads(recovery)),
        code_step=code_step,
        created_at=moment(created),
        signed_in_at=None if seen is None else moment(seen),
        version=version,
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
