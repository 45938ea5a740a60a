"""Takes away objects that no row knows: what a crash left between receiving a file and its commit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gigdesk.evidence.ports import ObjectStorage

# No upload and no retry lives so long: an object of this age without a row will never get one.
OLD = timedelta(hours=48)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was looked at and what was taken away; ``bytes`` are those taken away."""

    seen: int
    deleted: int
    bytes: int


async def sweep(
    storage: ObjectStorage,
    knows: Callable[[str], Awaitable[bool]],
    now: datetime,
    *,
    older: timedelta = OLD,
    since: datetime | None = None,
    most: int = 100_000,
) -> Swept:
    """Delete the objects last written more than ``older`` before ``now`` whose key ``knows`` denies.

    Those written before ``since`` are passed over unasked: an earlier run has judged them.

    Each is asked about at the moment of deleting, never from a list made before: whatever a row refers to
    stays. At most ``most`` are deleted in one run. Half-written leftovers go too; what vanishes meanwhile is
    no error. Raises ValueError for an ``older`` under an hour, Unavailable when storage or store is away.
    """
    if older < timedelta(hours=1):
        raise ValueError("an object younger than an hour may belong to an upload that is still running")
    seen = deleted = freed = 0
    async for found in storage.older_than(now - older):
        if since is not None and found.modified_at < since:
            continue
        seen += 1
        if await knows(found.key):
            continue
        await storage.delete(found.key)
        deleted += 1
        freed += found.size
        if deleted >= most:
            break
    _log.info("objects_swept", seen=seen, deleted=deleted, bytes=freed)
    return Swept(seen=seen, deleted=deleted, bytes=freed)
