"""Canonical bytes, hashes and digests: what the chain is made of.

1. A commit's content is canonical JSON (RFC 8785); times are RFC 3339 UTC with microseconds.
2. hash = sha256(hash before ‖ content); before the first commit stands sha256(case id).
3. A personal value enters the content only as digest = sha256(32 random bytes ‖ value).
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import orjson

SALT_BYTES = 32


def canonical(document: Mapping[str, object]) -> bytes:
    """RFC 8785 for what gigdesk writes: ASCII names, strings, ids, integers below 2**53, booleans, null, lists."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def parse(content: bytes) -> dict[str, object]:
    """The document that ``canonical`` wrote."""
    document = orjson.loads(content)
    if not isinstance(document, dict):
        raise TypeError("a commit's content is a JSON object")
    return document


@lru_cache(maxsize=256)
def moment(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as the chain and the API write it."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    if not at.microsecond:
        return at.isoformat(timespec="microseconds")[:26] + "Z"
    return orjson.dumps(at, option=orjson.OPT_UTC_Z).decode()[1:-1]


def read_moment(text: str) -> datetime:
    """The time that ``moment`` wrote."""
    return datetime.fromisoformat(text)


def chain(before: bytes, content: bytes) -> bytes:
    """The hash of a commit, given the hash of the one before it."""
    return hashlib.sha256(before + content).digest()


def root(case: UUID) -> bytes:
    """What stands before a case's first commit."""
    return hashlib.sha256(case.bytes).digest()


def digest(salt: bytes, value: bytes) -> str:
    """How the chain knows a personal value: hexadecimal sha256 of salt and value."""
    return hashlib.sha256(salt + value).hexdigest()
