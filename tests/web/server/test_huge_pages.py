"""Huge pages: which memory is meant, and that nothing of a program changes by it."""

import subprocess
import sys

from gigdesk.web.server.huge_pages import SIZE, _heap, _interpreter

MAPS = """\
00400000-0041f000 r--p 00000000 fd:00 123 /usr/bin/python3.11
0041f000-006cf000 r-xp 0001f000 fd:00 123 /usr/bin/python3.11
006cf000-00940000 r--p 002cf000 fd:00 123 /usr/bin/python3.11
00940000-00e40000 rw-p 0053f000 fd:00 123 /usr/bin/python3.11
01000000-01800000 rw-p 00000000 00:00 0                                  [heap]
7f0000100000-7f0000700000 rw-p 00000000 00:00 0
7f0001000000-7f0001100000 rw-p 00000000 00:00 0
7f0002000000-7f0002800000 rw-p 00000000 fd:00 124 /usr/lib/libc.so.6
7f0003000000-7f0003800000 rw-s 00000000 00:01 7 /dev/zero (deleted)
7f0004000000-7f0004800000 ---p 00000000 00:00 0
7f0005000000-7f0005400000 r--p 00000000 fd:00 125 /usr/lib/locale/locale-archive
7f0006000000-7f0006800000 r-xp 00000000 fd:00 126 /usr/lib/libpython3.11-minimal.so
7f0007100000-7f0007200000 r--p 00000000 fd:00 127 /opt/lib/libpython3.12.so.1.0
7f0007200000-7f0007500000 r-xp 00100000 fd:00 127 /opt/lib/libpython3.12.so.1.0
7f0007500000-7f0007900000 ---p 00400000 fd:00 127 /opt/lib/libpython3.12.so.1.0
7f0007900000-7f0007b00000 r--p 00400000 fd:00 127 /opt/lib/libpython3.12.so.1.0
7f0008000000-7f0008400000 r-xp 00000000 fd:00 129 /usr/lib/last.so
7ffd00000000-7ffd00800000 rw-p 00000000 00:00 0                          [stack]
ffffffffff600000-ffffffffffa01000 --xp 00000000 00:00 0                  [vsyscall]
"""
MIB = 1 << 20


def test_only_whole_pages_of_the_heap_are_meant() -> None:
    assert list(_heap(MAPS)) == [(0x1000000, 0x1800000), (0x7F0000200000, 0x7F0000600000)]


def test_the_interpreter_is_what_is_run_of_it_and_read_beside_it() -> None:
    found = list(_interpreter(MAPS))
    assert found == [(0x400000, 0x800000), (0x7F0007200000, 0x7F0007400000)]
    assert all(begin % SIZE == end % SIZE == 0 for begin, end in found)


def test_what_stands_in_memory_stays_as_it_is() -> None:
    script = """
from gigdesk.web.server.huge_pages import _MAPS, _interpreter, use_huge_pages
import ctypes, hashlib, sqlite3, ssl, orjson, uvloop
kept = [bytes([n % 256]) * 1000 for n in range(20_000)]
programs = list(_interpreter(_MAPS.read_text()))
before = [ctypes.string_at(begin, end - begin) for begin, end in programs]
use_huge_pages()
assert before == [ctypes.string_at(begin, end - begin) for begin, end in programs]
assert all(piece == bytes([n % 256]) * 1000 for n, piece in enumerate(kept))
assert hashlib.sha256(orjson.dumps(list(range(1000)))).hexdigest().startswith("b1c32e2197")
assert sqlite3.connect(":memory:").execute("SELECT upper('a')").fetchall() == [("A",)]
writable = [line for line in _MAPS.read_text().splitlines() if "wxp" in line]
assert not writable, writable
async def main():
    return 7
assert uvloop.run(main()) == 7
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
