"""The daily cap within a batch: who comes before whom, and how many cases may stand.

``turn`` in the table ``cases`` rises with each case of a reporter on a gig, so that it is never less than how
many there are. While the newest turn is below the cap nothing need be counted; else the newest cases are, as
many as the cap allows and no more.
"""

from collections.abc import Sequence

from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.cases.ports import Append

# Since when cases count; how many may stand before this one is one too many (None: no cap); how many of its
# reporter and gig come before it in the batch.
Room = tuple[int | None, int | None, int]
Pair = tuple[str, str]
NO_CAP: Room = (None, None, 0)


def rooms(appends: Sequence[Append]) -> tuple[list[Room], dict[Pair, int]]:
    """What each append may count on, and the pairs of gig and reporter that open cases here."""
    before: dict[Pair, int] = {}
    found: list[Room] = []
    for append in appends:
        row, cap = append.row, append.cap
        if row.version > 1:
            found.append(NO_CAP)
            continue
        pair = row.gig_id, row.reporter
        place = before.get(pair, 0)
        before[pair] = place + 1
        found.append((micros(cap.since), cap.limit - place, place) if cap else (None, None, place))
    return found, before
