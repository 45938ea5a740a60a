"""What a tag is: a short word of the desk by which it finds cases again. Pure."""

import unicodedata

from gigdesk.cases.text import is_blank

MAX_TAG = 40
MAX_TAGS = 20
_SIGNS = frozenset("-_.:")


def read_tag(text: str) -> str | None:
    """The tag that was meant, in its one spelling: NFKC, small letters; None for what can be none.

    It has 1 to 40 letters, digits, ``-``, ``_``, ``.`` and ``:``, a letter or digit first. All of it can be seen:
    there are no two that look the same and differ in what shows nothing.
    """
    # Small letters of composed ones may be decomposed: composed again, equal tags have equal bytes.
    tag = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    is_whole = 0 < len(tag) <= MAX_TAG and all(char in _SIGNS or _may_stand(char) for char in tag)
    return tag if is_whole and _kind(tag[0]) in "LN" else None


def _may_stand(char: str) -> bool:
    return _kind(char) in "LMN" and not is_blank(char)


def _kind(char: str) -> str:
    return unicodedata.category(char)[0]
