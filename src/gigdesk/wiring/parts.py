"""Parts that a URL chooses, all in one table; what is not chosen is never imported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gigdesk.clock import SystemClock
from gigdesk.errors import Invalid, NotFound
from gigdesk.settings import Settings

if TYPE_CHECKING:
    from gigdesk.adapters.stores.sql.store import SqlStore
    from gigdesk.evidence.ports import Cleaner
    from gigdesk.gigs.ports import GigDirectory
    from gigdesk.notices.ports import WebhookSender

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


def chosen(setting: str, url: str) -> Any:
    """The part that this URL names; raises Invalid, naming the setting and what is known or missing."""
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
    except (ValueError, ImportError) as error:  # a missing extra says which pip install brings it
        raise Invalid("settings.url", "%(setting)s: %(why)s.", setting=setting, why=error) from None


def must_stand(settings: Settings) -> None:
    """Raises NotFound where the embedded database was never made: who looks in does not make one."""
    from gigdesk.adapters.stores.sql.sqlite import path_of

    if settings.database_url.startswith("sqlite:") and not path_of(settings.database_url).is_file():
        raise NotFound(
            "store.absent",
            "There is no database at %(path)s. Set GIGDESK_DATABASE_URL to yours, or make one: gigdesk migrate",
            path=path_of(settings.database_url),
        )


def directory(settings: Settings, store: "SqlStore") -> "GigDirectory":
    """Who knows the gigs: the table, the marketplace by call-back, or the caller's token."""
    from gigdesk.adapters.gigs.table import TableDirectory

    return outside(settings) or TableDirectory(store.gigs)


def outside(settings: Settings) -> "GigDirectory | None":
    """Who knows the gigs where it is not our own table."""
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
    return None


def webhook(settings: Settings) -> "WebhookSender | None":
    """What hands deliveries to the program that is told of events; None where there is none."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    from gigdesk.adapters.outbound.guard import GuardedBackend
    from gigdesk.adapters.webhooks.standard import HttpWebhookSender

    secret = settings.webhook_secret.get_secret_value()
    backend = GuardedBackend(settings.webhook_allow.split())
    try:
        return HttpWebhookSender(settings.webhook_url, secret, SystemClock(), backend)
    except ValueError as error:  # a port that is none
        raise Invalid(
            "settings.url", "%(setting)s: %(why)s.", setting="GIGDESK_WEBHOOK_URL", why=error
        ) from None


def cleaner() -> "Cleaner":
    """What makes the safe copies of images."""
    from gigdesk.adapters.media.image_cleaner import ImageCleaner

    return ImageCleaner()
