"""Sessions, single-use tokens, and the keys that all processes share."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from gigdesk.access.model import Actor, Role
from gigdesk.access.ports import Session, Way
from gigdesk.adapters.stores.sql.database import Database, Value
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.rows import Row, micros, moment

MARK_USED = "INSERT INTO used_tokens (id, session_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
OPEN = """
INSERT INTO sessions (id, actor, created_at, seen_at, sub, way, browser)
SELECT session_id, CAST($3 AS text), CAST($4 AS bigint), CAST($5 AS bigint), CAST($6 AS text), CAST($7 AS text),
    CAST($8 AS text)
FROM used_tokens WHERE id = $1 AND session_id = $2 ON CONFLICT DO NOTHING
"""
SESSION = "id, actor, created_at, seen_at, way, browser"
MOST_OF_ONE = 200
USED_BY = "SELECT 1 FROM used_tokens WHERE id = $1 AND session_id = $2"
KEEP_KEY = """
INSERT INTO keys (id, purpose, sealed, created_at) VALUES ($1, $2, $3, (SELECT micros())) ON CONFLICT DO NOTHING
"""


class SqlSessions:
    """Sessions over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_session(self, session: Session, token_id: str, token_expires: datetime) -> bool:
        # The mark names its session, so that the same call repeated after a lost answer is no second use.
        _, *kept = to_values(session)
        *_, mine = await self._database.write(
            (MARK_USED, (token_id, session.id, micros(token_expires))),
            (OPEN, (token_id, session.id, *kept)),
            (USED_BY, (token_id, session.id)),
        )
        return bool(mine)

    async def get_session(self, session_id: bytes) -> Session | None:
        rows = await self._database.read(f"SELECT {SESSION} FROM sessions WHERE id = $1", session_id)  # noqa: S608
        return to_session(rows[0]) if rows else None

    async def touch_session(self, session_id: bytes, seen_at: datetime) -> None:
        await self._database.write(
            ("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2", (session_id, micros(seen_at)))
        )

    async def end_session(self, session_id: bytes) -> None:
        await self._database.write(("DELETE FROM sessions WHERE id = $1", (session_id,)))

    async def forget_expired(self, seen_before: datetime, created_before: datetime, now: datetime) -> None:
        await self._database.write(
            (
                "DELETE FROM sessions WHERE seen_at < $1 OR created_at < $2",
                (micros(seen_before), micros(created_before)),
            ),
            ("DELETE FROM used_tokens WHERE expires_at < $1", (micros(now),)),
        )

    async def sessions_of(self, sub: str) -> Sequence[Session]:
        rows = await self._database.read(
            f"SELECT {SESSION} FROM sessions WHERE sub = $1 ORDER BY created_at DESC, id LIMIT {MOST_OF_ONE}",  # noqa: S608
            sub,
        )
        return tuple(to_session(row) for row in rows)

    async def seen(self, subs: Sequence[str]) -> Mapping[str, datetime]:
        if not subs:
            return {}
        parameters = Parameters()
        rows = await self._database.read(
            f"SELECT sub, max(seen_at) FROM sessions WHERE sub IN ({parameters.each(list(subs))})"  # noqa: S608
            " GROUP BY sub",
            *parameters.values,
        )
        return {sub: moment(at) for sub, at in rows}

    async def end_sessions_of(self, sub: str, but: bytes) -> int:
        [ended] = await self._database.write(
            ("DELETE FROM sessions WHERE sub = $1 AND id <> $2 RETURNING id", (sub, but))
        )
        return len(ended)


def to_values(session: Session) -> tuple[Value, ...]:
    """The columns of a session in the order in which both ways of opening one name them."""
    return (
        session.id,
        write_actor(session.actor),
        micros(session.created_at),
        micros(session.seen_at),
        session.actor.sub,
        session.way.value,
        session.browser,
    )


def write_actor(actor: Actor) -> str:
    """The actor as JSON; the claims of a token are not kept."""
    document = {
        "sub": actor.sub,
        "issuer": actor.issuer,
        "name": actor.name,
        "email": actor.email,
        "email_verified": actor.email_verified,
        "locale": actor.locale,
        "roles": sorted(actor.roles),
        "queues": sorted(actor.queues),
    }
    return json.dumps(document)


def to_session(row: Row) -> Session:
    """The session that was kept; a role that this version does not know gives no rights."""
    own, actor, created_at, seen_at, way, browser = row
    document = json.loads(actor)
    known = frozenset(Role(role) for role in document.pop("roles") if role in set(Role))
    queues = frozenset(document.pop("queues", ()))  # a session from before queues had members has none
    return Session(
        id=bytes(own),
        actor=Actor(**document, roles=known, queues=queues),
        created_at=moment(created_at),
        seen_at=moment(seen_at),
        way=Way(way),
        browser=browser,
    )


class SqlKeyRing:
    """KeyRing over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_key(self, kid: str, purpose: str, sealed: bytes) -> None:
        await self._database.write((KEEP_KEY, (kid, purpose, sealed)))

    async def keys(self, purpose: str) -> Mapping[str, bytes]:
        rows = await self._database.read(
            "SELECT id, sealed FROM keys WHERE purpose = $1 ORDER BY created_at, id", purpose
        )
        return {kid: bytes(sealed) for kid, sealed in rows}
