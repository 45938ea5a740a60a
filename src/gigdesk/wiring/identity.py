"""Who may sign tokens here, and what reads the cookie of the marketplace."""

from collections.abc import Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from gigdesk.access.ports import TokenVerifier
from gigdesk.access.signin import AUDIENCE, HAND_OVER_AT_MOST
from gigdesk.clock import SystemClock
from gigdesk.errors import Unavailable
from gigdesk.settings import Settings

if TYPE_CHECKING:
    from gigdesk.access.ports import CookieVerifier, Passwords


def bearer(settings: Settings) -> TokenVerifier:
    """Whatever may sign Bearer tokens here: the shared secret, the issuer's keys, or both."""
    from gigdesk.adapters.identity.secret import SecretVerifier
    from gigdesk.adapters.identity.several import ChoosyVerifier, SeveralVerifiers
    from gigdesk.adapters.identity.tokens import Expected

    expected = Expected(issuer=settings.jwt_issuer or "", audience=settings.jwt_audience or "")
    verifiers: list[ChoosyVerifier] = []
    if settings.jwt_secret:
        secret = settings.jwt_secret.get_secret_value().encode()
        verifiers.append(SecretVerifier(secret, SystemClock(), expected))
    if settings.jwks_url:
        from gigdesk.adapters.identity.jwks import JwksVerifier

        verifiers.append(JwksVerifier(settings.jwks_url, SystemClock(), expected))
    return verifiers[0] if len(verifiers) == 1 else SeveralVerifiers(verifiers)


def hand_over(settings: Settings) -> TokenVerifier:
    """Who may sign hand-over tokens: the same keys, for an audience of their own."""
    narrowed = settings.model_copy(update={"jwt_audience": AUDIENCE})
    return bearer(narrowed)


def marketplace(settings: Settings) -> "CookieVerifier | None":
    """What reads the session cookie of the marketplace, where its secret is set."""
    if settings.authjs_secret is None:
        return None
    from gigdesk.adapters.identity.authjs import AuthJsVerifier

    return AuthJsVerifier(settings.authjs_secret.get_secret_value(), SystemClock())


def passwords() -> "Passwords":
    """What makes passwords slow to guess."""
    from gigdesk.adapters.identity.argon2 import Argon2Passwords

    return Argon2Passwords()


def mint(secret: str, claims: Mapping[str, object], ttl: timedelta) -> str:
    """A token signed with a shared secret, from now for ``ttl``."""
    from gigdesk.adapters.identity.secret import mint as mint_token

    return mint_token(secret.encode(), claims, ttl, SystemClock())


def mint_hand_over(settings: Settings, secret: str, claims: Mapping[str, object]) -> str:
    """A token that ``/sign-in`` of this installation takes once, within five minutes."""
    once = {"iss": settings.jwt_issuer, "aud": AUDIENCE, "jti": token_urlsafe(16)}
    named = {name: value for name, value in once.items() if value}
    return mint(secret, {**claims, **named}, HAND_OVER_AT_MOST)


def installation_key(settings: Settings) -> bytes:
    """The installation's own key; raises Unavailable where there is none yet."""
    if settings.secret is None:
        raise Unavailable(
            "secret.missing",
            "GIGDESK_SECRET is not set, and var/secret is not there: run gigdesk serve once.",
        )
    return settings.secret.get_secret_value().encode()
