"""Tokens from this installation's own JWT secret, for trying things out."""

import secrets as random
import time
from collections.abc import Mapping

from gigdesk import wiring
from gigdesk.cli import secrets
from gigdesk.settings import Settings


def minted(chosen: Settings, claims: Mapping[str, object], seconds: int) -> str:
    """A Bearer token with these claims; raises Unavailable, naming the file looked for, without a secret."""
    now = int(time.time())
    more = {"iss": chosen.jwt_issuer, "aud": chosen.jwt_audience}
    return _sign(chosen, {**claims, **{k: v for k, v in more.items() if v}, "iat": now, "exp": now + seconds})


def handover(chosen: Settings, claims: Mapping[str, object]) -> str:
    """A hand-over token for ``/sign-in``: single use, good for five minutes."""
    now = int(time.time())
    once = {"aud": "gigdesk-sign-in", "jti": random.token_urlsafe(16), "iat": now, "exp": now + 300}
    return _sign(chosen, {**claims, **once})


def _sign(chosen: Settings, claims: Mapping[str, object]) -> str:
    key = chosen.jwt_secret.get_secret_value() if chosen.jwt_secret else secrets.kept(secrets.JWT_SECRET)
    return wiring.mint(key, claims)
