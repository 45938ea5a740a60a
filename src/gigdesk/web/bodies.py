"""A request's body as it arrives: capped, timed, and dropped politely when it was refused.

Time that we take ourselves between two chunks never counts against the client.
"""

import asyncio
import time
import types
from collections import Counter
from collections.abc import Awaitable, Coroutine, Generator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from starlette.types import Message, Receive, Scope

from gigdesk.errors import Malformed, TooLarge, Unavailable
from gigdesk.web.at_once import at_once
from gigdesk.web.heads import first_headers
from gigdesk.web.patience import Patience

MIB = 1 << 20
RETRY_SECONDS = 10


class Disconnected(Exception):  # noqa: N818 - what happened, not an error of ours
    """The client went away before its body had ended."""


class TooSlow(Malformed):
    """The body stood still, or came slower than the lowest rate, or took too long in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyTiming:
    """Seconds that a body may stand still and take in all, and bytes a second that it must bring in each
    window of ``min_rate_after`` seconds that we wait for it."""

    idle: float = 30.0
    min_rate: int = 1024
    min_rate_after: float = 60.0
    total: float = 6 * 3600.0


def _steps(received: Awaitable[Message]) -> Coroutine[object, object, Message]:
    """What can be gone through step by step: a coroutine; granian's awaitable is none."""
    return received if isinstance(received, types.CoroutineType) else _awaited(received)


async def _awaited(received: Awaitable[Message]) -> Message:
    return await received


@types.coroutine
def _resumed(
    steps: Coroutine[object, object, Message], waits_for: object
) -> Generator[object, object, Message]:
    """Go on with an awaitable that has begun to wait: ``yield from`` (PEP 380), entered one step late."""
    try:
        while True:
            try:
                sent = yield waits_for
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as error:  # noqa: BLE001 - a cancellation belongs to the awaitable
                waits_for = steps.throw(error)
            else:
                waits_for = steps.send(sent)
    except StopIteration as done:
        message: Message = done.value
        return message


class Body:
    """One request's body, of at most ``cap`` bytes, each of them asked for in time.

    ``declared`` is its Content-Length, 0 where there is none; ``is_over`` once all of it has been read.
    """

    is_over = False
    _read = 0
    _is_asked_for = False
    _is_given_up = False
    _patience: Patience | None = None
    _ends_at = 0.0
    _window = (0, 0.0)  # bytes, and seconds that the client let us wait for them

    def __init__(self, scope: Scope, receive: Receive, timing: BodyTiming, cap: int) -> None:
        self._receive = receive
        self._at_once = at_once(scope)
        self._timing = timing
        self._cap = cap
        headers = first_headers(scope)
        length = headers.get(b"content-length", b"")
        self.declared = int(length[:20]) if length.isdigit() else 0
        self._expects = b"expect" in headers

    async def chunk(self) -> bytes:
        """What came next; empty at the end.

        Raises Disconnected, TooSlow, and TooLarge (``body.too_large``): before a byte is asked for where
        Content-Length tells, else with the first byte over the cap.
        """
        if self.declared > self._cap:
            raise self._too_large()
        while not self.is_over:
            message = await self._next()
            if message["type"] == "http.disconnect":
                self.is_over = True
                self._stop_waiting()
                raise Disconnected
            self.is_over = not message.get("more_body", False)
            if self.is_over:
                self._stop_waiting()
            chunk: bytes = message.get("body", b"")
            self._read += len(chunk)
            if self._read > self._cap:
                raise self._too_large()
            if chunk:
                return chunk
        return b""

    async def read(self) -> bytes:
        """The whole body, for what is small."""
        if (whole := self._whole()) is not None:
            return whole
        chunks = [await self.chunk()]
        while not self.is_over:
            chunks.append(await self.chunk())
        return b"".join(chunks)

    def _whole(self) -> bytes | None:
        """The body that has come already; None where it must be waited for, or is too large to be looked at."""
        whole = self._at_once.whole() if self._at_once and self.declared <= self._cap else None
        if whole is not None:
            self._is_asked_for = self.is_over = True
            if len(whole) > self._cap:
                raise self._too_large()
        return whole

    async def drain(self, at_most: int = 32 * MIB, seconds: float = 10.0) -> bool:
        """Read and drop what a refused client still sends, so that it hears the answer; True at the end.

        A client that waits to be asked for its body (``Expect: 100-continue``) is not asked for it. Where
        this is False the answer must carry ``Connection: close``.
        """
        self._stop_waiting()
        if self._is_given_up or (self._expects and not self._is_asked_for):
            return False
        try:
            async with asyncio.timeout(seconds):
                while not self.is_over and at_most > 0:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        return False
                    self.is_over = not message.get("more_body", False)
                    at_most -= len(message.get("body", b""))
        except TimeoutError:
            return False
        return self.is_over

    async def _next(self) -> Message:
        """The next message; what has already come costs no timer."""
        self._is_asked_for = True
        steps = _steps(self._receive())
        try:
            waits_for = steps.send(None)
        except StopIteration as done:
            message: Message = done.value
            self._window = (self._window[0] + len(message.get("body", b"")), self._window[1])
            return message
        begin = time.monotonic()
        self._ends_at = self._ends_at or begin + self._timing.total
        try:
            self._patience = self._patience or Patience()
            with self._patience.until(min(begin + self._timing.idle, self._ends_at)):
                message = await _resumed(steps, waits_for)
        except TimeoutError:
            raise self._given_up() from None
        self._judge_rate(len(message.get("body", b"")), time.monotonic() - begin)
        return message

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.stop()

    def _judge_rate(self, size: int, waited: float) -> None:
        """Each window of waiting must have brought its bytes, so that a fast start pays for no slow end."""
        timing = self._timing
        size, waited = self._window[0] + size, self._window[1] + waited
        if waited >= timing.min_rate_after:
            if size < timing.min_rate * waited:
                raise self._given_up()
            size, waited = 0, 0.0
        self._window = size, waited

    def _given_up(self) -> TooSlow:
        """Who is too slow is told so at once, and not listened to any longer."""
        self._is_given_up = True
        return _too_slow()

    def _too_large(self) -> TooLarge:
        return TooLarge(
            "body.too_large",
            "The report is larger than %(limit)s MB in all. Send fewer or smaller files, the others later.",
            limit=f"{self._cap / MIB:.4g}",
        )


class PendingBudget:
    """Bytes of files that may come before their gig is permitted: a person's, and all of the process."""

    def __init__(self, person: int = 32 * MIB, process: int = 128 * MIB) -> None:
        self.person = person
        self.process = process
        self.taken: Counter[str] = Counter()

    def ticket(self, person: str) -> "Ticket":
        """What one request of this person takes of it; leaving the context gives everything back."""
        return Ticket(self, person)


class Ticket:
    """One request's share of a PendingBudget."""

    def __init__(self, budget: PendingBudget, person: str) -> None:
        self._budget = budget
        self._person = person
        self._taken = 0

    def take(self, size: int) -> None:
        """Count bytes that came too early.

        Raises TooLarge (``fields_first``) when this person has too many of them on the way, and Unavailable
        when all persons together do.
        """
        budget = self._budget
        self._taken += size
        budget.taken[self._person] += size
        if budget.taken[self._person] > budget.person:
            raise TooLarge(
                "fields_first",
                "Send gigId, issueType and description before the files: at most %(limit)s MB of files may"
                " come before them.",
                limit=f"{budget.person / MIB:.4g}",
            )
        if budget.taken.total() > budget.process:
            raise Unavailable(
                "uploads.busy",
                "Many files arrive before their fields just now. Send gigId, issueType and description before"
                " the files, or send it again in %(seconds)s seconds.",
                retry_after=RETRY_SECONDS,
                seconds=RETRY_SECONDS,
            )

    def release(self) -> None:
        """The gig is permitted: nothing is counted any longer."""
        taken = self._budget.taken
        taken[self._person] -= self._taken
        if not taken[self._person]:
            del taken[self._person]
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _too_slow() -> TooSlow:
    return TooSlow(
        "body.too_slow",
        "The upload stood still or became too slow, and was ended. Send it again; the same Idempotency-Key"
        " keeps it from being stored twice.",
    )
