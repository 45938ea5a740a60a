"""Which names an object may stand under, so that no storage ever sees a hostile one."""

import re

KEY_LENGTH = 128
_MARK = "00/installation."
_KEY = re.compile(r"[0-9a-f]{2}/[0-9A-Za-z][0-9A-Za-z._-]{7,124}", re.ASCII)


def checked(key: str) -> str:
    """The key itself; ValueError, a mistake in the program, unless it has the shape of ``ids.object_key``.

    Two hex digits, a slash, then 8 to 125 of ``[0-9A-Za-z._-]`` that begin with a letter or digit: what is
    derived from a key (``…-preview.webp``) has that shape too, and no path can leave its folder by it.
    """
    if not fits(key):
        raise ValueError("not an object key: it must look like one of ids.object_key")
    return key


def fits(key: str) -> bool:
    """Whether this is an object's key; other names in a shared bucket or folder are none of ours."""
    return _KEY.fullmatch(key) is not None


def mark(installation: str) -> str:
    """The key by which an installation marks a storage as its own; ``installation`` is its fingerprint."""
    return checked(f"{_MARK}{installation}")


def is_mark(key: str) -> bool:
    """Whether an installation has marked the storage with this object; no file of a case has such a key."""
    return key.startswith(_MARK)
