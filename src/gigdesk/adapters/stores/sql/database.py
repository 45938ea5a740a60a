"""What the two databases must do for the store: the seam along which they differ."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from gigdesk.adapters.stores.sql.rows import Row
from gigdesk.cases.ports import Append
from gigdesk.errors import Unavailable

Value = UUID | bytes | str | int | None
Step = tuple[str, Sequence[Value]]
# A table, its columns, and rows of them.
Load = tuple[str, Sequence[str], Sequence[Sequence[Value]]]
# Written now · lost: something stands at its number, its predecessor is missing, or it was capped · failed.
Outcome = bool | Exception


class Database(Protocol):
    """Runs SQL that both databases understand; parameters are written ``$1``, ``$2``, …

    ``micros()`` is the database's clock. Every method raises Unavailable when the database is away, busy for
    longer than a few seconds, or full.
    """

    dialect: str
    lock_rows: str  # what makes a claim pass over rows that somebody else holds

    async def open(self) -> None:
        """Connect; raises Unavailable, also where another server holds the database."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go."""
        ...

    async def read(self, sql: str, *values: Value) -> Sequence[Row]:
        """The rows of a query."""
        ...

    async def write(self, *steps: Step) -> Sequence[Sequence[Row]]:
        """Run the steps in one transaction; the rows that each returned, after its COMMIT."""
        ...

    async def write_after(self, first: Step, then: Callable[[Sequence[Row]], Sequence[Step]]) -> None:
        """Run the first step, and in the same transaction the steps that its rows call for."""
        ...

    async def script(self, sql: str) -> None:
        """Run statements without parameters in one transaction, while no other process does. Migrations."""
        ...

    async def load(self, *tables: Load) -> None:
        """Write many rows into several tables in one transaction; for what is brought in from elsewhere."""
        ...

    async def append(self, appends: Sequence[Append]) -> Sequence[Outcome]:
        """Write a batch in one transaction, at most one append a case; an outcome for each.

        May raise where the batch as a whole failed: then nothing is known of any of it.
        """
        ...

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, beside others, on the event loop when any process may have written an effect that is due."""
        ...

    def watch(self) -> None:
        """Somebody will sleep on effects: begin to hear of those that other processes write."""
        ...

    def owes(self) -> None:
        """Effects were written: see that every process that sleeps on them is woken."""
        ...


def away(reason: str) -> Unavailable:
    """The store does not answer; nothing was written."""
    return Unavailable(
        "store.away",
        "The store does not answer (%(reason)s). Nothing was kept. Send it again in %(seconds)s seconds.",
        retry_after=5,
        reason=reason,
        seconds=5,
    )


def unsure(reason: str) -> Unavailable:
    """The store fell silent while it was writing: what was sent may stand there, whole."""
    return Unavailable(
        "store.unsure",
        "The store fell silent while it was writing (%(reason)s). Send the same again, with the same"
        " Idempotency-Key, in %(seconds)s seconds: it will not be kept twice.",
        retry_after=5,
        reason=reason,
        seconds=5,
    )


def full() -> Unavailable:
    """There is no room left to write."""
    return Unavailable(
        "store.full",
        "The store has no room left or cannot write. Nothing was kept. Send it again in %(seconds)s seconds.",
        retry_after=30,
        seconds=30,
    )


def crowded() -> Unavailable:
    """Too many writes are waiting already."""
    return Unavailable(
        "store.busy",
        "Too many reports are waiting to be written. Nothing was kept. Send it again in %(seconds)s seconds.",
        retry_after=1,
        seconds=1,
    )
