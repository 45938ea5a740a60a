"""Passwords by Argon2id (RFC 9106), in threads, a few at once.

64 MiB, three passes, one lane: the memory of RFC 9106's second choice, and above what OWASP asks for (19 MiB,
two passes). One lane, because two sign-ins at once are enough to keep two cores busy.
"""

import asyncio
import os
from base64 import b64encode
from functools import partial

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gigdesk.errors import Unavailable

MEMORY_KIB = 64 << 10
PASSES = 3
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32
AT_ONCE = 2
MOST_WAITING = 32
BUSY_SECONDS = 5


class Argon2Passwords:
    """Passwords over argon2-cffi: ``AT_ONCE`` are worked on, ``MOST_WAITING`` wait, more are refused."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, most_waiting: int = MOST_WAITING
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
        )
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._most = AT_ONCE + most_waiting
        self._here = 0
        self._decoy = (
            f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}"
            f"${_base64(os.urandom(SALT_BYTES))}${_base64(os.urandom(HASH_BYTES))}"
        )

    async def hash(self, password: str) -> str:
        async with _Place(self):
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, hashed: str) -> bool:
        async with _Place(self):
            return await asyncio.to_thread(partial(self._holds, hashed, password))

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    def decoy(self) -> str:
        return self._decoy

    def _holds(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def enter(self) -> None:
        """Wait for a turn; raises Unavailable where too many do."""
        if self._here >= self._most:
            raise Unavailable(
                "passwords.busy",
                "Many people sign in just now. Try again in %(seconds)s seconds.",
                retry_after=BUSY_SECONDS,
                seconds=BUSY_SECONDS,
            )
        self._here += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self._here -= 1
            raise

    def leave(self) -> None:
        """Give the turn to the next."""
        self._here -= 1
        self._turn.release()


class _Place:
    """A turn at the work, given back whatever happens."""

    def __init__(self, passwords: Argon2Passwords) -> None:
        self._passwords = passwords

    async def __aenter__(self) -> None:
        await self._passwords.enter()

    async def __aexit__(self, *_: object) -> None:
        self._passwords.leave()


def _base64(value: bytes) -> str:
    return b64encode(value).rstrip(b"=").decode()
