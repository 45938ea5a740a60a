"""Tokens from this installation's own JWT secret, for trying things out."""

from collections.abc import Mapping
from datetime import timedelta

from gigdesk import wiring
from gigdesk.cli import secrets
from gigdesk.settings import Settings


def minted(chosen: Settings, claims: Mapping[str, object], seconds: int) -> str:
    """A Bearer token with these claims; raises Unavailable, naming the file looked for, without a secret."""
    more = {"iss": chosen.jwt_issuer, "aud": chosen.jwt_audience}
    named = {name: value for name, value in more.items() if value}
    return wiring.mint(_secret(chosen), {**claims, **named}, timedelta(seconds=seconds))


def handover(chosen: Settings, claims: Mapping[str, object]) -> str:
    """A hand-over token for ``/sign-in``: single use, good for five minutes."""
    return wiring.mint_hand_over(chosen, _secret(chosen), claims)


def _secret(chosen: Settings) -> str:
    if chosen.jwt_secret:
        return chosen.jwt_secret.get_secret_value()
    return secrets.kept(secrets.JWT_SECRET)
