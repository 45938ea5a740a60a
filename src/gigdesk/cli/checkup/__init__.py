"""What ``gigdesk doctor`` asks of every part, each for itself and all at the same time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from gigdesk.cli.checkup import address, outside, rules, secrecy, webhook, work
from gigdesk.cli.checkup.findings import SECONDS, Finding, Probe, State, all_found
from gigdesk.cli.checkup.store import FIX, StoreCheck
from gigdesk.settings import Settings

__all__ = ["Finding", "State", "checkup"]

FIXES = {
    "store": FIX,
    "objects": "Set GIGDESK_STORAGE_URL to a place that can be written, like file:/srv/gigdesk/objects, or"
    " s3://bucket/prefix with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    "clock": "Have the clocks of all machines set by NTP.",
    "keys": "Set GIGDESK_SECRET to the one under which this database was made; for sign-in see"
    " GIGDESK_JWKS_URL, like https://issuer.example/.well-known/jwks.json.",
    "gigs": "Set GIGDESK_GIGS_URL to the call-back, like https://market.example/internal/gigs/{gigId}, and"
    " the same GIGDESK_GIGS_SECRET on both sides. It answers 404 for a gig that does not exist.",
    "mail": "Set GIGDESK_MAIL_URL to a server that takes mail, like smtp://user:secret@mail.example:587, or"
    " maildir:/srv/gigdesk/mail.",
    "webhook": webhook.FIX,
    "oidc": work.FIX,
    "rules": rules.FIX,
    "scanner": "Set GIGDESK_SCANNER_URL to a running clamd, like clamd://127.0.0.1:3310 or"
    " clamd+unix:///run/clamav/clamd.ctl.",
    "address": "Set GIGDESK_BASE_URL to the public address, like https://market.example/help.",
}


async def checkup(settings: Settings) -> AsyncIterator[tuple[str, Finding]]:
    """Every part and what was found of it, in a fixed order; a part may have several findings."""
    store = StoreCheck(settings)
    async with _closed_in_time() as stack:
        await store.connect(stack)
        probes: Mapping[str, Probe] = {
            "secrets": lambda: secrecy.kept(settings),
            "address": lambda: address.answers(settings),
            "rules": lambda: rules.hold(settings),
            "store": store.answers,
            "objects": lambda: outside.objects(settings),
            "clock": store.clock,
            "keys": store.keys,
            "oidc": lambda: work.answers(settings),
            "gigs": store.gigs,
            "mail": lambda: outside.mail(settings),
            "webhook": lambda: webhook.answers(settings),
            "scanner": lambda: outside.scanner(settings),
            "outbox": store.outbox,
        }
        async for part, finding in all_found(probes, FIXES):
            yield part, finding


@asynccontextmanager
async def _closed_in_time() -> AsyncIterator[AsyncExitStack]:
    """A stack whose parts may hang: they are given a few seconds to close."""
    stack = AsyncExitStack()
    try:
        yield stack
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await stack.aclose()
