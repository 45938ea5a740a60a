"""``gigdesk work``: work off effects beside the site."""

from typing import Annotated

from cyclopts import Parameter


def work(
    *,
    once: Annotated[bool, Parameter(help="Work off what is due now, then end.")] = False,
    parked: Annotated[bool, Parameter(help="List what failed for good, with its reason.")] = False,
    upcoming: Annotated[bool, Parameter(help="List what is owed and not due yet, the next first.")] = False,
    retry: Annotated[
        str | None, Parameter(help="Make a parked effect due again, by its id; or all of them: all.")
    ] = None,
    limit: Annotated[int, Parameter(help="How many a list names at most.")] = 50,
) -> int:
    """Work off effects: inspect files, send mail. The embedded store does so inside `serve`.

    For example:

        gigdesk work
        gigdesk work --once
        gigdesk work --parked
        gigdesk work --upcoming --limit 10
        gigdesk work --retry 0193…
        gigdesk work --retry all
    """
    import asyncio

    from gigdesk import settings
    from gigdesk.cli import working
    from gigdesk.cli.environment import complete, known

    working.only_one(once=once, parked=parked, upcoming=upcoming, retry=retry is not None)
    working.judge(limit)
    if parked:
        return asyncio.run(working.list_parked(known(), limit))
    if upcoming:
        return asyncio.run(working.list_upcoming(known(), limit))
    if retry is not None:
        return asyncio.run(working.retry_parked(known(), retry))
    return asyncio.run(working.work_off(complete(settings.read()), once=once))
