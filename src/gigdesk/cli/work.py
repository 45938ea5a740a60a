"""``gigdesk work``: work off effects beside the site."""

from typing import Annotated

from cyclopts import Parameter


def work(
    *,
    once: Annotated[bool, Parameter(help="Work off what is due now, then end.")] = False,
    parked: Annotated[bool, Parameter(help="List what failed for good, with its reason.")] = False,
    retry: Annotated[str, Parameter(help="Make a parked effect due again, by its id.")] = "",
) -> int:
    """Work off effects: inspect files, send mail. The embedded store does so inside `serve`.

    For example:

        gigdesk work
        gigdesk work --once
        gigdesk work --parked
        gigdesk work --retry 0193…
    """
    import asyncio

    from gigdesk import settings
    from gigdesk.cli.environment import complete
    from gigdesk.cli.working import list_parked, retry_parked, work_off

    chosen = complete(settings.read())
    if parked:
        return asyncio.run(list_parked(chosen))
    if retry:
        return asyncio.run(retry_parked(chosen, retry))
    return asyncio.run(work_off(chosen, once=once))
