"""How large a block an upload may hold: large while few upload, small when many do."""

MIB = 1 << 20
SMALLEST = 64 << 10
LARGEST = 1 * MIB
HELD = 2  # one block on its way in, one on its way to the storage


class BlockBudget:
    """Shares a fixed number of bytes among the uploads of a process (32 MiB)."""

    def __init__(self, total: int = 32 * MIB) -> None:
        self._total = total
        self._open = 0

    def block_bytes(self) -> int:
        """The block of an upload that begins now, a power of two from 64 KiB to 1 MiB."""
        share = self._total // (HELD * (self._open + 1))
        if share >= LARGEST:
            return LARGEST
        return max(SMALLEST, 1 << (share.bit_length() - 1))

    def opened(self) -> None:
        """An upload has begun."""
        self._open += 1

    def closed(self) -> None:
        """An upload has ended, one way or the other."""
        self._open -= 1
