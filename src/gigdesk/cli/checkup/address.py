"""The public address: https where it is public, and gigdesk behind it, also under a path."""

import ipaddress
from urllib.parse import urlsplit

from gigdesk.cli.checkup.findings import Finding, Found, fail, ok, warn
from gigdesk.settings import Settings

SECONDS = 3.0
HTTPS = "Put TLS in front and set GIGDESK_BASE_URL to it, like https://market.example/help."


async def answers(settings: Settings) -> Found:
    """Whether the address is fit for people, and whether a gigdesk answers there."""
    parts = urlsplit(settings.base_url)
    path = f", under the path {parts.path}" if parts.path else ""
    host = parts.hostname or ""
    if parts.scheme == "https":
        first = ok(f"{settings.base_url}{path}.")
    elif _is_loopback(host):
        first = ok(f"{settings.base_url}: for this machine alone{path}.")
    elif _is_private(host):
        first = warn(f"{settings.base_url} is not https: reports travel in the clear.", HTTPS)
    else:
        first = fail(f"{settings.base_url} is public and not https: reports travel in the clear.", HTTPS)
    return [first, await _alive(settings.base_url, parts.path)]


async def _alive(base_url: str, path: str) -> Finding:
    from httpx2 import AsyncClient, HTTPError, InvalidURL

    try:
        async with AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
            answer = await client.get(f"{base_url}/healthz")
    except (HTTPError, InvalidURL, OSError) as error:
        return warn(
            f"Nothing answers at {base_url}/healthz ({type(error).__name__}).",
            "Start gigdesk serve, and let the proxy in front pass this address on.",
        )
    if answer.status_code == 200 and b'"alive"' in answer.content:
        return ok(f"gigdesk answers at {base_url}/healthz.")
    passing = f"{path}/… to gigdesk" if path else "it to gigdesk"
    return warn(
        f"Something else answers at {base_url}/healthz ({answer.status_code}).",
        f"Let the proxy in front pass {passing}, path and all.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_private(host: str) -> bool:
    """An address of a private network, or a name without a dot or of a private ending (RFC 6762, 8375)."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))
