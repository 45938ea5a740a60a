"""An SMTP server that keeps what it is sent, and can refuse or put off its senders."""

import asyncio
import email
import email.policy
import time
from dataclasses import dataclass, field
from email.message import EmailMessage

from servers import free_port


@dataclass(kw_only=True)
class Letter:
    """A message as it came over the wire: envelope and exact bytes."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)  # type: ignore[return-value]


@dataclass
class Mailbox:
    """What arrived, and how the server answers from now on.

    ``refuse`` answers each recipient with 550 (for good), ``defer`` with 451 (later); ``mute`` accepts the
    message, keeps it, and breaks the connection in place of an answer. A message is answered ``seconds`` after
    it was kept; ``kept_at`` is when that was of the last one.
    """

    letters: list[Letter] = field(default_factory=list)
    behaviour: str = "accept"
    attempts: int = 0
    seconds: float = 0.0
    kept_at: float = 0.0
    url: str = ""
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        self.attempts += 1
        if self.behaviour == "refuse":
            return "550 5.1.1 no such mailbox here"
        if self.behaviour == "defer":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        content = envelope.original_content or envelope.content
        self.letters.append(Letter(sender=envelope.mail_from, recipients=envelope.rcpt_tos, content=content))
        if self.behaviour == "mute":
            server.transport.abort()
        self.kept_at = time.monotonic()
        await asyncio.sleep(self.seconds)
        return "250 2.0.0 kept"


def running():  # type: ignore[no-untyped-def]
    """A mailbox behind a server on a port of its own, until the generator is closed."""
    from aiosmtpd.controller import Controller

    mailbox = Mailbox(port=free_port())
    mailbox.url = f"smtp://127.0.0.1:{mailbox.port}"
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=10)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
