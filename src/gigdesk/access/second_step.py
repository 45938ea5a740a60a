"""The second step at the door: codes by time (RFC 6238) and codes that serve once. The rules; random but for them pure.

SHA-1, 6 digits and 30 seconds are what every authenticator app knows. A code is right in its own step and in the one
before and after it, for clocks that are not quite right.
"""

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from gigdesk.access.accounts import Account

DRIFT_STEPS = 1
RECOVERY_CODES = 10
OFFER_LASTS = timedelta(minutes=15)
HALF_WAY_LASTS = timedelta(minutes=10)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
# Crockford's base 32: what looks alike is read as one; 16 of these have 80 bits.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_RECOVERY = re.compile(rf"[{_LETTERS}]{{16}}", re.ASCII)
_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", **dict.fromkeys(" -\t\u00a0", "")})


def new_secret() -> str:
    """160 random bits (RFC 4226 §4), in base 32 as apps take them."""
    import pyotp

    return pyotp.random_base32()


def key_uri(secret: str, login: str, issuer: str) -> str:
    """What the QR code says: the address by which authenticator apps take a secret."""
    import pyotp

    return pyotp.TOTP(secret, name=login, issuer=issuer.replace(":", " ").strip()).provisioning_uri()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, if it is one of those that count now."""
    import pyotp

    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            code, for_time=int(now.timestamp()), valid_window=DRIFT_STEPS
        )
    except pyotp.exceptions.OTPVerificationError:
        return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits each, as they are shown: in four groups."""
    codes = ("".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(RECOVERY_CODES))
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes]


def read_code(text: str) -> str:
    """What was typed, as codes are compared; empty for what is neither kind of code."""
    typed = text[:100].lower().translate(_ALIKE)
    return typed if _CODE.fullmatch(typed) or _RECOVERY.fullmatch(typed) else ""


def is_of_time(code: str) -> bool:
    """Whether a code that was read is one of an app, and not one that serves once."""
    return len(code) == 6


def digests(key: bytes, account: Account, codes: Iterable[str]) -> frozenset[str]:
    """Under what codes that serve once are kept: the store never holds what opens it, nor tells who has equal ones."""
    about = account.id.encode()
    return frozenset(
        hmac.digest(key, about + b"\n" + read_code(code).encode(), "sha256").hex() for code in codes
    )


def without_second_step(account: Account) -> Account:
    """The account as one whose password is enough."""
    return replace(account, second_step=b"", recovery=frozenset())
