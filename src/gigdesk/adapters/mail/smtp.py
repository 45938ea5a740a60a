"""Mail by SMTP: ``smtp://user:secret@host:587?starttls=required``, or ``smtps://…`` with TLS from the start.

1. Certificates are checked, always; ``starttls`` is taken where it is offered, and can be required.
2. A secret never travels in the clear: a URL with a user requires TLS, but on loopback.
3. What the server says of the letter decides: 5xx is for good, everything else is for later.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from gigdesk.errors import GigdeskError, Unavailable
from gigdesk.notices.model import Letter
from gigdesk.notices.ports import Undeliverable

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPException

SECONDS = 10
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STARTTLS = {"required": True, "offered": None, "never": False}
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Which server, and how to speak to it; ``starttls`` None means where it is offered."""

    host: str
    port: int
    tls: bool = False
    starttls: bool | None = None
    user: str | None = None
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "Server":
        """The server of this URL; raises ValueError, which never holds the secret."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        starttls = options.pop("starttls", "offered")
        if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"} or options:
            raise ValueError(
                "a mail server is smtp://[user:secret@]host[:port][?starttls=required] or smtps://"
            )
        if starttls not in _STARTTLS:
            raise ValueError("starttls is required, offered or never")
        must_hide = parts.username is not None and parts.hostname not in _LOOPBACK
        if must_hide and starttls == "never":
            raise ValueError("a secret is not sent without TLS: leave starttls=never out")
        is_tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            tls=is_tls,
            starttls=False if is_tls else must_hide or _STARTTLS[starttls],
            user=unquote(parts.username) if parts.username is not None else None,
            secret=unquote(parts.password or "") if parts.username is not None else None,
        )


class SmtpMailer:
    """Mailer over SMTP: one connection a letter, 10 s for each step. ``ca`` is a file of further roots."""

    def __init__(self, server: Server, *, ca: str | None = None, seconds: float = SECONDS) -> None:
        self._server = server
        self._ca = ca
        self._seconds = seconds

    @classmethod
    def open(cls, url: str) -> "SmtpMailer":
        """For ``smtp://…`` and ``smtps://…``; else ValueError."""
        return cls(Server.parse(url))

    async def send(self, letter: Letter) -> str:
        from aiosmtplib import SMTPException

        try:
            async with self._client() as client:
                _, said = await client.sendmail(letter.sender, [letter.recipient], letter.content)
        except SMTPException as error:
            raise _judged(error) from error
        except OSError as error:
            raise _away(error) from error
        return said

    async def probe(self) -> str:
        from aiosmtplib import SMTPException

        try:
            async with self._client() as client:
                await client.noop()
                is_hidden = client.get_transport_info("sslcontext") is not None
        except (SMTPException, OSError) as error:
            raise _away(error) from error
        how = "with TLS" if is_hidden else "without TLS"
        return f"The mail server {self._server.host}:{self._server.port} answers {how}."

    def _client(self) -> "SMTP":
        from aiosmtplib import SMTP

        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.secret,
            use_tls=server.tls,
            start_tls=server.starttls,
            validate_certs=True,
            cert_bundle=self._ca,
            timeout=self._seconds,
        )


def _judged(error: "SMTPException") -> GigdeskError:
    """What the server said of this letter; what it said of us (greeting, sign-in, TLS) may be put right."""
    from aiosmtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

    codes: list[int] = []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
    elif isinstance(error, SMTPSenderRefused | SMTPDataError):
        codes = [error.code]
    if codes and all(500 <= code < 600 for code in codes):
        return Undeliverable(
            "mail.refused",
            "The mail server refused this letter for good (%(reply)s).",
            reply=codes[0],
            answer=_said(error),
        )
    return _away(error)


def _away(error: Exception) -> Unavailable:
    code = getattr(error, "code", None)
    why = type(error).__name__ + (f", {code}" if code else "")
    return Unavailable(
        "mail.server",
        "The mail server does not take mail now (%(why)s). It is tried again by itself.",
        why=why,
        answer=_said(error),
    )


def _said(error: Exception) -> str:
    """What the server said, code and words; what went wrong where it said nothing."""
    from aiosmtplib import SMTPRecipientsRefused

    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    code, message = getattr(error, "code", ""), getattr(error, "message", "")
    return f"{code} {message}".strip() or type(error).__name__
