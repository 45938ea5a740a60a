"""What people wrote, made fit for mail: nothing unseen, one line where one is meant, never endless. Pure."""

import re

# Controls, halves of characters, and the marks that turn the direction of what follows or hide in it.
_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f"
)
_RUN = re.compile(f"[{_UNSEEN}]+")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\u2028\u2029\x85]")
MAX_TITLE = 120
MAX_LINES = 200
MAX_CHARACTERS = 20_000


def one_line(text: str) -> str:
    """The text on one line, without what is not seen, and not endless."""
    plain = " ".join(visible(text).split())
    return plain if len(plain) <= MAX_TITLE else plain[: MAX_TITLE - 1].rstrip() + "…"


def masked(address: str) -> str:
    """An address by which its owner can be told, and nobody be written to: ``w…@mail.example``."""
    local, at, domain = one_line(address).rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}…@{domain}" if at else ""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that somebody wrote, each without what is not seen; long texts are cut, and say so by “…”."""
    cut = text[:MAX_CHARACTERS]
    lines = [" ".join(visible(line).split()) for line in _LINE_ENDS.split(cut.strip())]
    is_cut = len(text) > MAX_CHARACTERS or len(lines) > MAX_LINES
    return (*lines[:MAX_LINES], "…") if is_cut else tuple(lines)


def visible(text: str) -> str:
    """The text with a space for each run of what is not seen."""
    return _RUN.sub(" ", text)
