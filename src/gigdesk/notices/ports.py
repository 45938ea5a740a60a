"""What notices need from outside: who takes letters, a program that takes deliveries, a book of what was sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gigdesk.errors import GigdeskError
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Delivery, Entry, Letter, State


class Undeliverable(GigdeskError):  # noqa: N818 - named like the errors of errors.py
    """This letter or delivery will never be taken, however often it is tried: a wrong address, a refusal for good."""


class Mailer(Protocol):
    """Takes letters, one at a time; a letter may come twice, with the same id."""

    async def send(self, letter: Letter) -> str:
        """Hand the letter over; returns once it was taken and will survive, with what was said to it.

        Raises Unavailable when it may work later, Undeliverable when this letter never will; what the other
        side said stands in the error's value ``answer``.
        """
        ...

    async def probe(self) -> str:
        """Who takes letters, in a sentence; hands over none. Raises Unavailable with the reason."""
        ...


class NoticeLedger(Protocol):
    """What became of each notice, and which kinds each person has switched off. No address is in it."""

    async def enter(self, entry: Entry, mailbox: str, most: int | None) -> State:
        """Enter the notice unless its id is there; the state in which it then stands. Durable on return.

        A queued one is entered as held where ``most`` others of this mailbox were entered in the 24 hours
        before it and are not held themselves. ``mailbox`` is the pseudonym of an address. Several that are
        entered in the same moment may pass by each other. Raises Unavailable.
        """
        ...

    async def is_full(self, mailbox: str, most: int, at: datetime) -> bool:
        """Whether a queued one that is entered for this mailbox at that time would be held."""
        ...

    async def mark(self, notice: UUID, state: State, answer: str, at: datetime) -> None:
        """Note what became of one more attempt; a notice that was sent stays so. Durable on return."""
        ...

    async def of_case(self, case: UUID) -> Sequence[Entry]:
        """The newest 500 notices of this case with their attempts, oldest first."""
        ...

    async def choose(self, person: str, kind: Kind, wanted: bool, at: datetime) -> None:
        """Switch a kind on or off for this person; durable on return."""
        ...

    async def unwanted(self, person: str) -> frozenset[Kind]:
        """The kinds that this person has switched off; one that this version does not know is left out."""
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
