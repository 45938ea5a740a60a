"""A site with an invented past, all of which the desk counts."""

import asyncio
from pathlib import Path
from threading import Thread

from pydantic import SecretStr

from gigdesk.settings import Settings
from gigdesk.wiring.invention import invent
from live import RAISED, Live, eventually
from servers.gigdesk import OWN_SECRET


def site_with_a_past(folder: Path, cases: int) -> Live:
    """It serves; whoever asked for it closes it."""
    site = Live(folder, RAISED)
    settings = Settings(secret=SecretStr(OWN_SECRET), database_url=site.environment["GIGDESK_DATABASE_URL"])
    # In a thread, since tests of pages have an event loop of their own.
    inventing = Thread(target=lambda: asyncio.run(invent(settings, cases, 1, lambda _: None)))
    inventing.start()
    inventing.join()
    try:
        site.open()
        token = {"Authorization": f"Bearer {site.token('lena', 'lead')}"}

        def counted() -> bool:
            return bool(site.call("GET", "/api/figures", headers=token, by=None).json()["behind"] == 0)

        assert eventually(counted, 60)
    except BaseException:
        site.close()
        raise
    return site
