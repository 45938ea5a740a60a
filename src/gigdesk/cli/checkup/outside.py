"""Objects, mail and the scanner: asked in earnest."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from gigdesk.cli.checkup.findings import Finding, Found, fail, ok, warn
from gigdesk.evidence.model import Verdict
from gigdesk.settings import Settings
from gigdesk.wiring import probing

GIB = 1 << 30
REPORTS_OF_ROOM = 10


async def objects(settings: Settings) -> Found:
    """Write, read back, delete, each synced; then what could take objects away or leave no room for them."""
    storage = probing.storage(settings)
    try:
        await storage.probe()
    finally:
        await storage.close()
    url = settings.storage_url
    more = [_room(url, settings.max_body_bytes)] if url.startswith("file:") else await _rules(settings)
    return [ok(f"{url}: written, synced, read back, deleted."), *more]


def _room(url: str, largest: int) -> Finding:
    path = Path(url.removeprefix("file:").replace("///", "/", 1)).absolute()
    free = shutil.disk_usage(path).free
    says = f"{free / GIB:.1f} GiB are free in {path}."
    fix = "Free some space, or set GIGDESK_STORAGE_URL to a larger place, like file:/srv/gigdesk/objects."
    if free < largest:
        return fail(f"{says} One report may have {largest / GIB:.1f} GiB.", fix)
    if free < REPORTS_OF_ROOM * largest:
        return warn(f"{says} A report may have {largest / GIB:.1f} GiB.", fix)
    return ok(says)


async def _rules(settings: Settings) -> list[Finding]:
    bucket = urlsplit(settings.storage_url).netloc
    rules = await probing.taking_away(settings)
    if rules is None:
        how = (
            f"aws s3api get-bucket-lifecycle-configuration --bucket {bucket}"
            if settings.storage_url.startswith("s3:")
            else f"gcloud storage buckets describe gs://{bucket} --format='value(lifecycle_config)'"
        )
        return [
            warn("Whether lifecycle rules delete objects could not be asked.", f"See for yourself: {how}")
        ]
    return [
        warn(f"A lifecycle rule of the bucket {deed}: evidence would go missing.", "Remove the rule.")
        for deed in rules
    ] or [ok("No lifecycle rule of the bucket takes objects away.")]


async def mail(settings: Settings) -> Found:
    """Connect and sign in, or write to the folder; and whether the addresses are somebody's."""
    found = [ok(await probing.mailer(settings).probe())]
    is_public = settings.base_url.startswith("https:")
    if is_public and settings.mail_url.startswith("maildir:"):
        found.append(
            warn(
                "Mail stays in a folder of this machine; nobody is told of a case.",
                "Set GIGDESK_MAIL_URL to a server, like smtp://user:secret@mail.example:587",
            )
        )
    for name, value in (
        ("GIGDESK_SUPPORT_EMAIL", settings.support_email),
        ("GIGDESK_MAIL_FROM", settings.mail_from),
    ):
        if is_public and value.endswith("@localhost"):
            found.append(warn(f"{name} is {value}.", f"Set it, like {name}=support@market.example"))
    return found


async def scanner(settings: Settings) -> Found:
    """The EICAR test file must be found, and harmless bytes must be clean."""
    part = probing.scanner(settings)
    fix = "Look at clamd's log and signatures (freshclam); set GIGDESK_SCANNER_URL, like clamd://127.0.0.1:3310."
    said = await part.probe()
    bad = await part.scan(_blocks(probing.eicar()))
    good = await part.scan(_blocks(b"Nothing but a few harmless words.\n"))
    if bad.verdict is not Verdict.INFECTED:
        return [fail(f"It did not find the EICAR test file: {bad.verdict.value} {bad.detail}".strip(), fix)]
    if good.verdict is not Verdict.CLEAN:
        return [fail(f"It found harmless words {good.verdict.value}: {good.detail}", fix)]
    if settings.scanner_url.startswith("builtin"):
        return [warn(said, "Set GIGDESK_SCANNER_URL, like clamd://127.0.0.1:3310")]
    return [ok(f"{said}; it finds the EICAR test file ({bad.detail}).")]


async def _blocks(content: bytes) -> AsyncIterator[bytes]:
    yield content
