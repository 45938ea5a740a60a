"""From settings to Gigdesk, connected."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gigdesk.access.keys import SigningKeys, derive
from gigdesk.administration.log import Administration
from gigdesk.administration.rules import KeptRules
from gigdesk.app import Gigdesk, Insights
from gigdesk.cases.act import CaseActs
from gigdesk.cases.colleagues import Colleagues
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.lists import CaseLists
from gigdesk.cases.read import CaseReader
from gigdesk.cases.reporting import Reporting
from gigdesk.cases.rulebook import Rulebook
from gigdesk.clock import Clock, SystemClock
from gigdesk.errors import Invalid, NotFound, Unavailable
from gigdesk.evidence.intake import Receiver
from gigdesk.evidence.model import Limits
from gigdesk.evidence.ports import ObjectStorage
from gigdesk.gigs.cached import CachedDirectory
from gigdesk.insights.export import CaseExport
from gigdesk.insights.follow import Follower
from gigdesk.insights.lists import DeskLists, Sources
from gigdesk.insights.reading import CaseReading
from gigdesk.insights.reckoning import DeskFigures
from gigdesk.insights.saved import SavedLists
from gigdesk.notices.unsubscribe import Unsubscribing
from gigdesk.settings import Settings
from gigdesk.wiring.administration import administering, door, staff_door
from gigdesk.wiring.identity import bearer, installation_key, passwords
from gigdesk.wiring.parts import chosen, cleaner, directory, must_stand, webhook
from gigdesk.wiring.rules import rulebook as read_rulebook
from gigdesk.wiring.rules import rules_from

if TYPE_CHECKING:
    from gigdesk.adapters.stores.sql.store import SqlStore

SETTING = "GIGDESK_DATABASE_URL"


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    serving: bool = False,
    migrating: bool = False,
    observe: Callable[[int], None] = lambda appends: None,
) -> AsyncIterator[Gigdesk]:
    """Gigdesk, connected.

    ``serving`` holds the embedded store against a second server. ``serving`` and ``migrating`` may make it and
    bring it to this version's schema; who only looks in changes nothing under a server of another version.
    Raises NotFound where there is no embedded store, Invalid for settings, Unavailable.
    """
    rulebook = read_rulebook(settings)  # first: a file that is wrong leaves nothing behind
    store = await _store(settings, exclusive=serving, making=serving or migrating, observe=observe)
    try:
        desk = _desk(settings, store, rulebook)
        try:
            await desk.signing.load()
            async with _up_to_date(desk.administration.rules, is_lasting=serving or migrating):
                yield desk
        finally:
            await desk.receiver.close()
            await desk.storage.close()
            await desk.gigs.close()
    finally:
        await store.close()


@asynccontextmanager
async def _up_to_date(rules: KeptRules, *, is_lasting: bool) -> AsyncIterator[None]:
    """The rules that are kept in the store hold; in a process that lasts, also those that come later."""
    await rules.catch_up()
    following = asyncio.create_task(rules.run()) if is_lasting else None
    try:
        yield
    finally:
        if following:
            following.cancel()
            await asyncio.wait([following])


async def migrate(settings: Settings) -> str:
    """Bring the database to this version's schema; says which that is."""
    store = await connected(settings, making=True)
    try:
        await store.migrate()
        return str(await store.schema_version())
    finally:
        await store.close()


async def rules_in_force(settings: Settings) -> Rulebook:
    """The rules that hold: of the file where one is set, else of the store, else the built-in ones.

    Raises Invalid for a file that is wrong, Unavailable.
    """
    from gigdesk.adapters.stores.sql.migrations import HEAD

    rulebook = read_rulebook(settings)
    if settings.rules_file:
        return rulebook
    try:
        store = await connected(settings, making=False)
    except NotFound:
        return rulebook
    try:
        if await store.schema_version() == HEAD:
            entries = Administration(store.administration, lambda user: "", SystemClock())
            source = rules_from(settings)
            await KeptRules(store.rules, entries, rulebook, source, SystemClock()).catch_up()
    finally:
        await store.close()
    return rulebook


def limits(settings: Settings) -> Limits:
    """How much a report may carry."""
    return Limits(
        image_bytes=settings.max_image_bytes,
        pdf_bytes=settings.max_pdf_bytes,
        video_bytes=settings.max_video_bytes,
        body_bytes=settings.max_body_bytes,
        files=settings.max_files,
        description=settings.max_description,
    )


async def _store(
    settings: Settings, *, exclusive: bool, making: bool, observe: Callable[[int], None]
) -> "SqlStore":
    """The store at this version's schema."""
    from gigdesk.adapters.stores.sql.migrations import HEAD

    store = await connected(settings, exclusive=exclusive, making=making, observe=observe)
    try:
        if making and settings.database_url.startswith("sqlite:"):
            await store.migrate()
            if exclusive:
                # The lock says that the server before is gone: what it was at need not wait for its leases.
                await store.outbox.release()
        elif await store.schema_version() != HEAD:
            raise Unavailable(
                "store.schema", "The database is not at this version's schema. Run once: gigdesk migrate"
            )
    except BaseException:
        await store.close()
        raise
    return store


async def connected(
    settings: Settings,
    *,
    exclusive: bool = False,
    making: bool,
    observe: Callable[[int], None] = lambda appends: None,
) -> "SqlStore":
    """The store as it stands; what is wrong with its address, or that it is away, is said for who starts."""
    from gigdesk.adapters.stores.sql.store import SqlStore

    if not making:
        must_stand(settings)
    is_embedded = settings.database_url.startswith("sqlite:")
    store = SqlStore(settings.database_url, exclusive=exclusive and is_embedded, observe=observe)
    try:
        await store.open()
    except ValueError as error:
        raise Invalid("settings.url", "%(setting)s: %(why)s.", setting=SETTING, why=error) from None
    except Unavailable as error:
        if error.code != "store.away":
            raise
        raise Unavailable(
            "store.unreachable",
            "The database of %(setting)s does not answer (%(reason)s). See that it runs and that the address"
            " is right, then start again.",
            setting=SETTING,
            reason=error.values["reason"],
        ) from None
    return store


def _desk(settings: Settings, store: "SqlStore", rulebook: Rulebook) -> Gigdesk:
    clock, secret, hashing = SystemClock(), installation_key(settings), passwords()
    key, gigs, storage = derive(secret, "cases"), _gigs(settings, store), _storage(settings)
    signing, handler, reader, insights = _cases(settings, store, rulebook)
    return Gigdesk(
        base_url=settings.base_url,
        installation=derive(secret, "installation").hex()[:32],
        limits=limits(settings),
        rulebook=rulebook,
        clock=clock,
        log=store.log,
        index=store.index,
        outbox=store.outbox,
        sessions=store.sessions,
        ring=store.keys,
        people=store.people,
        gig_table=store.gigs,
        gigs=gigs,
        forget_gig=gigs.forget,
        storage=storage,
        scanner=chosen("GIGDESK_SCANNER_URL", settings.scanner_url),
        cleaner=cleaner(),
        mailer=chosen("GIGDESK_MAIL_URL", settings.mail_url),
        webhook=webhook(settings),
        notices=store.notices,
        unsubscribing=Unsubscribing(derive(secret, "unsubscribing")),
        verifier=bearer(settings),
        sign_in=door(settings, store),
        staff=staff_door(store, secret, hashing),
        signing=signing,
        receiver=Receiver(storage, limits(settings)),
        handler=handler,
        reporting=Reporting(gigs, handler, rulebook),
        reader=reader,
        lists=CaseLists(store.log, store.index, store.seen, handler, rulebook),
        acts=CaseActs(reader, handler, clock, key=key, changed=insights.follower.catch_up),
        insights=insights,
        administration=administering(store, handler, rulebook, rules_from(settings), hashing),
        probe_store=store.probe,
    )


def _cases(
    settings: Settings, store: "SqlStore", rulebook: Rulebook
) -> tuple[SigningKeys, CaseHandler, CaseReader, Insights]:
    """What signs receipts, what opens cases, what reads them, and the view from above."""
    clock, secret = SystemClock(), installation_key(settings)
    signing, key = SigningKeys(store.keys, secret), derive(secret, "cases")
    handler = CaseHandler(store.log, store.index, clock, key=key, daily_cap=settings.daily_cap)
    reader = CaseReader(store.log, store.index, handler, signing, rulebook)
    return signing, handler, reader, _insights(store, (handler, reader), rulebook, clock, settings.time_zone)


def _storage(settings: Settings) -> ObjectStorage:
    storage: ObjectStorage = chosen("GIGDESK_STORAGE_URL", settings.storage_url)
    return storage


def _insights(
    store: "SqlStore", cases: tuple[CaseHandler, CaseReader], rulebook: Rulebook, clock: Clock, zone: str
) -> Insights:
    handler, reader = cases
    sources = Sources(desk=store.desk, cases=store.index, leases=store.leases, people=store.people)
    lists = DeskLists(sources, handler.person, rulebook, clock, zone)
    follower = Follower(store.log, store.index, store.projection)
    return Insights(
        lists=lists,
        follower=follower,
        saved=SavedLists(store.saved_views, handler.person, clock),
        reading=CaseReading(store.presence, reader, handler.person),
        colleagues=Colleagues(store.people, store.accounts, rulebook, clock=clock, person_key=handler.person),
        figures=DeskFigures(lists, store.figures, sources, rulebook, follower),
        export=CaseExport(lists, store.figures, sources),
    )


def _gigs(settings: Settings, store: "SqlStore") -> CachedDirectory:
    is_claims = settings.gigs_url == "claims:"
    return CachedDirectory(directory(settings, store), per_caller=is_claims, keep=30.0)
