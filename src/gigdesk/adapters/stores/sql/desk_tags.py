"""Tags as the store keeps them: in the row of each case, and a row each in ``desk_tags``, which lists are read from."""

from collections.abc import Iterable, Iterator, Sequence

from gigdesk.adapters.stores.sql.database import Value
from gigdesk.adapters.stores.sql.desk_rows import NEVER
from gigdesk.adapters.stores.sql.index import Parameters
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.insights.model import DeskEntry

COLUMNS = (
    *("case_id", "tag", "queue", "status", "reporter", "respondent", "opened_at", "updated_at", "due_order"),
)
# From one tag of a queue to the next, each found in the index: however many cases there are, a step a tag.
FIRST = "SELECT tag FROM desk_tags WHERE queue = {queue} {beyond} AND {seen} ORDER BY tag LIMIT 1"
WALK = """
SELECT tag FROM (WITH RECURSIVE walk (tag, n) AS (
    SELECT ({first}), 1 UNION ALL SELECT ({then}), n + 1 FROM walk WHERE tag IS NOT NULL AND n < {most}
) SELECT tag FROM walk WHERE tag IS NOT NULL) AS of_queue
"""


def tag_rows(entries: Iterable[DeskEntry]) -> list[Sequence[Value]]:
    """A row for each tag of these cases, as ``COLUMNS`` has them."""
    return [row for entry in entries for row in _rows(entry)]


def _rows(entry: DeskEntry) -> Iterator[Sequence[Value]]:
    due = NEVER if entry.due_at is None else micros(entry.due_at)
    times = (micros(entry.opened_at), micros(entry.updated_at), due)
    for tag in entry.tags:
        yield (entry.case, tag, entry.queue, entry.status, entry.reporter, entry.respondent, *times)


def has_tag(tag: str, parameters: Parameters) -> str:
    """That a row of ``desk`` has this tag, or with NOT before it that it has not."""
    plain = tag.replace("_", "!_")  # all that LIKE reads as a sign: a tag has neither ``%`` nor ``!``
    return f"' ' || tags || ' ' LIKE {parameters.add(f'% {plain} %')} ESCAPE '!'"


def known_tags(person: str, queues: Sequence[str], most: int) -> tuple[str, list[Value]]:
    """The statement that names the first tags of these queues by name, of cases that are not about this person."""
    parameters = Parameters()
    who = parameters.add(person)
    seen = f"reporter <> {who} AND (respondent IS NULL OR respondent <> {who})"
    parts = []
    for queue in queues:
        place = parameters.add(queue)
        first = FIRST.format(queue=place, beyond="", seen=seen)
        then = FIRST.format(queue=place, beyond="AND desk_tags.tag > walk.tag", seen=seen)
        parts.append(WALK.format(first=first, then=then, most=most))
    every = " UNION ALL ".join(parts)
    sql = f"SELECT DISTINCT tag FROM ({every}) AS every ORDER BY tag LIMIT {most}"  # noqa: S608
    return sql, parameters.values
