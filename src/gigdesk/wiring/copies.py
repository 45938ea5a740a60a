"""Backups of the embedded store, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING

from gigdesk.errors import Invalid
from gigdesk.settings import Settings
from gigdesk.wiring.parts import chosen

if TYPE_CHECKING:
    from gigdesk.adapters.stores.sql.backup import Copied


async def backup(settings: Settings, folder: Path) -> "Copied":
    """Copy the embedded store and its files into ``folder``, also while a server serves.

    Raises Invalid where the store is not the embedded one, Conflict where something stands in ``folder``,
    NotFound without a database, Unavailable where the copy is not whole.
    """
    from gigdesk.adapters.stores.sql.backup import back_up

    _only_embedded(settings)
    storage = chosen("GIGDESK_STORAGE_URL", settings.storage_url)
    try:
        return await back_up(settings.database_url, storage, folder)
    finally:
        await storage.close()


async def restore(settings: Settings, folder: Path) -> "Copied":
    """Put a backup back into an empty place, once every file of it was checked.

    Raises Invalid where it is not whole or the store is not the embedded one, Conflict where a database
    stands already; then nothing was written.
    """
    from gigdesk.adapters.stores.sql.backup import restore as put_back

    _only_embedded(settings)
    storage = chosen("GIGDESK_STORAGE_URL", settings.storage_url)
    try:
        return await put_back(folder, settings.database_url, storage)
    finally:
        await storage.close()


def _only_embedded(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite:"):
        raise Invalid(
            "backup.embedded_only",
            "gigdesk backup copies the embedded store alone. Copy PostgreSQL with"
            " pg_dump --format=custom, and after it the bucket: aws s3 sync s3://BUCKET DIR. Files never"
            " change, so that those copied later are those that the rows name.",
        )
