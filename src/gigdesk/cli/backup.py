"""``gigdesk backup``: copy the embedded store and its files."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

OWN_KEY = "The installation's own key (GIGDESK_SECRET, or var/secret) is not in it: keep that apart."


def backup(
    folder: Path,
    *,
    restore: Annotated[bool, Parameter(help="Put a backup back, into an empty place.")] = False,
) -> int:
    """Copy the embedded store and the files it refers to into FOLDER, consistent while serving.

    For example:

        gigdesk backup /backups/2026-11-24
        gigdesk backup /backups/2026-11-24 --restore
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known

    chosen = known()
    if restore:
        put_back = asyncio.run(wiring.restore(chosen, folder))
        print(f"The database and {put_back.objects} files ({put_back.size} bytes) are back.")
        print("Serve it with the GIGDESK_SECRET that it was made under: receipts are signed with its keys.")
        return 0
    copied = asyncio.run(wiring.backup(chosen, folder))
    for key in copied.missing:
        print(f"The storage has no {key}, which a case refers to.")
    print(f"The database and {copied.objects} files ({copied.size} bytes) are in {folder}.")
    print(OWN_KEY)
    return 1 if copied.missing else 0
