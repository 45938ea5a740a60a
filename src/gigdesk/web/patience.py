"""Many short waits in a row, each with a deadline, for the price of one timer."""

import asyncio
from types import TracebackType
from typing import Self


class Patience:
    """Deadlines of one task, one after the other; the timer is moved only when it rings too early.

    With ``asyncio.timeout`` each chunk of a body would start and stop a timer of its own.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._waits: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._due = 0.0
        self._is_late = False

    def until(self, moment: float) -> Self:
        """For a ``with`` that is left with TimeoutError at this moment of the monotonic clock."""
        self._due = moment
        return self

    def stop(self) -> None:
        """No deadline comes any more."""
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def __enter__(self) -> None:
        self._waits = asyncio.current_task()
        assert self._waits is not None
        self._cancelling, self._is_late = self._waits.cancelling(), False
        if self._timer is None or self._timer.when() > self._due:
            self.stop()
            self._timer = asyncio.get_running_loop().call_at(self._due, self._ring)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, self._waits = self._waits, None
        if kind is None and not self._is_late:
            return
        self.stop()
        if self._is_late and task and task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _ring(self) -> None:
        self._timer = None
        if self._waits is None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._due:
            self._timer = loop.call_at(self._due, self._ring)
        else:
            self._is_late = True
            self._waits.cancel()
