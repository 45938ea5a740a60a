"""How many frames a GIF has, counted without decoding one (GIF89a specification, §15 to §27)."""

from typing import BinaryIO

_EXTENSION, _IMAGE = b"\x21", b"\x2c"


def more_than(source: BinaryIO, most: int) -> bool:
    """Whether there are more frames than so many; reads no further than to the one too many."""
    source.seek(0)
    header = source.read(13)
    if len(header) == 13:
        source.seek(_table(header[10]), 1)
    count = 0
    while count <= most and (mark := source.read(1)) in (_EXTENSION, _IMAGE):
        if mark == _IMAGE:
            count += 1
            place = source.read(9)
            source.seek((_table(place[8]) if len(place) == 9 else 0) + 1, 1)
        else:
            source.seek(1, 1)
        _skip_blocks(source)
    return count > most


def _table(flags: int) -> int:
    """The bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(source: BinaryIO) -> None:
    while (size := source.read(1)) not in (b"", b"\0"):
        source.seek(size[0], 1)
