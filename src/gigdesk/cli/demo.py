"""``gigdesk demo``: the site with a small marketplace in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from gigdesk.settings import Settings

BUSY_PORTS_TRIED = 20


def demo(
    *,
    port: int = 8000,
    folder: Annotated[Path, Parameter(help="Where its data stays for the next start.")] = Path("var/demo"),
    cases: Annotated[int, Parameter(help="Invent so many cases of the last 900 days first.")] = 0,
    seed: Annotated[int, Parameter(help="Another number invents another past.")] = 1,
    database_url: Annotated[str, Parameter(help="A database elsewhere, for example PostgreSQL.")] = "",
) -> int:
    """Run the site on this machine with a dozen gigs, their people, an agent, a lead and an admin.

    For example:

        gigdesk demo
        gigdesk demo --port 9000 --folder /tmp/gigdesk-demo
        gigdesk demo --cases 20000
        gigdesk demo --cases 1000000 --database-url postgresql://localhost/demo
    """
    import os

    from gigdesk import settings
    from gigdesk.cli import photo
    from gigdesk.cli.environment import complete
    from gigdesk.cli.folder_lock import held_alone
    from gigdesk.cli.introduction import introduce
    from gigdesk.web.server import run

    with held_alone(folder) as tell:
        free = _free_port(port)
        os.environ |= _environment(folder, free, database_url)
        chosen = complete(settings.read())
        tell(chosen.base_url)
        picture = photo.photo(folder / "photo.jpg")
        _fill(chosen, cases, seed)
        introduce(chosen, picture)
        return run("gigdesk.asgi:create_demo", host="127.0.0.1", port=free, workers=1, server=chosen.server)


def _fill(chosen: "Settings", cases: int, seed: int) -> None:
    """The marketplace, and a past where one is wanted."""
    import asyncio

    from gigdesk import wiring
    from gigdesk.clock import SystemClock
    from gigdesk.gigs import examples

    async def put() -> None:
        # As a server, so that one on the same database is heard of before anything is promised.
        async with wiring.opened(chosen, serving=True) as desk:
            await desk.gig_table.put_gigs(examples.gigs(SystemClock().now()))

    if not chosen.database_url.startswith("sqlite:"):
        asyncio.run(wiring.migrate(chosen))
    if cases:
        _invent(chosen, cases, seed)
    asyncio.run(put())


def _invent(chosen: "Settings", cases: int, seed: int) -> None:
    """Fill an empty database, and say how far it is; one that has cases keeps them as they are."""
    import asyncio

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from gigdesk import wiring
    from gigdesk.errors import Conflict

    columns = TextColumn("Inventing cases"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns) as progress:
        task = progress.add_task("cases", total=cases)
        try:
            asyncio.run(
                wiring.invent(chosen, cases, seed, lambda done: progress.update(task, completed=done))
            )
        except Conflict:
            progress.stop()
            print("The database has cases already. They are left as they are, and none is added.")


def _environment(folder: Path, port: int, database_url: str) -> dict[str, str]:
    from gigdesk.cli import secrets
    from gigdesk.gigs import examples

    return {
        "GIGDESK_BASE_URL": f"http://127.0.0.1:{port}",
        "GIGDESK_DATABASE_URL": database_url or f"sqlite:///{folder / 'gigdesk.db'}",
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
