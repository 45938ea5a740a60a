"""Asks Linux to keep this process's heap and the interpreter in pages of 2 MiB: a tenth less CPU a report.

1. The heap is collapsed where it lies.
2. A file's pages cannot be made larger on most kernels. What the interpreter only reads and runs is copied to
   large pages, and the copy put in its place by mremap(2), in one step: the bytes are the same, and nobody can
   write to either. A debugger no longer sees which file they came from.

Where the kernel does not know how (before 6.1) or forbids it, all stays as it was.
"""

import ctypes
import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SIZE = 2 << 20
_MAPS = Path("/proc/self/maps")
_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (....) [0-9a-f]+ \S+ \d+ *(.*)")
# mmap(2), mprotect(2), madvise(2), mremap(2): what is here already, and what is still to come.
_READ, _WRITE, _RUN = 1, 2, 4
_PRIVATE_ANONYMOUS = 0x22
_COLLAPSE, _HUGEPAGE = 25, 14
_MOVE_THERE = 3
_FAILED = ctypes.c_void_p(-1).value
_TESTED_ON = "x86_64"
_INTERPRETER = re.compile(r"/(python3?|libpython3)[.0-9]*(\.so[.0-9]*)?$")


def use_huge_pages() -> int:
    """How many such pages the heap and the interpreter now have at most; 0 where they cannot have any."""
    pages = 0
    with suppress(OSError, AttributeError):
        libc = _libc()
        pages += sum(_collapse(libc, begin, end) for begin, end in _heap(_MAPS.read_text()))
        if platform.machine() == _TESTED_ON:
            pages += sum(_replace(libc, begin, end) for begin, end in _interpreter(_MAPS.read_text()))
    return pages


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None)
    address, size, flag = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    libc.madvise.argtypes = libc.mprotect.argtypes = (address, size, flag)
    libc.munmap.argtypes = (address, size)
    libc.mmap.argtypes = (address, size, flag, flag, flag, ctypes.c_long)
    libc.mremap.argtypes = (address, size, size, flag, address)
    libc.mmap.restype = libc.mremap.restype = address
    return libc


def _collapse(libc: ctypes.CDLL, begin: int, end: int) -> int:
    libc.madvise(begin, end - begin, _HUGEPAGE)
    return sum(libc.madvise(page, SIZE, _COLLAPSE) == 0 for page in range(begin, end, SIZE))


def _replace(libc: ctypes.CDLL, begin: int, end: int) -> int:
    """Put a copy in large pages where a program lies; 0 if that cannot be."""
    length = end - begin
    room: int = libc.mmap(None, length + SIZE, _READ | _WRITE, _PRIVATE_ANONYMOUS, -1, 0)
    if room == _FAILED:
        return 0
    copy = -(-room // SIZE) * SIZE
    libc.madvise(copy, length, _HUGEPAGE)
    ctypes.memmove(copy, begin, length)
    pages = _collapse(libc, copy, copy + length)
    is_moved = (
        pages * SIZE == length
        and libc.mprotect(copy, length, _READ | _RUN) == 0
        and libc.mremap(copy, length, length, _MOVE_THERE, begin) == begin
    )
    libc.munmap(room, copy - room)
    libc.munmap(copy + length, room + SIZE - copy)
    if not is_moved:
        libc.munmap(copy, length)
    return pages if is_moved else 0


def _heap(maps: str) -> Iterator[tuple[int, int]]:
    """Private memory that belongs to no file."""
    for begin, end, rights, name in _mapped(maps):
        if rights == "rw-p" and name in ("", "[heap]"):
            yield from _aligned(begin, end)


def _interpreter(maps: str) -> Iterator[tuple[int, int]]:
    """What is run of the interpreter's file, with what stands next to it to be read; never what is written.

    A gap that may not even be read ends it.
    """
    begin = end = 0
    runs = False
    for first, last, rights, name in [*_mapped(maps), (0, 0, "", "")]:
        is_part = bool(_INTERPRETER.search(name)) and rights in ("r--p", "r-xp")
        if is_part and first == end:
            end, runs = last, runs or rights == "r-xp"
            continue
        if runs:
            yield from _aligned(begin, end)
        begin, end, runs = (first, last, rights == "r-xp") if is_part else (0, 0, False)


def _mapped(maps: str) -> Iterator[tuple[int, int, str, str]]:
    """Begin, end, rights and name of each mapping."""
    for begin, end, rights, name in _LINE.findall(maps):
        yield int(begin, 16), int(end, 16), rights, name


def _aligned(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """From the first border of a large page to the last, if there are two."""
    begin, end = -(-begin // SIZE) * SIZE, end // SIZE * SIZE
    if begin < end:
        yield begin, end
