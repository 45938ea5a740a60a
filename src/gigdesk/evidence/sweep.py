"""Takes away objects that no row knows: what a crash left between receiving a file and its commit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from gigdesk.evidence import keys
from gigdesk.evidence.ports import ObjectStorage, StoredObject

# No upload and no retry lives so long: an object of this age without a row will never get one.
OLD = timedelta(hours=48)
# A crash leaves a handful. More than this, and more than this share, says that rows are missing: a storage
# of another installation, or a database put back from an older copy.
FEW = 20
SHARE = 0.05

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was looked at and taken away; ``left`` had no row and stayed, because it was too much of all."""

    seen: int
    deleted: int
    bytes: int
    left: int = 0


async def sweep(
    storage: ObjectStorage,
    knows: Callable[[str], Awaitable[bool]],
    now: datetime,
    *,
    older: timedelta = OLD,
    since: datetime | None = None,
    most: int = 100_000,
    few: int = FEW,
    mark: str = "",
) -> Swept:
    """Delete the objects last written more than ``older`` before ``now`` whose key ``knows`` denies.

    Those written before ``since`` are passed over unasked: an earlier run has judged them.

    All are judged before any is deleted: if more than ``few`` and more than a twentieth of them have no row, or
    another mark than ``mark`` says whose they may be, nothing is, and that is logged as an error. Each is asked
    about again at the moment of deleting: whatever a row refers to stays. At most ``most`` are deleted in one
    run. Half-written leftovers go too; what vanishes meanwhile is no error. Raises ValueError for an ``older``
    under an hour, Unavailable when storage or store is away.
    """
    if older < timedelta(hours=1):
        raise ValueError("an object younger than an hour may belong to an upload that is still running")
    begin, end = since or datetime.min.replace(tzinfo=UTC), now - older
    seen = unknown = foreign = 0
    going: list[StoredObject] = []
    async for found in storage.older_than(now):
        if keys.is_mark(found.key):
            foreign += found.key != mark
        elif begin <= found.modified_at < end:
            seen += 1
            if await knows(found.key):
                continue
            unknown += 1
            if len(going) < most:
                going.append(found)
    if foreign or (unknown > few and unknown > seen * SHARE):
        return _left(seen, unknown, is_shared=foreign > 0)
    return await _deleted(storage, knows, going, seen)


def _left(seen: int, unknown: int, *, is_shared: bool) -> Swept:
    why = "objects_of_another_installation_were_found" if is_shared else "objects_without_rows_were_left"
    _log.error(why, seen=seen, unknown=unknown)
    return Swept(seen=seen, deleted=0, bytes=0, left=unknown)


async def _deleted(
    storage: ObjectStorage, knows: Callable[[str], Awaitable[bool]], going: list[StoredObject], seen: int
) -> Swept:
    deleted = freed = 0
    for found in going:
        if await knows(found.key):
            continue
        await storage.delete(found.key)
        deleted += 1
        freed += found.size
    _log.info("objects_swept", seen=seen, deleted=deleted, bytes=freed)
    return Swept(seen=seen, deleted=deleted, bytes=freed)
