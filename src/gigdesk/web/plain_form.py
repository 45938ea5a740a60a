"""A form of text fields alone, read in one go: the report without files, as most programs write it.

1. Taken is only what the streaming reader (``web.multipart``) would read to the same fields; for anything
   out of the ordinary the answer is None, and that reader judges. A test holds the two against each other.
2. Every refusal is the reader's. Here nothing is refused.
"""

import re
from functools import lru_cache

from gigdesk.web.multipart import FormLimits

MAX_BYTES = 64 << 10
# What both readings of the header agree on without a look: one boundary of harmless characters.
_TYPE = re.compile(r"multipart/form-data; boundary=([A-Za-z0-9'+_.-]{1,70})")
_HEAD = '\r\nContent-Disposition: form-data; name="'
_HEAD_END = '"\r\n\r\n'
_is_name = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}").fullmatch
_WIDEST = 4  # bytes of a character in UTF-8


def plain_fields(content_type: str, body: bytes, limits: FormLimits) -> list[tuple[str, str]] | None:
    """Names and values in the order they came, or None where the body must be read part by part."""
    delimiter = _delimiter(content_type)
    if delimiter is None or len(body) > MAX_BYTES:
        return None
    try:
        text = "\r\n" + body.decode()
    except UnicodeDecodeError:
        return None
    before, *parts = text.split(delimiter + _HEAD)
    if before or not parts or len(parts) > limits.parts:
        return None
    parts[-1], end, after = parts[-1].partition(delimiter + "--")
    if not end or after not in ("", "\r\n") or text.count(delimiter) > len(parts) + 1:
        return None
    names, ends, values = zip(*[part.partition(_HEAD_END) for part in parts], strict=True)
    if not (all(ends) and all(map(_is_name, names)) and max(map(len, values)) * _WIDEST <= limits.text_bytes):
        return None
    return list(zip(names, values, strict=True))


@lru_cache(maxsize=64)
def _delimiter(content_type: str) -> str | None:
    """What stands between two parts, or None where the header is not of the usual shape."""
    found = _TYPE.fullmatch(content_type)
    return f"\r\n--{found[1]}" if found else None
