"""What is said when bytes cannot be kept or read: the same words whichever storage it is.

``values["reason"]`` is the storage's own word, for ``doctor`` and the log; it is in no sentence, because
these sentences are for the public.
"""

from gigdesk.errors import NotFound, Unavailable

RETRY_AFTER = 30


def full(reason: str) -> Unavailable:
    """There is no room; nothing was half-written."""
    return Unavailable(
        "storage.full",
        "Files cannot be stored right now: the storage is full. Nothing was kept; try again later.",
        retry_after=RETRY_AFTER,
        reason=reason,
    )


def away(reason: str) -> Unavailable:
    """The storage does not answer, or refuses; nothing was half-written."""
    return Unavailable(
        "storage.unavailable",
        "Files cannot be stored or read right now. Nothing was kept; try again in a minute.",
        retry_after=RETRY_AFTER,
        reason=reason,
    )


def gone() -> NotFound:
    """No object stands under this key."""
    return NotFound("storage.no_object", "This file is no longer kept.")
