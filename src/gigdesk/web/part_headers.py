"""The headers of one part of a form, judged by ourselves: RFC 7578, as browsers and programs write them.

1. Every parameter stands once; two spellings of a file name must agree, or the part is refused.
2. What is judged here is what is stored: no other reading of these bytes is ever made.
3. One pass over the text, no regular expression that could go back.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gigdesk.cases.issue_types import msg
from gigdesk.errors import Malformed, Phrase

MAX_HEADER_LINE = 4096 + 128
"""Bytes of one header, name and value."""

_PLAIN_ENCODINGS = frozenset({"7bit", "8bit", "binary"})
_LINE_ENDS = (("%22", '"'), ("%0D", "\r"), ("%0d", "\r"), ("%0A", "\n"), ("%0a", "\n"))
_CHARSETS = frozenset({"utf-8", "iso-8859-1", "us-ascii"})
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# A line end among them: the parser lets a lone one through where a whole line follows.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# RFC 2047 in a file name, beside the same name in ``filename*``: so writes the HttpClient of .NET.
_ENCODED_WORD = re.compile(r"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: its field, its file name if it is a file, the type that its sender declares.

    ``bytes_received`` and ``complete`` are the parser's own counters.
    """

    name: str
    filename: str | None
    declared_type: str
    bytes_received: int = 0
    complete: bool = False


def part_of(headers: Iterable[tuple[str, str]]) -> Part:
    """The part that these headers begin; raises Malformed for what is missing, repeated or contradictory."""
    found: dict[str, str] = {}
    for name, value in headers:
        _check_line(name, value)
        if name in found:
            raise _refused(msg("the header %(name)s twice"), name=name[:30])
        found[name] = value
    declared_type = found.get("Content-Type", "").partition(";")[0].strip().lower()
    if declared_type.startswith("multipart/"):
        raise _refused(msg("a form inside a form"))
    if found.get("Content-Transfer-Encoding", "binary").strip().lower() not in _PLAIN_ENCODINGS:
        raise _refused(msg("a transfer encoding other than 7bit, 8bit or binary"))
    if "Content-Disposition" not in found:
        raise _refused(msg("no Content-Disposition"))
    field, file_name = _disposition(found["Content-Disposition"])
    return Part(field, file_name, declared_type)


def _check_line(name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise _refused(msg("a header whose name is none"))
    if not value.isprintable() and _CONTROL.search(value):
        raise _refused(msg("a header with control characters"))
    if len(name) + len(value if value.isascii() else value.encode()) > MAX_HEADER_LINE:
        raise _refused(msg("a header that is too long"))


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """A header value and its parameters (RFC 9110 §5.6.6); raises Malformed for a repeated one."""
    value, _, rest = text.partition(";")
    found: dict[str, str] = {}
    while rest := rest.strip(" \t"):
        if rest.startswith(";"):
            rest = rest[1:]
            continue
        name, equals, rest = rest.partition("=")
        name = name.strip().lower()
        if not equals or not name.isascii() or not name or ";" in name or '"' in name:
            raise _refused(msg("a parameter without name or value"))
        if name in found:
            raise _refused(msg("the parameter %(name)s twice"), name=name[:20])
        found[name], rest = _quoted(rest[1:]) if rest.startswith('"') else _token(rest)
    return value.strip().lower(), found


@lru_cache(maxsize=256)
def _disposition(text: str) -> tuple[str, str | None]:
    """The field and, of a file, its name; remembered, since every form of a page writes the same fields."""
    value, found = parameters(text)
    if value != "form-data":
        raise _refused(msg("a Content-Disposition other than form-data"))
    if any("*" in name and name != "filename*" for name in found):
        raise _refused(msg("a parameter in several pieces"))
    disposition = {name: text if name == "filename*" else _unescaped(text) for name, text in found.items()}
    field = disposition.get("name", "")
    if not field:
        raise _refused(msg("no field name"))
    return field, _file_name(disposition)


def _quoted(rest: str) -> tuple[str, str]:
    """A quoted string after its opening quote, and what follows it: only ``\\"`` and ``\\\\`` are escapes."""
    pieces: list[str] = []
    start = 0
    while True:
        end = rest.find('"', start)
        if end < 0:
            raise _refused(msg("a quote that does not end"))
        slashes = end - len(rest[start:end].rstrip("\\")) - start
        # A browser never escapes: a name that ends with a backslash has it before the closing quote.
        if slashes % 2 == 0 or (rest.find('"', end + 1) < 0 and not rest[end + 1 :].strip(" \t")):
            pieces.append(rest[start:end])
            break
        pieces.append(rest[start : end - 1] + '"')
        start = end + 1
    after = rest[end + 1 :].lstrip(" \t")
    if after and not after.startswith(";"):
        raise _refused(msg("text behind a quoted value"))
    return "".join(pieces).replace("\\\\", "\\"), after


def _token(rest: str) -> tuple[str, str]:
    value, separator, after = rest.partition(";")
    value = value.strip()
    if '"' in value:
        raise _refused(msg("a quote inside an unquoted value"))
    return value, separator + after


def _unescaped(text: str) -> str:
    """Undo the three escapes of WHATWG's multipart encoding, and no other."""
    if "%" in text:
        for escape, char in _LINE_ENDS:
            text = text.replace(escape, char)
    return text


def _file_name(disposition: Mapping[str, str]) -> str | None:
    plain, extended = disposition.get("filename"), disposition.get("filename*")
    if extended is None:
        return plain
    name = _extended(extended)
    if plain is not None and name not in (plain, _word(plain)):
        raise _refused(msg("two file names that disagree"))
    return name


def _word(text: str) -> str | None:
    """The text of one encoded word, or None."""
    match = _ENCODED_WORD.fullmatch(text)
    try:
        return b64decode(match[1], validate=True).decode() if match else None
    except ValueError:
        return None


def _extended(text: str) -> str:
    """RFC 8187: charset, language, percent-encoded bytes."""
    charset, first, rest = text.partition("'")
    _, second, encoded = rest.partition("'")
    if not (first and second and charset.lower() in _CHARSETS and encoded.isascii()):
        raise _refused(msg("a filename* that is not of RFC 8187"))
    try:
        return unquote_to_bytes(encoded).decode(charset)
    except UnicodeDecodeError:
        raise _refused(msg("a filename* that is not in its own charset")) from None


def _refused(what: str, **values: str) -> Malformed:
    return Malformed(
        "multipart.part_headers",
        "A part of the form has %(what)s. Send it as RFC 7578 says: each part with one name.",
        what=Phrase(what, values),
    )
