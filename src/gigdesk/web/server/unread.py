"""Who does not read its answer: judged by what is left to send, once a second."""

MIN_READ = 64 << 10


class Unread:
    """Watches what waits to be sent on one connection."""

    __slots__ = ("_at", "_size")

    def __init__(self) -> None:
        self._at = 0.0
        self._size = 0

    def reset(self) -> None:
        """The client has read."""
        self._size = 0

    def is_too_slow(self, now: float, size: int, seconds: float) -> bool:
        """Less than 64 KiB, and not all, were read in this time; ``size`` bytes wait now."""
        if not size or not self._size:
            self._at, self._size = now, size
            return False
        if now - self._at <= seconds:
            return False
        is_slow = self._size - size < MIN_READ
        self._at, self._size = now, size
        return is_slow
