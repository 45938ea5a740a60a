"""What a file is called where people see it: harmless on any screen, in any header, on any disk.

A name is words for people. It is never part of a path or a key here.
"""

import re
import unicodedata

from gigdesk.evidence.model import MediaType

MAX_CHARACTERS = 150
MAX_BYTES = 255
"""Of the whole name with its ending: what common file systems take, as UTF-8."""

_MAX_RAW = 4096
_ELLIPSIS = "…"
_LONGEST_ENDING = 16
_EMPTY = "file"

# Controls, format characters (bidi, zero-width, tags), surrogates, private use, unassigned, line ends.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that show nothing (Unicode, Default_Ignorable_Code_Point), and the blank of Braille.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
# What Windows forbids, and what looks like it or is folded into it on the way to an old program.
_REPLACED = str.maketrans(dict.fromkeys('<>:"|?*/\\∕⁄／＼⧵⧸⧹﹨：＂＜＞｜？＊․', "_"))
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_PATH = re.compile(r"[/\\]")

# RFC 8187 §3.2.1, attr-char: what stands for itself in ``filename*``.
_ATTR_CHARS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")

# Endings that only say "a picture", "a film": the verified type's own takes their place.
_KNOWN_ENDINGS = frozenset(
    {
        *("jpg", "jpeg", "jpe", "jfif", "png", "webp", "avif", "gif", "heic", "heif", "hif"),
        *("pdf", "mp4", "m4v", "3gp", "mov", "qt", "webm"),
    }
)


def display_name(raw: str, media_type: MediaType | None) -> str:
    """A name to show and to save under: at most 150 characters and 255 bytes of UTF-8, in NFC.

    No path, no control, bidi, zero-width or tag character, nothing that Windows forbids or takes for a
    device. It ends as the verified type does: ``IMG_1.HEIC`` that is a JPEG is ``IMG_1.jpg``, ``a.php`` is
    ``a.php.jpg``. Without a type (the file was refused) it keeps the ending it came with. Cleaning a clean
    name changes nothing.
    """
    stem = _visible(_last_part(raw[-_MAX_RAW:]))
    head, dot, ending = stem.rpartition(".")
    if media_type is None:
        return _fit(head, f".{ending}") if dot and 0 < len(ending) <= _LONGEST_ENDING else _fit(stem, "")
    if dot and ending.casefold() in _KNOWN_ENDINGS:
        stem = head
    return _fit(stem, f".{media_type.extension}")


def content_disposition(name: str) -> str:
    """``attachment`` under this name, safe in a header whatever the name is (RFC 6266, RFC 8187)."""
    plain = "".join(char if _plain(char) else "_" for char in unicodedata.normalize("NFC", name)) or _EMPTY
    header = f'attachment; filename="{plain}"'
    if plain == name:
        return header
    encoded = "".join(chr(b) if b in _ATTR_CHARS else f"%{b:02X}" for b in name.encode(errors="replace"))
    return f"{header}; filename*=UTF-8''{encoded}"


def _last_part(raw: str) -> str:
    part = _PATH.split(raw)[-1]
    return part[2:] if _DRIVE.match(part) else part


def _visible(part: str) -> str:
    """Only what can be seen, in NFC; all white space as single spaces."""
    shown = (char for char in unicodedata.normalize("NFC", part) if not _hidden(char))
    spaced = " ".join("".join(" " if char.isspace() else char for char in shown).split())
    return unicodedata.normalize("NFC", spaced).translate(_REPLACED)


def _hidden(char: str) -> bool:
    if char in "\t\n\r\v\f\x85\u2028\u2029":
        return False  # becomes a space
    return char in _INVISIBLE or unicodedata.category(char) in _DROPPED_CATEGORIES


def _fit(stem: str, ending: str) -> str:
    stem = _trimmed(stem) or _EMPTY
    if _DEVICE.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    if _fits(stem + ending):
        return stem + ending
    stem = stem[: MAX_CHARACTERS - len(ending) - 1]
    room = MAX_BYTES - len(ending.encode()) - len(_ELLIPSIS.encode())
    stem = stem.encode()[:room].decode(errors="ignore")
    return f"{stem.rstrip(' .')}{_ELLIPSIS}{ending}"


def _trimmed(stem: str) -> str:
    """No dot or space at its ends: hidden files, and what Windows drops in silence."""
    return stem.strip(" .")


def _fits(name: str) -> bool:
    return len(name) <= MAX_CHARACTERS and len(name.encode()) <= MAX_BYTES


def _plain(char: str) -> bool:
    return " " <= char <= "~" and char not in '"\\%;'
