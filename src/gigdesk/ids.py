"""Names for things: random outside, never counters.

UUIDv7 and UUIDv8 are those of RFC 9562. A reference is for people to say and write down; it opens nothing.
"""

import hashlib
import hmac
import os
import secrets
import time
import uuid

# Crockford's base 32: no I, L, O or U, so that a reference survives handwriting and the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Two letters at a time, and what each pair adds to the check: of every two neighbours the second is doubled.
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SUMS = [n // 32 + sum(divmod(2 * (n % 32), 32)) for n in range(1024)]
_FREE = ~(0xF << 76 | 0x3 << 62)
_VERSION_7 = 0x7 << 76 | 0x2 << 62
_VERSION_8 = 0x8 << 76 | 0x2 << 62
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_set_int = vars(uuid.UUID)["int"].__set__
_set_is_safe = vars(uuid.UUID)["is_safe"].__set__
_UNKNOWN = uuid.SafeUUID.unknown


def uuid7() -> uuid.UUID:
    """A fresh time-ordered id: 48 bits of Unix milliseconds, 74 random bits (RFC 9562 §5.7)."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return _of(value & _FREE | _VERSION_7)


def uuid8(key: bytes, *parts: str) -> uuid.UUID:
    """The id that these parts always have under this key: 122 bits of HMAC-SHA256 (RFC 9562 §5.8)."""
    encoded = [part.encode() for part in parts]
    message = b"".join([len(part).to_bytes(4, "big") + part for part in encoded])
    return _version_8(hmac.digest(key, message, "sha256"))


def belonging(owner: uuid.UUID, place: int) -> uuid.UUID:
    """The id of what belongs to something in this place: the same each time, and found by nobody else."""
    return _version_8(hashlib.sha256(owner.bytes + place.to_bytes(4, "big")).digest())


def _version_8(digest: bytes) -> uuid.UUID:
    return _of(int.from_bytes(digest[:16], "big") & _FREE | _VERSION_8)


def _of(value: int) -> uuid.UUID:
    """What ``UUID(int=value)`` makes, without the questions that it asks: a quarter of the time."""
    made = object.__new__(uuid.UUID)
    _set_int(made, value)
    _set_is_safe(made, _UNKNOWN)
    return made


def object_key() -> str:
    """Where an upload is kept: 160 random bits, nothing of its name, its owner or its case."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token[2:]}"


def reference(case: uuid.UUID) -> str:
    """The short human name of a case, ``GD-XXXX-XXXXC``: 40 bits of its id and a check character."""
    bits = int.from_bytes(hashlib.sha256(b"gigdesk reference" + case.bytes).digest()[:5], "big")
    a, b, c, d = bits >> 30, bits >> 20 & 1023, bits >> 10 & 1023, bits & 1023
    check = ALPHABET[-(_SUMS[a] + _SUMS[b] + _SUMS[c] + _SUMS[d]) % 32]
    return f"GD-{_PAIRS[a]}{_PAIRS[b]}-{_PAIRS[c]}{_PAIRS[d]}{check}"


def check_character(body: str) -> str:
    """Luhn's check over base 32: finds every single wrong character and most swaps of two neighbours."""
    values = [ALPHABET.index(char) for char in reversed(body)]
    doubled = [2 * value for value in values[::2]]
    total = sum(values[1::2]) + sum([value // 32 + value % 32 for value in doubled])
    return ALPHABET[-total % 32]


def read_reference(text: str) -> str | None:
    """The reference that a person meant, or None where its check character says it is mistyped."""
    letters = "".join(c for c in text.upper().translate(_READ_AS) if c.isalnum())
    body = letters.removeprefix("GD")
    if len(body) != 9 or any(c not in ALPHABET for c in body):
        return None
    return f"GD-{body[:4]}-{body[4:]}" if check_character(body[:8]) == body[8] else None
