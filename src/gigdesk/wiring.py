"""The composition root: from settings to adapters to Gigdesk. The only importer of adapters.

Every part that a URL chooses stands in one table; what is not chosen is never imported.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gigdesk.access.keys import SigningKeys, derive
from gigdesk.access.ports import TokenVerifier
from gigdesk.access.signin import AUDIENCE, SignIn
from gigdesk.app import Gigdesk
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.read import CaseReader
from gigdesk.cases.reporting import Reporting
from gigdesk.clock import SystemClock
from gigdesk.errors import Invalid, Unavailable
from gigdesk.evidence.intake import Receiver
from gigdesk.evidence.model import Limits
from gigdesk.gigs.cached import CachedDirectory
from gigdesk.settings import Settings

if TYPE_CHECKING:
    from gigdesk.access.ports import CookieVerifier
    from gigdesk.adapters.stores.sql.store import SqlStore
    from gigdesk.evidence.ports import Cleaner
    from gigdesk.gigs.ports import GigDirectory
    from gigdesk.outbox.run import Runner
    from gigdesk.web.app import App, Routing
    from gigdesk.web.build import Options
    from gigdesk.web.demo import DemoCast
    from gigdesk.web.telemetry import Telemetry

# setting → scheme → (module below adapters, maker); a maker takes the URL.
CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "GIGDESK_STORAGE_URL": {
        "file": ("objects.file", "FileStorage.open"),
        "s3": ("objects.s3", "S3Storage.open"),
        "gs": ("objects.s3", "S3Storage.open"),
    },
    "GIGDESK_SCANNER_URL": {
        "builtin": ("scanners.builtin", "BuiltinScanner.open"),
        "clamd": ("scanners.clamd", "ClamdScanner.open"),
        "clamd+unix": ("scanners.clamd", "ClamdScanner.open"),
    },
    "GIGDESK_MAIL_URL": {
        "maildir": ("mail.maildir", "MaildirMailer.open"),
        "smtp": ("mail.smtp", "SmtpMailer.open"),
        "smtps": ("mail.smtp", "SmtpMailer.open"),
    },
}


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


@asynccontextmanager
async def opened(
    settings: Settings, *, serving: bool, observe: Callable[[int], None] = lambda appends: None
) -> AsyncIterator[Gigdesk]:
    """Gigdesk, connected. ``serving`` holds the embedded store against a second server."""
    store = await _store(settings, serving=serving, observe=observe)
    try:
        desk = await _desk(settings, store)
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
    store = _sql_store()(settings.database_url, exclusive=False)
    await store.open()
    try:
        await store.migrate()
        return str(await store.schema_version())
    finally:
        await store.close()


async def _store(settings: Settings, *, serving: bool, observe: Callable[[int], None]) -> "SqlStore":
    from gigdesk.adapters.stores.sql.migrations import HEAD

    is_embedded = settings.database_url.startswith("sqlite:")
    store = _sql_store()(settings.database_url, exclusive=serving and is_embedded, observe=observe)
    await store.open()
    if is_embedded:
        await store.migrate()
    elif await store.schema_version() != HEAD:
        await store.close()
        raise Unavailable(
            "store.schema", "The database is not at this version's schema. Run once: gigdesk migrate"
        )
    return store


async def _desk(settings: Settings, store: "SqlStore") -> Gigdesk:
    clock, secret = SystemClock(), _installation_key(settings)
    storage = chosen("GIGDESK_STORAGE_URL", settings.storage_url)
    gigs = CachedDirectory(_directory(settings, store))
    signing = SigningKeys(store.keys, secret)
    handler = CaseHandler(
        store.log, store.index, clock, key=derive(secret, "cases"), daily_cap=settings.daily_cap
    )
    await signing.load()
    return Gigdesk(
        base_url=settings.base_url,
        limits=limits(settings),
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
        cleaner=_cleaner(),
        mailer=chosen("GIGDESK_MAIL_URL", settings.mail_url),
        verifier=_bearer(settings),
        sign_in=SignIn(store.sessions, _hand_over(settings), clock, settings.jwt_issuer or ""),
        signing=signing,
        receiver=Receiver(storage, limits(settings)),
        handler=handler,
        reporting=Reporting(gigs, handler),
        reader=CaseReader(store.log, store.index, handler, signing),
        probe_store=store.probe,
    )


def chosen(setting: str, url: str) -> Any:
    """The part that this URL names; raises Invalid, naming the setting and what is known."""
    scheme = url.partition(":")[0]
    if scheme not in CHOICES[setting]:
        raise Invalid(
            "settings.scheme",
            "%(setting)s begins with “%(scheme)s:”; known are %(known)s.",
            setting=setting,
            scheme=scheme,
            known=", ".join(f"{name}:" for name in CHOICES[setting]),
        )
    module, maker = CHOICES[setting][scheme]
    found: Any = import_module(f"gigdesk.adapters.{module}")
    for name in maker.split("."):
        found = getattr(found, name)
    try:
        return found(url)
    except ValueError as error:
        raise Invalid("settings.url", "%(setting)s: %(why)s.", setting=setting, why=error) from None


def mint(secret: str, claims: Mapping[str, object], ttl: timedelta) -> str:
    """A token signed with a shared secret, from now for ``ttl``."""
    from gigdesk.adapters.identity.secret import mint as mint_token

    return mint_token(secret.encode(), claims, ttl, SystemClock())


def _sql_store() -> "type[SqlStore]":
    from gigdesk.adapters.stores.sql.store import SqlStore

    return SqlStore


def _installation_key(settings: Settings) -> bytes:
    if settings.secret is None:
        raise Unavailable(
            "secret.missing",
            "GIGDESK_SECRET is not set, and var/secret is not there: run gigdesk serve once.",
        )
    return settings.secret.get_secret_value().encode()


def site(settings: Settings, *, is_demo: bool = False) -> "App":
    """The ASGI application; it connects when the server starts it."""
    from gigdesk.web.app import App

    prefix = urlsplit(settings.base_url).path.rstrip("/")
    return App(prefix, lambda: _serving(settings, is_demo=is_demo))


@asynccontextmanager
async def _serving(settings: Settings, *, is_demo: bool) -> AsyncIterator["Routing"]:
    from gigdesk.web.build import build
    from gigdesk.web.logs import configure
    from gigdesk.web.telemetry import Telemetry

    configure(settings.log_level)
    token = settings.metrics_token
    telemetry = Telemetry(token.get_secret_value() if token else "")
    async with opened(settings, serving=True, observe=telemetry.batch) as desk, _background(settings, desk):
        yield build(desk, _options(settings, desk, telemetry, is_demo=is_demo))


@asynccontextmanager
async def _background(settings: Settings, desk: Gigdesk) -> AsyncIterator[None]:
    """The outbox and the sweeper, inside the server where the store is embedded."""
    if not settings.database_url.startswith("sqlite:"):
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(runner(desk, settings).run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def runner(desk: Gigdesk, settings: Settings) -> "Runner":
    """What works off effects."""
    from gigdesk.outbox.perform import Performer
    from gigdesk.outbox.run import Runner

    performer = Performer(desk, sender=settings.mail_from, support=settings.support_email)
    return Runner(desk.outbox, performer.perform)


def _options(settings: Settings, desk: Gigdesk, telemetry: "Telemetry", *, is_demo: bool) -> "Options":
    from gigdesk.web.bodies import BodyTiming
    from gigdesk.web.build import Options
    from gigdesk.web.identity import Identity, Site
    from gigdesk.web.limits import RateLimits
    from gigdesk.web.pages import Brand, Pages

    where = Site.of(settings.base_url, settings.allowed_origins.split())
    brand = Brand(
        name=settings.brand_name, accent=settings.brand_accent, emergency_number=settings.emergency_number
    )
    return Options(
        identity=Identity(
            where,
            desk.verifier,
            desk.sign_in,
            derive(_installation_key(settings), "csrf"),
            marketplace=_marketplace(settings),
            issuer=settings.jwt_issuer or "",
        ),
        pages=Pages(settings.base_url, brand),
        rates=RateLimits(settings.rate_person, settings.rate_gig, settings.rate_site),
        timing=BodyTiming(
            idle=settings.upload_idle, min_rate=settings.upload_min_rate, total=settings.upload_total
        ),
        telemetry=telemetry,
        sign_in_url=settings.sign_in_url or "",
        demo=_demo(settings) if is_demo else None,
    )


def _bearer(settings: Settings) -> TokenVerifier:
    """Whatever may sign Bearer tokens here: the shared secret, the issuer's keys, or both."""
    from gigdesk.adapters.identity.secret import SecretVerifier
    from gigdesk.adapters.identity.several import ChoosyVerifier, SeveralVerifiers
    from gigdesk.adapters.identity.tokens import Expected

    expected = Expected(issuer=settings.jwt_issuer or "", audience=settings.jwt_audience or "")
    verifiers: list[ChoosyVerifier] = []
    if settings.jwt_secret:
        secret = settings.jwt_secret.get_secret_value().encode()
        verifiers.append(SecretVerifier(secret, SystemClock(), expected))
    if settings.jwks_url:
        from gigdesk.adapters.identity.jwks import JwksVerifier

        verifiers.append(JwksVerifier(settings.jwks_url, SystemClock(), expected))
    return verifiers[0] if len(verifiers) == 1 else SeveralVerifiers(verifiers)


def _hand_over(settings: Settings) -> TokenVerifier:
    """Who may sign hand-over tokens: the same keys, for an audience of their own."""
    narrowed = settings.model_copy(update={"jwt_audience": AUDIENCE})
    return _bearer(narrowed)


def _marketplace(settings: Settings) -> "CookieVerifier | None":
    """What reads the session cookie of the marketplace, where its secret is set."""
    if settings.authjs_secret is None:
        return None
    from gigdesk.adapters.identity.authjs import AuthJsVerifier

    return AuthJsVerifier(settings.authjs_secret.get_secret_value(), SystemClock())


def _directory(settings: Settings, store: "SqlStore") -> "GigDirectory":
    """Who knows the gigs: the table, the marketplace by call-back, or the caller's token."""
    url = settings.gigs_url
    if url.startswith(("http:", "https:")):
        from gigdesk.adapters.gigs.callback import CallbackDirectory

        assert settings.gigs_secret is not None  # the settings have judged it
        return CallbackDirectory(url, settings.gigs_secret.get_secret_value().encode(), SystemClock())
    if url == "claims:":
        from gigdesk.adapters.gigs.claims import ClaimsDirectory

        return ClaimsDirectory()
    if url != "store:":
        raise Invalid(
            "settings.scheme",
            "GIGDESK_GIGS_URL is store:, claims: or https://…/{gigId}, not “%(url)s”.",
            url=url,
        )
    from gigdesk.adapters.gigs.table import TableDirectory

    return TableDirectory(store.gigs)


def _cleaner() -> "Cleaner":
    from gigdesk.adapters.media.image_cleaner import ImageCleaner

    return ImageCleaner()


def _demo(settings: Settings) -> "DemoCast":
    """Who can be chosen at ``/demo``."""
    from secrets import token_urlsafe

    from gigdesk.gigs import examples
    from gigdesk.web.demo import DemoCast, Visitor

    assert settings.jwt_secret is not None  # the demo has made it
    secret = settings.jwt_secret.get_secret_value()

    def hand_over(claims: Mapping[str, object]) -> str:
        once = {"aud": AUDIENCE, "jti": token_urlsafe(16)}
        return mint(secret, {**claims, **once}, timedelta(minutes=5))

    worker, client, (agent, agent_name) = examples.WORKER, examples.CLIENT, examples.AGENT
    form = "/gigs/gig-1/report-issue"
    return DemoCast(
        visitors={
            "worker": Visitor(
                label="Worker", claims={"sub": worker.user_id, "name": worker.name}, begins_at=form, about=""
            ),
            "client": Visitor(
                label="Client", claims={"sub": client.user_id, "name": client.name}, begins_at=form, about=""
            ),
            "agent": Visitor(
                label="Agent",
                claims={"sub": agent, "name": agent_name, "roles": ["agent"]},
                begins_at="/reports",
                about="",
            ),
        },
        gigs=[
            (gig.title, gig.trade, party.side.value, f"/gigs/{gig.id}/report-issue")
            for gig in examples.gigs(SystemClock().now())
            for party in gig.parties
            if party.user_id in {worker.user_id, client.user_id}
        ],
        mint=hand_over,
    )
