"""From settings to Gigdesk, connected."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gigdesk.access.keys import SigningKeys, derive
from gigdesk.access.signin import SignIn
from gigdesk.app import Gigdesk
from gigdesk.cases.act import CaseActs
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.lists import CaseLists
from gigdesk.cases.read import CaseReader
from gigdesk.cases.reporting import Reporting
from gigdesk.cases.rulebook import Rulebook
from gigdesk.clock import SystemClock
from gigdesk.errors import Invalid, Unavailable
from gigdesk.evidence.intake import Receiver
from gigdesk.evidence.model import Limits
from gigdesk.gigs.cached import CachedDirectory
from gigdesk.notices.unsubscribe import Unsubscribing
from gigdesk.settings import Settings
from gigdesk.wiring.identity import bearer, hand_over, installation_key
from gigdesk.wiring.parts import chosen, cleaner, directory, must_stand, webhook
from gigdesk.wiring.rules import rulebook as read_rulebook

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
        desk = await _desk(settings, store, rulebook)
        try:
            yield desk
        finally:
            await desk.receiver.close()
            await desk.storage.close()
            await desk.gigs.close()
    finally:
        await store.close()


async def migrate(settings: Settings) -> str:
    """Bring the database to this version's schema; says which that is."""
    store = await _connected(settings, making=True)
    try:
        await store.migrate()
        return str(await store.schema_version())
    finally:
        await store.close()


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

    store = await _connected(settings, exclusive=exclusive, making=making, observe=observe)
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


async def _connected(
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


async def _desk(settings: Settings, store: "SqlStore", rulebook: Rulebook) -> Gigdesk:
    clock, secret = SystemClock(), installation_key(settings)
    storage, gigs = chosen("GIGDESK_STORAGE_URL", settings.storage_url), _gigs(settings, store)
    signing, key = SigningKeys(store.keys, secret), derive(secret, "cases")
    handler = CaseHandler(store.log, store.index, clock, key=key, daily_cap=settings.daily_cap)
    reader = CaseReader(store.log, store.index, handler, signing, rulebook)
    await signing.load()
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
        sign_in=SignIn(store.sessions, hand_over(settings), clock, settings.jwt_issuer or ""),
        signing=signing,
        receiver=Receiver(storage, limits(settings)),
        handler=handler,
        reporting=Reporting(gigs, handler, rulebook.routing),
        reader=reader,
        lists=CaseLists(store.log, store.index, store.seen, handler, rulebook),
        acts=CaseActs(reader, handler, clock, key=key),
        probe_store=store.probe,
    )


def _gigs(settings: Settings, store: "SqlStore") -> CachedDirectory:
    is_claims = settings.gigs_url == "claims:"
    return CachedDirectory(directory(settings, store), per_caller=is_claims, keep=30.0)
