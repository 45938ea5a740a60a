"""Settings made complete: secrets that were not set are made once, and handed on to worker processes."""

import os

from gigdesk.cli import secrets
from gigdesk.settings import PREFIX, Settings, read


def complete(chosen: Settings) -> Settings:
    """These settings with the secrets that gigdesk makes for itself; worker processes inherit them."""
    if chosen.secret is None:
        os.environ[f"{PREFIX}SECRET"] = secrets.made_once(secrets.SECRET)
    if chosen.jwt_secret is None and chosen.jwks_url is None:
        os.environ[f"{PREFIX}JWT_SECRET"] = secrets.made_once(secrets.JWT_SECRET)
    return read()


def known() -> Settings:
    """The settings with secrets that were made before; none is made for a tool that only looks."""
    chosen = read()
    if chosen.secret is None and secrets.SECRET.is_file():
        os.environ[f"{PREFIX}SECRET"] = secrets.kept(secrets.SECRET)
    if chosen.jwt_secret is None and chosen.jwks_url is None and secrets.JWT_SECRET.is_file():
        os.environ[f"{PREFIX}JWT_SECRET"] = secrets.kept(secrets.JWT_SECRET)
    return read()
