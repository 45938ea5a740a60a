"""What ``gigdesk work`` does, by option."""

import asyncio
import signal
from uuid import UUID

from gigdesk import wiring
from gigdesk.errors import Invalid
from gigdesk.settings import Settings


async def work_off(chosen: Settings, *, once: bool) -> int:
    """Work until told to stop, or once; SIGTERM and SIGINT let what is under way finish."""
    async with wiring.opened(chosen, migrating=True) as desk:
        if once:
            print(f"{await wiring.drain(desk, chosen)} effects done.")
            return 0
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await wiring.work(desk, chosen, stop)
    return 0


async def list_parked(chosen: Settings) -> int:
    """Print the effects that failed for good."""
    async with wiring.opened(chosen) as desk:
        found = await desk.outbox.parked(100)
        for item in found:
            print(f"{item.effect.id}\t{item.effect.kind}\t{item.case}\t{item.attempts}\t{item.reason}")
        if not found:
            print("Nothing is parked.")
    return 0


async def retry_parked(chosen: Settings, effect: str) -> int:
    """Make one parked effect due now."""
    try:
        wanted = UUID(effect)
    except ValueError:
        raise Invalid("effect.id", "“%(given)s” is not the id of an effect.", given=effect) from None
    async with wiring.opened(chosen) as desk:
        if not await desk.outbox.retry(wanted):
            raise Invalid("effect.unknown", "No effect of this id is parked. See: gigdesk work --parked")
    print("It is due now.")
    return 0
