"""From a notice to a letter, and the letter to whoever takes it.

1. A letter's Message-ID is its notice's id: a repeat is the same message. All letters of a case name the case
   as what they answer, so that mail programs show them together.
2. No header can be forged: values are one line without controls, addresses are judged, and the library
   refuses what is left. A text that looks like an encoded word (RFC 2047) is taken apart, since readers
   would decode it.
3. Machines are asked not to answer (RFC 3834).
"""

import re
from collections.abc import Mapping
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from uuid import UUID

from gigdesk.clock import Clock
from gigdesk.notices.model import Letter, Notice
from gigdesk.notices.plain import one_line
from gigdesk.notices.ports import Mailer, Undeliverable

if TYPE_CHECKING:
    from email._policybase import Policy
    from email.message import Message


class _Unbroken(UnstructuredHeader, BaseHeader):
    """A header of ASCII words none of which may be taken apart: the library would encode what is too long."""

    def fold(self, *, policy: "Policy[Message[str, str]]") -> str:
        """Each word on a line of its own (RFC 5322 §2.2.3)."""
        return f"{self.name}: {f'{policy.linesep} '.join(self.split(' '))}{policy.linesep}"


class _Words(UnstructuredHeader, BaseHeader):
    """A header of any words: where they are not ASCII all of it is encoded, blanks too.

    The library's own way (Python 3.11) encodes word by word, and can lose a blank between two of them.
    """

    def fold(self, *, policy: "Policy[Message[str, str]]") -> str:
        """In encoded words of 75 characters at most (RFC 2047), each on a line of its own."""
        if self.isascii():
            return super().fold(policy=policy)
        encoded = Header(str(self), "utf-8", header_name=self.name, maxlinelen=76).encode(
            linesep=policy.linesep
        )
        return f"{self.name}: {encoded}{policy.linesep}"


_REGISTRY = HeaderRegistry()
_REGISTRY.map_to_type("subject", _Words)
for _name in ("references", "in-reply-to", "list-unsubscribe"):
    _REGISTRY.map_to_type(_name, _Unbroken)
# 7 bit, so that no server on the way has to re-code it and break what was signed.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=78, header_factory=_REGISTRY)
_URI = re.compile(r"<https?://[!-;=?-~]{1,900}>")
_WRITTEN = re.compile(r"(?:([^<>@,;]*)<([^<>]+)>|([^<>]+))")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_HEADER = re.compile(r"(?!(?:From|To|Cc|Bcc|Sender|Reply-To|Subject|Date|Content-.*)\Z)[A-Z][A-Za-z-]{1,60}")


class Post:
    """Sends notices as letters from one address; ``sender`` may have a name: ``Nearhand <help@…>``."""

    def __init__(self, mailer: Mailer, clock: Clock, sender: str) -> None:
        self._mailer = mailer
        self._clock = clock
        self._sender = address(sender)

    @property
    def sender(self) -> str:
        """From whom letters come, as they say it."""
        return str(self._sender)

    async def send(self, notice: Notice) -> str:
        """Hand the notice over; what was said on taking it. Raises Unavailable to try later, Undeliverable never to."""
        return await self._mailer.send(self.letter(notice))

    def letter(self, notice: Notice) -> Letter:
        """The notice as a message; raises Undeliverable for an address that is none."""
        recipient = address(notice.to)
        message = EmailMessage(policy=POLICY)
        message["Message-ID"] = self._message_id(notice.id)
        message["Date"] = format_datetime(self._clock.now())
        message["From"] = self._sender
        message["To"] = recipient
        message["Subject"] = header_text(notice.subject)
        message["In-Reply-To"] = self._message_id(notice.thread)
        message["References"] = self._message_id(notice.thread)
        _add(message, {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"})
        _add(message, notice.headers)
        message.set_content(notice.text, cte="quoted-printable")
        if notice.html is not None:
            message.add_alternative(notice.html, subtype="html", cte="quoted-printable")
        return Letter(
            id=notice.id,
            sender=self._sender.addr_spec,
            recipient=recipient.addr_spec,
            content=message.as_bytes(),
        )

    def _message_id(self, name: UUID) -> str:
        return f"<{name}@{self._sender.domain}>"


def address(text: str) -> Address:
    """The mailbox that is written here, with or without a name; raises Undeliverable for what is none.

    ASCII only before the @; a domain in other letters becomes its IDNA form.
    """
    written = _WRITTEN.fullmatch(text) if text.isprintable() else None
    name, spec = (written[1] or "", written[2] or written[3]) if written else ("", "")
    local, at, domain = spec.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not (at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise Undeliverable(
            "mail.address",
            "“%(given)s” is no mail address. Write it as name@example.org.",
            given=one_line(text),
        )
    return Address(display_name=header_text(name).strip('"'), username=local, domain=domain)


def header_text(text: str) -> str:
    """The text as a header can carry it: one line, without controls, never read as an encoded word."""
    return one_line(text).replace("=?", "= ?")


def _add(message: EmailMessage, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name in message:
            raise ValueError(f"a notice has no header {name!r} of its own")
        if name == "List-Unsubscribe" and not _URI.fullmatch(value):
            raise ValueError("a notice is switched off at one address, written <https://…>")
        message[name] = value if name == "List-Unsubscribe" else header_text(value)
