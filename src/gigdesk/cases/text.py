"""What a person wrote, made plain and otherwise left as it is. Pure."""

import re
import unicodedata

# C0 and C1 controls but tab and line feed; lone surrogates cannot be stored as UTF-8.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def normalise(text: str) -> str:
    """NFC, line ends as LF, no controls, no space around: escaped only where it is shown.

    Bidirectional and zero-width characters stay: Arabic, Hindi and emoji need them in running text.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.isascii() and plain.isprintable():
        return plain.strip()
    return unicodedata.normalize("NFC", _CONTROLS.sub("", plain)).strip()
