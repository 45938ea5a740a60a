"""The secrets that gigdesk makes for itself, once, readable by its own user alone."""

import os
import secrets
from pathlib import Path

from gigdesk.errors import Unavailable

VAR = Path("var")
SECRET = VAR / "secret"
JWT_SECRET = VAR / "jwt-secret"


def made_once(path: Path) -> str:
    """The secret in this file; makes it, 48 random bytes and mode 0600, where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return kept(path)


def kept(path: Path) -> str:
    """The secret in this file; raises Unavailable, naming the file, where there is none or it is short."""
    try:
        value = path.read_text().strip()
    except OSError:
        raise Unavailable(
            "secret.missing", "There is no secret in %(path)s. Start gigdesk here once, or set it.", path=path
        ) from None
    if len(value.encode()) < 32:
        raise Unavailable("secret.short", "The secret in %(path)s is shorter than 32 bytes.", path=path)
    return value
