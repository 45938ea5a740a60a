"""``gigdesk gigs``: fill and read the gigs table."""

from pathlib import Path

from cyclopts import App

gigs = App(name="gigs", help="Fill and read the gigs table.")


@gigs.command(name="import")
def import_(file: Path) -> int:
    """Insert or replace gigs from a .csv (a row a party) or .json (a list) file; all of it or nothing.

    For example:

        gigdesk gigs import gigs.csv
        gigdesk gigs import gigs.json
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known
    from gigdesk.errors import Invalid
    from gigdesk.gigs.documents import gigs_from_csv, gigs_from_json

    readers = {".csv": gigs_from_csv, ".json": gigs_from_json}
    if file.suffix.lower() not in readers:
        raise Invalid("gigs.file", "%(file)s is neither .csv nor .json.", file=file.name)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("gigs.file", "%(file)s cannot be read: %(why)s.", file=file.name, why=error) from None
    found = readers[file.suffix.lower()](text)

    async def put() -> None:
        async with wiring.opened(known()) as desk:
            await desk.gig_table.put_gigs(found)

    asyncio.run(put())
    print(f"{len(found)} gigs are in.")
    return 0


@gigs.command(name="list")
def list_(*, limit: int = 20) -> int:
    """Print the gigs put last.

    For example:

        gigdesk gigs list --limit 5
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known

    async def show() -> None:
        async with wiring.opened(known()) as desk:
            for gig in await desk.gig_table.list_gigs(limit):
                sides = ", ".join(f"{p.side}: {p.user_id}" for p in gig.parties)
                print(f"{gig.id}\t{gig.title}\t{sides}")

    asyncio.run(show())
    return 0
