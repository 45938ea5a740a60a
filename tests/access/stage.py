"""What tests of signing in stand on: a clock to turn, a real SQLite store, tokens of our own making."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from gigdesk.adapters.stores.sql.store import SqlStore

SECRET = b"a secret that the marketplace shares with us"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class TurnedClock:
    """A clock that stands until a test turns it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@asynccontextmanager
async def opened_store(folder: Path) -> AsyncIterator[SqlStore]:
    """An empty store in this folder."""
    store = SqlStore(f"sqlite:///{folder}/gigdesk.db")
    await store.open()
    try:
        await store.migrate()
        yield store
    finally:
        await store.close()


def claims(**more: object) -> dict[str, object]:
    """Claims that hold at noon, with ``more`` in their place; None leaves one out."""
    now = int(NOON.timestamp())
    every = {"sub": "amara", "iat": now, "exp": now + 300, **more}
    return {name: value for name, value in every.items() if value is not None}


def hand_over_claims(**more: object) -> dict[str, object]:
    """Claims of a hand-over that hold at noon."""
    return claims(**{"aud": "gigdesk-sign-in", "jti": "once-1", **more})


def token(given: dict[str, object], secret: bytes = SECRET, **header: object) -> str:
    """A token signed with HS256; ``header`` adds to its header."""
    lenient = JWSRegistry(algorithms=["HS256"], strict_check_header=False)
    return jwt.encode({"alg": "HS256", **header}, given, OctKey.import_key(secret), registry=lenient)
