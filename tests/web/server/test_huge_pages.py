"""Huge pages: which memory is asked for, and that asking harms nothing."""

import subprocess
import sys

from gigdesk.web.server.huge_pages import SIZE, _ranges

MAPS = """\
00400000-00450000 r-xp 00000000 fd:00 123 /usr/bin/python3.11
01000000-01800000 rw-p 00000000 00:00 0                                  [heap]
7f0000100000-7f0000700000 rw-p 00000000 00:00 0
7f0001000000-7f0001100000 rw-p 00000000 00:00 0
7f0002000000-7f0002800000 rw-p 00000000 fd:00 123 /usr/lib/libc.so.6
7f0003000000-7f0003800000 rw-s 00000000 00:01 7 /dev/zero (deleted)
7f0004000000-7f0004800000 ---p 00000000 00:00 0
7ffd00000000-7ffd00800000 rw-p 00000000 00:00 0                          [stack]
"""


def test_only_whole_pages_of_the_heap_are_meant() -> None:
    assert list(_ranges(MAPS)) == [(0x1000000, 0x1800000), (0x7F0000200000, 0x7F0000600000)]
    assert all(begin % SIZE == end % SIZE == 0 for begin, end in _ranges(MAPS))


def test_what_stands_in_memory_stays_as_it_is() -> None:
    script = (
        "from gigdesk.web.server.huge_pages import use_huge_pages\n"
        "kept = [bytes([n % 256]) * 1000 for n in range(20_000)]\n"
        "use_huge_pages()\n"
        "assert all(piece == bytes([n % 256]) * 1000 for n, piece in enumerate(kept))\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
