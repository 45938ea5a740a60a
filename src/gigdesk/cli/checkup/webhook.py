"""The webhook: its name leads to an address that may be called, and TLS shows that it is the one."""

from gigdesk.cli.checkup.findings import Found, fail, ok, skip
from gigdesk.errors import Unavailable
from gigdesk.settings import Settings
from gigdesk.wiring import probing

FIX = (
    "Start the program that GIGDESK_WEBHOOK_URL names, like https://market.example/hooks/gigdesk, and let this"
    " machine reach its port."
)
FIXES = {
    "outbound.unresolved": "Look at the host in GIGDESK_WEBHOOK_URL, like https://market.example/hooks/gigdesk,"
    " and at the DNS of this machine.",
    "outbound.denied": "If it is one of your own, name the host in GIGDESK_WEBHOOK_ALLOW, like"
    " GIGDESK_WEBHOOK_ALLOW=hooks.internal; else GIGDESK_WEBHOOK_URL needs another.",
    "webhook.tls": "Give the receiver a certificate for the host in GIGDESK_WEBHOOK_URL, by an authority that"
    " this machine trusts, or name your own authority in SSL_CERT_FILE.",
}


async def answers(settings: Settings) -> Found:
    """Resolve, judge, connect, and shake hands; no event is sent."""
    sender = probing.webhook(settings)
    if sender is None:
        return [skip("There is no GIGDESK_WEBHOOK_URL.")]
    try:
        return [ok(await sender.probe())]
    except Unavailable as away:
        return [fail(str(away), FIXES.get(away.code, FIX))]
