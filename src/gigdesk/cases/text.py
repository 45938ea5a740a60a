"""What a person wrote, made plain and otherwise left as it is. Pure."""

import re
import unicodedata

# C0 and C1 controls but tab and line feed; lone surrogates cannot be stored as UTF-8.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
# They show nothing by themselves although they are letters, marks or signs: fillers, selectors, a blank.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: spaces, controls, zero-width and bidirectional characters only."""
    return all(unicodedata.category(char) in _SPACE or _UNSEEN.match(char) for char in text)


def normalise(text: str) -> str:
    """NFC, line ends as LF, no controls, no space around: escaped only where it is shown.

    Bidirectional and zero-width characters stay: Arabic, Hindi and emoji need them in running text.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not plain.isprintable():
        plain = _CONTROLS.sub("", plain)
    return unicodedata.normalize("NFC", plain).strip()
