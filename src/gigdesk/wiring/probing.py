"""The parts of an installation one by one, as they stand: for ``doctor``, which asks each for itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gigdesk.access.ports import KeyRing, Sessions
from gigdesk.cases.ports import Outbox
from gigdesk.gigs.ports import GigTable
from gigdesk.settings import Settings
from gigdesk.wiring.identity import bearer
from gigdesk.wiring.parts import chosen, must_stand, outside
from gigdesk.wiring.parts import webhook as chosen_webhook
from gigdesk.wiring.work import provider as chosen_provider

if TYPE_CHECKING:
    from gigdesk.access.ports import IdentityProvider, TokenVerifier
    from gigdesk.evidence.ports import ObjectStorage, Scanner
    from gigdesk.gigs.ports import GigDirectory
    from gigdesk.notices.ports import Mailer, WebhookSender


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedStore:
    """A store that was connected and nothing more; ``schema`` is what stands there, ``newest`` ours.

    ``version`` is the server's, like 150004, and 0 for the embedded store.
    """

    schema: str | None
    newest: str
    version: int
    sessions: Sessions
    ring: KeyRing
    gig_table: GigTable
    outbox: Outbox
    now: Callable[[], Awaitable[datetime]]


@asynccontextmanager
async def store_as_it_stands(settings: Settings) -> AsyncIterator[ProbedStore]:
    """The store, connected and not migrated. Raises Unavailable; NotFound where an embedded one was never made."""
    from gigdesk.adapters.stores.sql.migrations import HEAD
    from gigdesk.adapters.stores.sql.rows import moment
    from gigdesk.adapters.stores.sql.store import SqlStore

    must_stand(settings)
    is_embedded = settings.database_url.startswith("sqlite:")
    store = SqlStore(settings.database_url, exclusive=False)

    async def now() -> datetime:
        [(micros,)] = await store.database.read("SELECT micros()")
        return moment(micros)

    await store.open()
    try:
        version = "0" if is_embedded else "current_setting('server_version_num')"
        [(number,)] = await store.database.read(f"SELECT {version}")
        yield ProbedStore(
            schema=await store.schema_version(),
            newest=HEAD,
            version=int(number),
            sessions=store.sessions,
            ring=store.keys,
            gig_table=store.gigs,
            outbox=store.outbox,
            now=now,
        )
    finally:
        await store.close()


def storage(settings: Settings) -> "ObjectStorage":
    """Where files are kept."""
    part: ObjectStorage = chosen("GIGDESK_STORAGE_URL", settings.storage_url)
    return part


def gigs(settings: Settings) -> "GigDirectory | None":
    """Who knows the gigs; None where it is our own table."""
    return outside(settings)


def scanner(settings: Settings) -> "Scanner":
    """What looks for malware."""
    part: Scanner = chosen("GIGDESK_SCANNER_URL", settings.scanner_url)
    return part


def mailer(settings: Settings) -> "Mailer":
    """What takes letters."""
    part: Mailer = chosen("GIGDESK_MAIL_URL", settings.mail_url)
    return part


def webhook(settings: Settings) -> "WebhookSender | None":
    """What takes deliveries; None where there is no webhook."""
    return chosen_webhook(settings)


def issuer(settings: Settings) -> "TokenVerifier":
    """Who may sign Bearer tokens."""
    return bearer(settings)


def provider(settings: Settings) -> "IdentityProvider | None":
    """The provider of work accounts; None where there is none."""
    return chosen_provider(settings)


def eicar() -> bytes:
    """The EICAR test file, which every scanner finds."""
    from gigdesk.adapters.scanners.builtin import EICAR

    return EICAR


async def taking_away(settings: Settings) -> Sequence[str] | None:
    """What rules of the bucket do to our objects, a phrase each; None where that cannot be asked."""
    from gigdesk.adapters.objects.lifecycle import taking_away as asked

    return await asked(settings.storage_url)
