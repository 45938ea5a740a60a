"""One demo a folder: who comes second is told where the first is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "demo.lock"


@contextmanager
def held_alone(folder: Path) -> Iterator[Callable[[str], None]]:
    """Hold this folder until the end; yields what writes down the address for others to find.

    The lock goes with the process, however that ends. Raises Unavailable (``demo.running``) where another
    process holds it.
    """
    import fcntl

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise _running(folder, file.read().strip()) from None
        file.truncate(0)

        def tell(address: str) -> None:
            file.write(f"{address}\n")
            file.flush()

        yield tell


def _running(folder: Path, address: str) -> Exception:
    from gigdesk.errors import Unavailable

    if not address:  # it starts at this moment
        return Unavailable(
            "demo.running",
            "A demo of the folder %(folder)s is starting already. Look at its terminal, or name another folder"
            " with --folder.",
            folder=str(folder),
        )
    return Unavailable(
        "demo.running",
        "A demo of the folder %(folder)s runs already, at %(address)s. Open it there, end it with Ctrl-C in its"
        " terminal, or name another folder with --folder.",
        folder=str(folder),
        address=address,
    )
