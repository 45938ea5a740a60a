"""What our own server can do beyond ASGI: give a body and take an answer at once, not message by message.

It stands in the scope. Under another server it is missing, and everything goes the common way.
"""

from collections.abc import Iterable
from typing import Protocol

from starlette.types import Scope

KEY = "gigdesk.at_once"


class AtOnce(Protocol):
    """One request and its answer, as a server of ours holds them."""

    is_ending: bool
    """The server ends, and waits for this answer."""

    def whole(self) -> bytes | None:
        """The body, if all of it is here and none was told of; None leaves it to be received."""
        ...

    def answer(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes | memoryview) -> bool:
        """Send the whole answer; False where it has to wait, and then nothing was sent."""
        ...


def at_once(scope: Scope) -> AtOnce | None:
    """The same request without messages, or None."""
    found: AtOnce | None = scope.get(KEY)
    return found
