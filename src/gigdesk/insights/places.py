"""The place where a page of the desk's lists begins, as it is sent to and fro. Pure.

It discloses only what the page itself shows.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from gigdesk.errors import FieldError, Invalid
from gigdesk.insights.asked import DeskPlace
from gigdesk.insights.model import Sort

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_CLOCK = "-"


def write_place(place: DeskPlace, sort: Sort) -> str:
    """The place in a list of this order."""
    at = _NO_CLOCK if place.at is None else f"{(place.at - _EPOCH) // timedelta(microseconds=1):x}"
    return f"{sort.value}.{at}.{place.case.hex}"


def read_place(text: str | None, sort: Sort) -> DeskPlace | None:
    """The place that was written, or None for the beginning. Raises Invalid for one that is of no such list."""
    if text is None:
        return None
    try:
        order, at, case = text.split(".")
        moment = None if at == _NO_CLOCK else _EPOCH + timedelta(microseconds=int(at, 16))
        place = DeskPlace(at=moment, case=UUID(hex=case))
    except (ValueError, OverflowError):
        raise _wrong() from None
    if order != sort.value or (moment is None and sort is not Sort.CLOCK):
        raise _wrong()
    return place


def _wrong() -> Invalid:
    entry = FieldError("cursor", "query.wrong", "Send back “next” of the page before, unchanged.")
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=[entry])
