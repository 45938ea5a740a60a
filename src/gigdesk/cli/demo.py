"""``gigdesk demo``: the site with a small marketplace in it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

BUSY_PORTS_TRIED = 20


def demo(
    *,
    port: int = 8000,
    folder: Annotated[Path, Parameter(help="Where its data stays for the next start.")] = Path("var/demo"),
) -> int:
    """Run the site on this machine with a dozen gigs, their people and an agent.

    For example:

        gigdesk demo
        gigdesk demo --port 9000 --folder /tmp/gigdesk-demo
    """
    import asyncio
    import os

    from gigdesk import settings, wiring
    from gigdesk.cli import photo
    from gigdesk.cli.environment import complete
    from gigdesk.cli.folder_lock import held_alone
    from gigdesk.cli.introduction import introduce
    from gigdesk.clock import SystemClock
    from gigdesk.gigs import examples
    from gigdesk.web.server import run

    with held_alone(folder) as tell:
        free = _free_port(port)
        os.environ |= _environment(folder, free)
        chosen = complete(settings.read())
        tell(chosen.base_url)
        picture = photo.photo(folder / "photo.jpg")

        async def fill() -> None:
            # As a server, so that one on the same database is heard of before anything is promised.
            async with wiring.opened(chosen, serving=True) as desk:
                await desk.gig_table.put_gigs(examples.gigs(SystemClock().now()))

        asyncio.run(fill())
        introduce(chosen, picture)
        return run("gigdesk.asgi:create_demo", host="127.0.0.1", port=free, workers=1, server=chosen.server)


def _environment(folder: Path, port: int) -> dict[str, str]:
    from gigdesk.cli import secrets
    from gigdesk.gigs import examples

    return {
        "GIGDESK_BASE_URL": f"http://127.0.0.1:{port}",
        "GIGDESK_DATABASE_URL": f"sqlite:///{folder / 'gigdesk.db'}",
        "GIGDESK_STORAGE_URL": f"file:{folder / 'objects'}",
        "GIGDESK_MAIL_URL": f"maildir:{folder / 'mail'}",
        "GIGDESK_SECRET": secrets.made_once(folder / "secret"),
        "GIGDESK_JWT_SECRET": secrets.made_once(folder / "jwt-secret"),
        "GIGDESK_BRAND_NAME": examples.NAME,
        "GIGDESK_SUPPORT_EMAIL": "support@nearhand.example",
    }


def _free_port(port: int) -> int:
    """The first port from here on that nobody listens on; says so when it is another."""
    from gigdesk.errors import Unavailable
    from gigdesk.web.server import bind

    for candidate in range(port, port + BUSY_PORTS_TRIED):
        try:
            bind("127.0.0.1", candidate).close()
        except (OSError, Unavailable, SystemExit):
            continue
        if candidate != port:
            print(f"Port {port} is busy; this takes {candidate}.")
        return candidate
    raise Unavailable(
        "demo.ports", "The ports %(first)s to %(last)s are all busy. Name another with --port.",
        first=port, last=port + BUSY_PORTS_TRIED - 1,
    )  # fmt: skip
