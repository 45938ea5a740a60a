"""Group commit: appends that arrive while the store is writing go out together.

1. An idle store writes at once. After a batch of several, the next waits at most 6 ms for as many more:
   those who were answered come back, and one large batch costs all of them less than two small ones.
2. One batch at a time (a second connection gained nothing), at most 64 appends or 1 MiB in it, one a case.
   At most 1,024 wait.
3. Every caller is answered after its own COMMIT.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from uuid import UUID

from gigdesk.adapters.stores.sql.database import Outcome, crowded, unsure
from gigdesk.cases.ports import Append, CappedError, StaleError

MAX_APPENDS = 64
MAX_BYTES = 1 << 20
MAX_WAITING = 1024
GATHER_SECONDS = 0.006  # reading 16 requests and judging them takes half of it
HOPELESS = ("store.away", "store.unsure")  # what neighbours would meet as well

_value_of = attrgetter("value")
Write = Callable[[Sequence[Append]], Awaitable[Sequence[Outcome]]]
Standing = Callable[[UUID, int], Awaitable[UUID | None]]


class Waiting:
    """An append and its caller. A future that the caller's cancelling has ended is replaced; the answer stays."""

    __slots__ = ("answered", "append", "done", "error", "given_up", "meanwhile", "queued")

    def __init__(
        self, append: Append, done: "asyncio.Future[None]", meanwhile: Callable[[], None] | None
    ) -> None:
        self.append = append
        self.done = done
        self.meanwhile = meanwhile
        self.queued = True
        self.given_up = False
        self.answered = False
        self.error: Exception | None = None

    def answer(self, error: Exception | None) -> None:
        """Tell the caller: it is durable, or why it is not."""
        self.answered = True
        self.error = error
        if not self.done.done():
            self.done.set_result(None)


class Batcher:
    """Gathers appends into batches, and tells each caller how its own ended.

    ``write`` writes a batch; ``standing`` is the commit id at a number of a case, or None; ``written`` hears
    of every batch's size and of the effects that it owes.
    """

    def __init__(self, write: Write, standing: Standing, written: Callable[[int, int], None]) -> None:
        self._write = write
        self._standing = standing
        self._written = written
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._expected = 0
        self._alarm: asyncio.TimerHandle | None = None

    async def append(self, append: Append, meanwhile: Callable[[], None] | None = None) -> None:
        """Return once it is durable; raises StaleError, CappedError, Unavailable.

        Cancelling a caller takes back an append that still waits. One that is being written is seen through,
        however often: its caller must not believe that nothing was kept, and throw its files away.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise crowded()
        loop = self._loop = self._loop or asyncio.get_running_loop()
        waiting = Waiting(append, loop.create_future(), meanwhile)
        self._waiting.append(waiting)
        if self._expected:
            self._expected -= 1
        self._go_on()
        while not waiting.answered:
            try:
                await waiting.done
            except asyncio.CancelledError:
                if waiting.queued:
                    waiting.given_up = True
                    raise
                waiting.done = loop.create_future()
                if task := asyncio.current_task():
                    task.uncancel()
        if waiting.error is not None:
            raise waiting.error

    async def close(self) -> None:
        """Write what waits."""
        while self._waiting or self._writing:
            self._expect(0)
            self._go_on()
            if self._writing:
                await asyncio.wait([self._writing])

    def _go_on(self) -> None:
        """Begin to write what waits, unless a batch is being written or more is expected to fit in."""
        is_gathering = self._expected and len(self._waiting) < MAX_APPENDS
        if self._loop and self._waiting and self._writing is None and not is_gathering:
            self._expect(0)
            self._writing = self._loop.create_task(self._work())

    async def _work(self) -> None:
        """Write a batch; then the next, once those come back who were answered."""
        batch = self._take()
        try:
            if batch:
                await self._send(batch)
        finally:
            # At once, not when the task is seen to have ended: an append may come in between.
            self._writing = None
        self._expect(len(batch) if len(batch) > 1 else 0)
        self._go_on()

    def _expect(self, count: int) -> None:
        """So many appends will come within a moment; what waits then goes without the others."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._expected = count
        self._alarm = (
            self._loop.call_later(GATHER_SECONDS, self._expect_no_more) if self._loop and count else None
        )

    def _expect_no_more(self) -> None:
        self._expect(0)
        self._go_on()

    def _take(self) -> list[Waiting]:
        """The next batch; an append whose case is in it already keeps its place in the queue."""
        if all_of_them := self._take_all():
            return all_of_them
        batch: list[Waiting] = []
        held: list[Waiting] = []
        cases: set[UUID] = set()
        size = 0
        while self._waiting and len(batch) < MAX_APPENDS and size < MAX_BYTES:
            waiting = self._waiting.popleft()
            if waiting.given_up:
                continue
            case, weight = waiting.append.commit.case, weigh(waiting.append)
            if case in cases:
                held.append(waiting)
            elif batch and size + weight > MAX_BYTES:
                held.append(waiting)
                break
            else:
                waiting.queued = False
                cases.add(case)
                batch.append(waiting)
                size += weight
        self._waiting.extendleft(reversed(held))
        return batch

    def _take_all(self) -> list[Waiting]:
        """Everything that waits, where one batch holds it, as it mostly does; else nothing."""
        batch = [waiting for waiting in self._waiting if not waiting.given_up]
        appends = [waiting.append for waiting in batch]
        cases = {append.commit.case for append in appends}
        if not len(cases) == len(batch) <= MAX_APPENDS or sum(map(weigh, appends)) > MAX_BYTES:
            return []
        self._waiting.clear()
        for waiting in batch:
            waiting.queued = False
        return batch

    async def _send(self, batch: Sequence[Waiting]) -> None:
        """Write a batch and answer its callers; one that fails as a whole is tried one by one."""
        appends = [waiting.append for waiting in batch]
        asyncio.get_running_loop().call_soon(use_the_time, batch)
        try:
            outcomes = await self._write(appends)
        except asyncio.CancelledError:
            for waiting in batch:
                waiting.answer(unsure("it was stopped"))
            raise
        except Exception as error:  # noqa: BLE001 - the callers hear of it
            if len(batch) > 1 and getattr(error, "code", None) not in HOPELESS:
                for one in batch:
                    await self._send([one])
                return
            outcomes = [error] * len(batch)
        won = [append for append, outcome in zip(appends, outcomes, strict=True) if outcome is True]
        self._written(len(won), sum(len(append.effects) for append in won))
        for place, (waiting, outcome) in enumerate(zip(batch, outcomes, strict=True)):
            if outcome is True:
                waiting.answer(None)
            else:
                await self._explain(appends, place, outcome, waiting)

    async def _explain(
        self, appends: Sequence[Append], place: int, outcome: Outcome, waiting: Waiting
    ) -> None:
        """Answer one that was not written now: whose commit id stands at the number has won."""
        append = waiting.append
        if isinstance(outcome, Exception):
            return waiting.answer(outcome)
        try:
            stands = await self._standing(append.commit.case, append.commit.number)
        except Exception as error:  # noqa: BLE001 - the caller hears of it
            return waiting.answer(error)
        if stands == append.commit.id:
            return waiting.answer(None)
        if stands is not None or append.cap is None or append.commit.number > 1:
            return waiting.answer(StaleError())
        if rank(appends, place):
            # Neighbours in front that lost were counted against it; alone it is judged exactly.
            return await self._send([waiting])
        return waiting.answer(CappedError())


def use_the_time(batch: Sequence[Waiting]) -> None:
    """The store is at work: do what its callers would else do after it."""
    for waiting in batch:
        if waiting.meanwhile and not waiting.answered:
            waiting.meanwhile()


def weigh(append: Append) -> int:
    """About how many bytes it writes."""
    values = 100 * len(append.sealed) + sum(map(len, map(_value_of, append.sealed)))
    return 500 + len(append.commit.content) + values + 150 * (len(append.objects) + len(append.effects))


def rank(appends: Sequence[Append], place: int) -> int:
    """How many cases of the same reporter and gig are opened before it in the batch."""
    own = appends[place].row
    return sum(
        other.commit.number == 1 and (other.row.gig_id, other.row.reporter) == (own.gig_id, own.reporter)
        for other in appends[:place]
    )
