"""The folder in which several workers add up their numbers, taken away again whatever ends the server."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "gigdesk-metrics-"


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """A new folder for PROMETHEUS_MULTIPROC_DIR, held by a lock that ends with this process.

    Those of servers that were killed are removed first: a folder of ours that nobody holds is nobody's.
    """
    _sweep(Path(tempfile.gettempdir()))
    folder, lock = _made()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _made() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Another server that starts in this moment may have found it unheld.
        with suppress(OSError):
            lock = _locked(folder)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _sweep(place: Path) -> None:
    for left in place.glob(f"{PREFIX}*"):
        # What is held, vanishes meanwhile, or is another's or no folder stays.
        with suppress(OSError):
            lock = _locked(left)
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int:
    """The open and locked folder; raises OSError where another process holds it or it is not ours."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(opened).st_uid != os.getuid():
            raise PermissionError(folder)
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
