"""Every setting: name, type, default, meaning; each judged by itself, and those that belong together."""

import re
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gigdesk.settings.work import WorkSettings

PREFIX = "GIGDESK_"
MIB = 1 << 20
# First segments of our own addresses. A proxy may take the public path off or leave it on.
OWN_PATHS = frozenset(
    "api assets demo desk embed gigs healthz metrics notices readyz reports sign-in sign-out".split()  # noqa: SIM905
)
_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour|day)")
# Nothing that two readers of addresses could read in two ways: no user, no fragment, no backslash.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_HOOK = re.compile(rf'https?://({_NAME}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?([/?][!"$-\[\]-~]*)?')
_HOST = re.compile(rf"{_NAME}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
_B = "[A-Za-z0-9+/]"  # base64 of 24 to 64 bytes
_HOOK_SECRET = re.compile(
    rf"whsec_(({_B}{{4}}){{8,20}}({_B}{{2}}==|{_B}{{3}}=)?|({_B}{{4}}){{21}}({_B}{{2}}==)?)"
)
_NUMBER = r"-?[0-9]{1,4}(\.[0-9]{1,6})?(%|deg)?"
_PAGE = re.compile(r"https?://[^\s/?#@\\\"'<>]+([/?#][^\s\\\"'<>]*)?")
_COLOUR = re.compile(
    r"#([0-9a-f]{3}|[0-9a-f]{6})|[a-z]{3,20}"
    rf"|(rgb|hsl|oklch)\( ?{_NUMBER}( ?, ?| ){_NUMBER}( ?, ?| ){_NUMBER} ?\)",
    re.IGNORECASE,
)


class Settings(WorkSettings):
    """What an installation is told; times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="the public address, a path allowed; links are built from it alone",
    )
    secret: SecretStr | None = Field(
        None,
        description="the installation's own key, at least 32 bytes; else made once in var/secret",
    )
    database_url: str = Field(
        "sqlite:///var/gigdesk.db", description="where cases are kept: sqlite:///PATH or postgresql://…"
    )
    storage_url: str = Field(
        "file:var/objects",
        description="where files are kept: file:PATH, s3://bucket/prefix or gs://bucket/prefix",
    )
    gigs_url: str = Field(
        "store:",
        description="who takes part in a gig: store: (the gigs table), https://…/{gigId} or claims:",
    )
    gigs_secret: SecretStr | None = Field(None, description="signs the gig call-back")
    jwt_secret: SecretStr | None = Field(
        None,
        description="an HS256 secret shared with the marketplace; else made once in var/jwt-secret",
    )
    jwks_url: str | None = Field(
        None, description="the issuer's public keys; issuer and audience are then required"
    )
    jwt_issuer: str | None = Field(None, description="the iss that a token must have")
    jwt_audience: str | None = Field(None, description="the aud that a token must have")
    authjs_secret: SecretStr | None = Field(
        None, description="reads the Auth.js or NextAuth session cookie of the marketplace"
    )
    sign_in_url: str | None = Field(
        None, description="the marketplace's page for who is signed out, called with return_to"
    )
    mail_url: str = Field(
        "maildir:var/mail", description="where mail goes: maildir:PATH, smtp://… or smtps://…"
    )
    mail_from: str = Field("gigdesk@localhost", description="the sender of every mail")
    support_email: str = Field("support@localhost", description="who is told of each new case")
    webhook_url: str | None = Field(
        None, description="the program that is told of events, https://…; its secret is then required"
    )
    webhook_secret: SecretStr | None = Field(
        None, description="signs what it is told: whsec_ and 24 to 64 bytes in base64, known to both"
    )
    webhook_allow: str = Field(
        "",
        description="hosts, separated by spaces, that may be at addresses that are not public, and at http://",
    )
    mail_daily_cap: int = Field(
        50,
        ge=1,
        description="mails to one address in 24 hours; what is over is held, essential ones from four times that on",
    )
    scanner_url: str = Field(
        "builtin:",
        description="looks for malware: builtin: (the EICAR test file only), clamd://host:3310 or clamd+unix:///path",
    )
    max_image_bytes: int = Field(25 * MIB, ge=1024, description="the largest image")
    max_pdf_bytes: int = Field(25 * MIB, ge=1024, description="the largest PDF")
    max_video_bytes: int = Field(512 * MIB, ge=1024, description="the largest video")
    max_body_bytes: int = Field(600 * MIB, ge=65536, description="the largest report, all of it")
    max_files: int = Field(10, ge=0, le=100, description="how many files a report may have")
    max_description: int = Field(
        10_000, ge=100, le=100_000, description="the longest description, in characters"
    )
    rules_file: str | None = Field(
        None,
        description="a TOML file that changes issue types, queues, opening hours and where cases go; else"
        " the built-in rules hold",
    )
    time_zone: str = Field(
        "UTC", description="where the desk's days begin, in figures and in queries, like Europe/Berlin"
    )
    rate_person: str = Field("20/hour", description="reports a person, counted a process")
    rate_gig: str = Field("10/hour", description="reports of one person on one gig, counted a process")
    rate_site: str = Field("600/minute", description="reports in all, counted a process")
    daily_cap: int = Field(
        20, ge=1, description="reports of one person on one gig in 24 hours, counted in the store"
    )
    upload_idle: float = Field(30, gt=0, description="how long a body may stand still")
    upload_min_rate: int = Field(1024, ge=0, description="bytes a second that a body must reach after 60 s")
    upload_total: float = Field(6 * 3600, gt=0, description="how long a body may take in all")
    allowed_origins: str = Field(
        "", description="further origins, separated by spaces, whose pages may send cookie requests"
    )
    metrics_token: SecretStr | None = Field(None, description="opens /metrics to who is not on loopback")
    server: Literal["uvicorn", "granian"] = Field("uvicorn", description="the HTTP server")
    brand_name: str = Field(
        "gigdesk", max_length=60, description="the name of the marketplace on pages and in mail"
    )
    brand_accent: str = Field("#17607f", description="the accent colour of pages, in CSS")
    brand_home_url: str = Field(
        "", description="the marketplace's own page, to which the head of every page links"
    )
    brand_gig_url: str = Field(
        "",
        description="the page of a gig on the marketplace, https://…/{gigId}: “Back to the gig” leads there",
    )
    brand_exit_url: str = Field(
        "https://www.wikipedia.org/",
        description="the harmless page to which “Exit this page” leads from a report on safety",
    )
    emergency_number: str = Field(
        "112", pattern=r"[0-9+ ]{2,20}", description="the number that pages name for an emergency"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged")

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            raise ValueError("write the name of a time zone, like Europe/Berlin or UTC") from None
        return value

    @field_validator("rate_person", "rate_gig", "rate_site")
    @classmethod
    def _rate(cls, value: str) -> str:
        if not _RATE.fullmatch(value):
            raise ValueError(
                f"write a rate as NUMBER/second, /minute, /hour or /day, like 20/hour, not {value!r}"
            )
        return value

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            raise ValueError(f"write it as https://host or https://host/path, not {value!r}")
        first = value.split("/", 4)[3:4]
        if first and first[0] in OWN_PATHS:
            raise ValueError(
                f"choose another path: /{first[0]} is one of our own, so that both could be meant"
            )
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not re.match(r"sqlite:///[^?]|postgres(ql)?://", value):
            raise ValueError("begin it with sqlite:///, like sqlite:///var/gigdesk.db, or with postgresql://")
        return value

    @field_validator("brand_accent")
    @classmethod
    def _colour(cls, value: str) -> str:
        if not _COLOUR.fullmatch(value):
            raise ValueError(f"write a CSS colour like #17607f or oklch(0.46 0.085 232), not {value!r}")
        return value

    @field_validator("brand_home_url", "brand_gig_url", "brand_exit_url")
    @classmethod
    def _page(cls, value: str) -> str:
        if value and not _PAGE.fullmatch(value):
            raise ValueError(f"write the whole address of a page like https://market.example/, not {value!r}")
        return value

    @field_validator("mail_from", "support_email")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", parseaddr(value)[1]):
            raise ValueError(f"write one mail address like support@market.example, not {value!r}")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _hook(cls, value: str | None) -> str | None:
        # What was given is not said again: the path of such an address is often a secret.
        if value and not _HOOK.fullmatch(value):
            raise ValueError("write it as https://host/path in ASCII, without a user and without a #")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _hook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _HOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError(
                'is whsec_ and 24 to 64 bytes in base64; make one: echo "whsec_$(openssl rand -base64 32)"'
            )
        return value

    @field_validator("webhook_allow")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if wrong := [host for host in value.split() if not _HOST.fullmatch(host)]:
            raise ValueError(f"write names of hosts alone, like hooks.internal, not {wrong[0]!r}")
        return value.lower()

    @field_validator("secret", "jwt_secret", "gigs_secret", "authjs_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            raise ValueError("needs at least 32 bytes; make one with: openssl rand -base64 48")
        return value

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if self.jwks_url and not (self.jwt_issuer and self.jwt_audience):
            raise ValueError("GIGDESK_JWKS_URL also needs GIGDESK_JWT_ISSUER and GIGDESK_JWT_AUDIENCE")
        if self.secret and self.jwt_secret and self.secret == self.jwt_secret:
            raise ValueError(
                "GIGDESK_SECRET and GIGDESK_JWT_SECRET must differ: the marketplace knows the second"
            )
        if self.brand_gig_url and "{gigId}" not in self.brand_gig_url:
            raise ValueError("GIGDESK_BRAND_GIG_URL needs the place {gigId} in it")
        for name in ("brand_home_url", "brand_gig_url", "brand_exit_url"):
            if self.base_url.startswith("https:") and getattr(self, name).startswith("http:"):
                raise ValueError(f"{PREFIX}{name.upper()} begins with https://, as GIGDESK_BASE_URL does")
        if self.gigs_url.startswith(("http:", "https:")):
            if "{gigId}" not in self.gigs_url:
                raise ValueError("GIGDESK_GIGS_URL needs the place {gigId} in it")
            if not self.gigs_secret:
                raise ValueError("a gig call-back also needs GIGDESK_GIGS_SECRET, which signs it")
        return self

    @model_validator(mode="after")
    def _hook_together(self) -> "Settings":
        if bool(self.webhook_url) != bool(self.webhook_secret):
            raise ValueError("GIGDESK_WEBHOOK_URL and GIGDESK_WEBHOOK_SECRET are set both, or neither")
        hook = urlsplit(self.webhook_url or "")
        if hook.scheme == "http" and hook.hostname not in self.webhook_allow.split():
            raise ValueError(
                "GIGDESK_WEBHOOK_URL begins with https://, or GIGDESK_WEBHOOK_ALLOW names its host"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what ``read`` hands in: one source, judged before it is believed."""
        return (init_settings,)
