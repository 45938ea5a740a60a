"""Mail as files in a maildir: ``maildir:var/mail``. For development, tests, and programs that fetch it.

A letter is written under ``tmp/``, synced, renamed into ``new/`` and that folder synced: whoever reads the
maildir never sees half a letter. Its name is its id, so that a repeat takes the place of the first.
"""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gigdesk.errors import Unavailable
from gigdesk.notices.model import Letter


class MaildirMailer:
    """Mailer into a folder; folders are 0700, letters 0600."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @classmethod
    def open(cls, url: str) -> "MaildirMailer":
        """For ``maildir:var/mail``, ``maildir:/srv/mail`` or ``maildir:///srv/mail``; else ValueError."""
        scheme, _, path = url.partition(":")
        path = path.removeprefix("//") if path.startswith("///") else path
        if scheme != "maildir" or not path or path.startswith("//"):
            raise ValueError("a maildir is maildir:FOLDER or maildir:///FOLDER")
        return cls(Path(path))

    async def send(self, letter: Letter) -> str:
        await _off_loop(partial(_write, self.root, f"{letter.id}.gigdesk", letter.content))
        return "kept in the folder"

    async def probe(self) -> str:
        await _off_loop(partial(_check, self.root))
        return f"Mail is kept in the folder {self.root}."


async def _off_loop(work: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(work)
    except OSError as error:
        raise Unavailable(
            "mail.maildir",
            "The folder for mail cannot be written: %(why)s. Make it writable, or free some space.",
            why=error.strerror or type(error).__name__,
        ) from error


def _write(root: Path, name: str, content: bytes) -> None:
    _make(root)
    unfinished = root / "tmp" / name
    number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(root / "new" / name)
    _sync(root / "new")


def _check(root: Path) -> None:
    _make(root)
    probe = root / "tmp" / f"probe-{os.getpid()}"
    probe.write_bytes(b"probe")
    probe.unlink()


def _make(root: Path) -> None:
    """The folders of a maildir; new ones are made durable with the folder that they stand in."""
    for folder in (root, root / "tmp", root / "new", root / "cur"):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(folder.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
