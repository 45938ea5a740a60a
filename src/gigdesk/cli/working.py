"""What ``gigdesk work`` does, by option."""

import asyncio
import signal
from datetime import UTC, datetime
from uuid import UUID

from gigdesk import wiring
from gigdesk.cases.seal import replay
from gigdesk.cases.upcoming import foreseen
from gigdesk.errors import Invalid
from gigdesk.settings import Settings

ALL = "all"
MOST = 10_000


def only_one(**given: bool) -> None:
    """Raises Invalid where options were given that exclude each other."""
    named = [f"--{name}" for name, is_given in given.items() if is_given]
    if len(named) > 1:
        raise Invalid("work.options", "Give one of %(options)s at a time.", options=", ".join(named))


def judge(limit: int) -> None:
    """Raises Invalid for a number of lines that is none."""
    if not 1 <= limit <= MOST:
        raise Invalid("work.limit", "--limit is from 1 to %(most)s.", most=MOST)


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


async def list_parked(chosen: Settings, limit: int) -> int:
    """Print the effects that failed for good: id, kind, case, attempts, reason, since when."""
    async with wiring.opened(chosen) as desk:
        found = await desk.outbox.parked(limit)
        more = (await desk.outbox.state()).parked - len(found)
    for item in found:
        own = item.effect
        _print(own.id, own.kind, item.case, item.attempts, item.reason, _moment(item.parked_at))
    _end(len(found), more, "Nothing is parked.")
    return 0


async def list_upcoming(chosen: Settings, limit: int) -> int:
    """Print the effects that are not due yet: when they are, id, kind, case, and what a wake-up would do."""
    async with wiring.opened(chosen) as desk:
        found = await desk.outbox.upcoming(limit)
        more = (await desk.outbox.state()).later - len(found)
        cases = {item.case: replay(await desk.log.load(item.case)) for item in found}
    for item in found:
        own, case = item.effect, cases[item.case]
        said = foreseen(case, own.due) if case and own.kind == "wake" else ""
        _print(_moment(own.due), own.id, own.kind, item.case, said)
    _end(len(found), more, "Nothing is owed for later.")
    return 0


async def retry_parked(chosen: Settings, effect: str) -> int:
    """Make one parked effect due now, or all of them."""
    wanted = None if effect == ALL else _id(effect)
    async with wiring.opened(chosen) as desk:
        if wanted is None:
            count = await desk.outbox.retry_all()
            print(f"{count} effects are due now." if count else "Nothing is parked.")
            return 0
        if not await desk.outbox.retry(wanted):
            raise Invalid("effect.unknown", "No effect of this id is parked. See: gigdesk work --parked")
    print("It is due now.")
    return 0


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Invalid(
            "effect.id",
            "“%(given)s” is not the id of an effect. gigdesk work --parked lists them; all is all of them.",
            given=given,
        ) from None


def _print(*cells: object) -> None:
    print(*cells, sep="\t")


def _end(shown: int, more: int, nothing: str) -> None:
    """What follows a list: that it is empty, or how much it leaves out."""
    if not shown:
        print(nothing)
    elif more > 0:
        print(f"and {more} more. Show more with --limit.")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
