"""What notices need from outside: somebody who takes letters, and a program that takes deliveries."""

from typing import Protocol

from gigdesk.errors import GigdeskError
from gigdesk.notices.model import Delivery, Letter


class Undeliverable(GigdeskError):  # noqa: N818 - named like the errors of errors.py
    """This letter or delivery will never be taken, however often it is tried: a wrong address, a refusal for good."""


class Mailer(Protocol):
    """Takes letters, one at a time; a letter may come twice, with the same id."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over; returns once it was taken and will survive.

        Raises Unavailable when it may work later, Undeliverable when this letter never will.
        """
        ...

    async def probe(self) -> str:
        """Who takes letters, in a sentence; hands over none. Raises Unavailable with the reason."""
        ...


class WebhookSender(Protocol):
    """Hands deliveries to a program, one at a time; a delivery may come twice, with the same id."""

    async def send(self, delivery: Delivery) -> None:
        """Hand the delivery over, signed; returns once the program has said that it has it.

        Raises Unavailable when it may work later, with ``retry_after`` where the program named a time, and
        Undeliverable when this delivery never will.
        """
        ...

    async def probe(self) -> str:
        """Where deliveries go, in a sentence; connects and hands over none. Raises Unavailable with the reason."""
        ...
