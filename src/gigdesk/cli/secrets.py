"""The secrets that gigdesk makes for itself, once, readable by its own user alone."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from gigdesk.errors import Unavailable

VAR = Path("var")
SECRET = VAR / "secret"
JWT_SECRET = VAR / "jwt-secret"


def made_once(path: Path) -> str:
    """The secret in this file; makes it, 48 random bytes and mode 0600, where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return kept(path)


def _make(path: Path) -> None:
    """Put a whole secret there, durably; where another process was faster, its own stays."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


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
