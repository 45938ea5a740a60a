"""The places of a canned reply, like ``{reporter}``: which there are, and what is put into them. Pure."""

import re
from collections.abc import Mapping, Sequence

from gigdesk.cases.issue_types import msg

PLACES: Mapping[str, str] = {
    "reporter": msg("who reported, by name"),
    "respondent": msg("the other side, by name"),
    "reference": msg("the reference of the case"),
    "gig": msg("what the gig is called"),
    "agent": msg("who writes, by name"),
    "due": msg("the day by which an answer is asked for"),
}
_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")


def unknown(text: str) -> str:
    """The first place that there is not, as it is written without its braces; empty where all are known."""
    return next((name for name in _PLACE.findall(text) if name.strip() not in PLACES), "")


def places_in(text: str) -> Sequence[str]:
    """The places of the text, each once, as they stand in it."""
    return list(dict.fromkeys(name.strip() for name in _PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; one without a value stays as it is written."""
    return _PLACE.sub(lambda found: values.get(found[1].strip()) or found[0], text)


def fits(types: tuple[str, ...], queue: str, *, issue_type: str, in_queue: str) -> bool:
    """Whether a canned reply for these types (codes and groups like ``payment.*``) and this queue is one for a case."""
    is_type = not types or any(
        issue_type == pattern or (pattern.endswith(".*") and issue_type.startswith(pattern[:-1]))
        for pattern in types
    )
    return is_type and queue in ("", in_queue)


def in_language(texts: Mapping[str, str], tag: str) -> tuple[str, str]:
    """The tag and the text for who reads this language: theirs, else English, else whichever there is."""
    for wanted in (tag, "en", *texts):
        if wanted in texts:
            return wanted, texts[wanted]
    return tag, ""
