"""The secrets: there, each another, and readable by nobody else."""

import stat
from itertools import combinations
from pathlib import Path

from gigdesk.cli import secrets
from gigdesk.cli.checkup.findings import Finding, Found, fail, ok, warn
from gigdesk.settings import Settings

MAKE_ONE = "openssl rand -base64 48"


async def kept(settings: Settings) -> Found:
    """Whether the secrets are there and differ, and whether the files that hold them are private."""
    given = {
        "GIGDESK_SECRET": settings.secret,
        "GIGDESK_JWT_SECRET": settings.jwt_secret,
        "GIGDESK_GIGS_SECRET": settings.gigs_secret,
        "GIGDESK_AUTHJS_SECRET": settings.authjs_secret,
        "GIGDESK_WEBHOOK_SECRET": settings.webhook_secret,
    }
    held = {name: value.get_secret_value() for name, value in given.items() if value}
    found = [*_absent(settings), *_equal(held), *_open_to_others()]
    return found or [ok(f"{', '.join(held)}: there, and each another.")]


def _absent(settings: Settings) -> list[Finding]:
    found = []
    if settings.secret is None:
        found.append(
            warn(
                f"There is no GIGDESK_SECRET and no {secrets.SECRET}; gigdesk serve makes one.",
                f"In production set it yourself and keep it with your backups: {MAKE_ONE}",
            )
        )
    if settings.jwt_secret is None and settings.jwks_url is None:
        found.append(
            warn(
                f"There is no GIGDESK_JWT_SECRET, GIGDESK_JWKS_URL or {secrets.JWT_SECRET}; nobody can sign in.",
                "Set the secret that the marketplace signs with, or the address of its issuer's keys, like"
                " GIGDESK_JWKS_URL=https://issuer.example/.well-known/jwks.json",
            )
        )
    return found


def _equal(held: dict[str, str]) -> list[Finding]:
    return [
        fail(f"{one} and {other} are the same.", f"Give each its own secret: {MAKE_ONE}")
        for one, other in combinations(held, 2)
        if held[one] == held[other]
    ]


def _open_to_others() -> list[Finding]:
    return [
        fail(f"{path} can be read by others on this machine.", f"chmod 600 {path}")
        for path in (secrets.SECRET, secrets.JWT_SECRET, Path(".env"))
        if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
