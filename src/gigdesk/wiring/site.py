"""The site: what serves an installation, and the background work of the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gigdesk.access.acquaintance import Acquaintances, acquainted
from gigdesk.access.keys import derive
from gigdesk.app import Gigdesk
from gigdesk.settings import Settings
from gigdesk.wiring.demonstration import cast
from gigdesk.wiring.identity import installation_key, marketplace
from gigdesk.wiring.installation import opened
from gigdesk.wiring.work import work_accounts

if TYPE_CHECKING:
    from gigdesk.notices.courier import House
    from gigdesk.outbox.perform import Performer
    from gigdesk.outbox.watch import Watch
    from gigdesk.web.app import App, Routing
    from gigdesk.web.build import Options
    from gigdesk.web.pages import Brand
    from gigdesk.web.telemetry import Telemetry

Busy = Callable[[], bool]


def site(settings: Settings, *, is_demo: bool = False) -> "App":
    """The ASGI application; it connects when the server starts it."""
    from gigdesk.web.app import App

    prefix = urlsplit(settings.base_url).path.rstrip("/")
    app = App(prefix, lambda: _serving(settings, lambda: app.is_busy, is_demo=is_demo))
    return app


@asynccontextmanager
async def _serving(settings: Settings, busy: Busy, *, is_demo: bool) -> AsyncIterator["Routing"]:
    from gigdesk.web.build import build
    from gigdesk.web.logs import configure
    from gigdesk.web.telemetry import Telemetry

    configure(settings.log_level)
    token = settings.metrics_token
    telemetry = Telemetry(token.get_secret_value() if token else "")
    async with (
        telemetry.flushing(),
        opened(settings, serving=True, observe=telemetry.batch) as desk,
        acquainted(desk.people) as acquaintances,
        _background(settings, desk, busy, is_demo=is_demo) as watch,
    ):
        options = _options(settings, desk, telemetry, acquaintances, is_demo=is_demo)
        yield build(desk, replace(options, background=watch.probe if watch else None))


@asynccontextmanager
async def _background(
    settings: Settings, desk: Gigdesk, busy: Busy, *, is_demo: bool
) -> AsyncIterator["Watch | None"]:
    """The outbox, the upkeep and what follows the log, where the store is embedded, and in the demo.

    What they need is made before the site is open: a start that fails is heard of.
    """
    if not (is_demo or settings.database_url.startswith("sqlite:")):
        yield None
        return
    from gigdesk.outbox.watch import Watch

    performer, stop = _performer(desk, settings), asyncio.Event()
    watch = Watch(partial(_work, desk, performer, busy))
    task = asyncio.create_task(watch.run(stop))
    try:
        yield watch
    finally:
        stop.set()
        await task


async def work(desk: Gigdesk, settings: Settings, stop: asyncio.Event, busy: Busy = lambda: False) -> None:
    """Work off effects and keep house until ``stop``, more slowly while the foreground is busy."""
    await _work(desk, _performer(desk, settings), busy, stop)


async def _work(desk: Gigdesk, performer: "Performer", busy: Busy, stop: asyncio.Event) -> None:
    from gigdesk.outbox.run import Runner
    from gigdesk.outbox.upkeep import Upkeep

    runner = Runner(desk.outbox, performer.perform, give_up=performer.give_up, busy=busy)
    upkeep = Upkeep(desk, performer.tidy)
    await asyncio.gather(runner.run(stop), upkeep.run(stop), desk.insights.follower.run(stop, busy))


async def drain(desk: Gigdesk, settings: Settings) -> int:
    """Work off the effects that are due now, and follow the log; how many effects were done. Raises Unavailable."""
    from gigdesk.outbox.run import Runner

    performer = _performer(desk, settings)
    done = await Runner(desk.outbox, performer.perform, give_up=performer.give_up).drain()
    await desk.insights.follower.follow_all()
    return done


def _performer(desk: Gigdesk, settings: Settings) -> "Performer":
    from gigdesk.outbox.perform import Performer

    return Performer(
        desk,
        sender=settings.mail_from,
        support=settings.support_email,
        brand=settings.brand_name,
        mail_cap=settings.mail_daily_cap,
    )


def _house(settings: Settings) -> "House":
    """The installation as its mail names it."""
    from gigdesk.notices.courier import House

    return House(
        brand=settings.brand_name,
        base_url=settings.base_url,
        support=settings.support_email,
        daily_cap=settings.mail_daily_cap,
    )


def _brand(settings: Settings) -> "Brand":
    """The installation as its pages show it."""
    from gigdesk.web.pages import Brand

    return Brand(
        name=settings.brand_name,
        accent=settings.brand_accent,
        emergency_number=settings.emergency_number,
        exit_url=settings.brand_exit_url,
        home_url=settings.brand_home_url,
        gig_url=settings.brand_gig_url,
    )


def _options(
    settings: Settings, desk: Gigdesk, telemetry: "Telemetry", acquaintances: Acquaintances, *, is_demo: bool
) -> "Options":
    from gigdesk.outbox.perform import courier
    from gigdesk.web.bodies import BodyTiming
    from gigdesk.web.build import Options
    from gigdesk.web.identity import Identity, Site
    from gigdesk.web.limits import RateLimits
    from gigdesk.web.pages import Pages

    where = Site.of(settings.base_url, settings.allowed_origins.split())
    return Options(
        identity=Identity(
            where,
            desk.verifier,
            desk.sign_in,
            derive(installation_key(settings), "csrf"),
            marketplace=marketplace(settings),
            issuer=settings.jwt_issuer or "",
            met=acquaintances.met,
        ),
        acquaintances=acquaintances,
        pages=Pages(settings.base_url, _brand(settings)),
        rates=RateLimits(settings.rate_person, settings.rate_gig, settings.rate_site),
        timing=BodyTiming(
            idle=settings.upload_idle, min_rate=settings.upload_min_rate, total=settings.upload_total
        ),
        telemetry=telemetry,
        courier=courier(desk, _house(settings), settings.mail_from),
        sign_in_url=settings.sign_in_url or "",
        demo=cast(settings) if is_demo else None,
        work_accounts=work_accounts(settings, desk),
    )
