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
_HEAD = re.compile(r'\r\nContent-Disposition: form-data; name="([A-Za-z][A-Za-z0-9]{0,59})"\r\n\r\n')
_WIDEST = 4  # bytes of a character in UTF-8
_ENDS = ("--\r\n", "--")


def plain_fields(content_type: str, body: bytes, limits: FormLimits) -> list[tuple[str, str]] | None:
    """Names and values in the order they came, or None where the body must be read part by part."""
    delimiter = _delimiter(content_type)
    if delimiter is None or len(body) > MAX_BYTES:
        return None
    try:
        parts = body.decode().split(delimiter)
    except UnicodeDecodeError:
        return None
    if (
        parts.pop() not in _ENDS
        or not 0 < len(parts) <= limits.parts
        or not parts[0].startswith(delimiter[2:])
    ):
        return None
    parts[0] = parts[0][len(delimiter) - 2 :]
    fields = []
    for part in parts:
        head = _HEAD.match(part)
        if head is None:
            return None
        value = part[head.end() :]
        if len(value) * _WIDEST > limits.text_bytes:
            return None
        fields.append((head[1], value))
    return fields


@lru_cache(maxsize=64)
def _delimiter(content_type: str) -> str | None:
    """What stands between two parts, or None where the header is not of the usual shape."""
    found = _TYPE.fullmatch(content_type)
    return f"\r\n--{found[1]}" if found else None
