"""``gigdesk backup``: copy the embedded store and its files."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def backup(
    folder: Path,
    *,
    restore: Annotated[bool, Parameter(help="Put a backup back, into an empty place.")] = False,
) -> int:
    """Copy the embedded store and the files it refers to into FOLDER, consistent while serving.

    Examples:

        gigdesk backup /backups/2026-11-24
        gigdesk backup /backups/2026-11-24 --restore
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known

    chosen = known()
    done = asyncio.run(wiring.restore(chosen, folder) if restore else wiring.backup(chosen, folder))
    print(done)
    return 0
