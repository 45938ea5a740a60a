"""How large a block an upload may hold, and the blocks: large while few upload, small when many do."""

import mmap

MIB = 1 << 20
SMALLEST = 64 << 10
LARGEST = 1 * MIB
HELD = 2  # one block on its way in, one on its way to the storage
HELD_BY_FEW = 3  # two on their way, where there is room for as many of the largest
CHUNK = 256 << 10  # that may have been read from the socket and waits for a block
_OWN = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


class BlockBudget:
    """Shares a fixed number of bytes among the uploads of a process (32 MiB).

    Blocks are used again: a fresh one costs a page fault for every 4 KiB. Those that wait for use are all of
    the size that was last asked for, and together at most a quarter of the budget.
    """

    def __init__(self, total: int = 32 * MIB) -> None:
        self._total = total
        self._open = 0
        self._divide()
        self._idle: list[memoryview] = []

    @property
    def ahead(self) -> int:
        """Blocks of an upload that may be on their way to the storage: 2 while few upload, else 1."""
        return self._ahead

    def block_bytes(self) -> int:
        """The block of an upload that begins now, a power of two from 64 KiB to 1 MiB."""
        return self._share

    def opened(self) -> None:
        """An upload has begun."""
        self._open += 1
        self._divide()

    def closed(self) -> None:
        """An upload has ended, one way or the other."""
        self._open -= 1
        self._divide()

    def _divide(self) -> None:
        each = (self._total - self._open * CHUNK) // (self._open + 1)
        self._share = 1 << (min(LARGEST, max(SMALLEST, each // HELD)).bit_length() - 1)
        self._ahead = (HELD_BY_FEW if each >= HELD_BY_FEW * LARGEST else HELD) - 1

    def take(self) -> memoryview:
        """A block of ``block_bytes``, at the beginning of a page; what stands in it is left over."""
        size = self.block_bytes()
        idle = self._idle
        if idle and len(idle[-1]) != size:
            idle.clear()
        return idle.pop() if idle else memoryview(mmap.mmap(-1, size, _OWN))

    def give_back(self, block: memoryview) -> None:
        """Nobody looks at the block any longer. One that a thread may still hold is forgotten instead."""
        if block.nbytes == self.block_bytes() and (len(self._idle) + 1) * block.nbytes <= self._total // 4:
            self._idle.append(block)
