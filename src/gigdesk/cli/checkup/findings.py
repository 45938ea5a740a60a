"""What ``gigdesk doctor`` finds: a state, a sentence, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gigdesk.errors import GigdeskError

SECONDS = 5.0
LATE = f"It gave no answer within {SECONDS:.0f} seconds."


class State(StrEnum):
    """How a part is; only ``FAIL`` makes the whole fail."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of a part; ``fix`` names the setting, with an example."""

    state: State
    says: str
    fix: str = ""


Found = Sequence[Finding]
Probe = Callable[[], Awaitable[Found]]


def ok(says: str) -> Finding:
    return Finding(state=State.OK, says=says)


def warn(says: str, fix: str) -> Finding:
    return Finding(state=State.WARN, says=says, fix=fix)


def fail(says: str, fix: str) -> Finding:
    return Finding(state=State.FAIL, says=says, fix=fix)


def skip(says: str) -> Finding:
    return Finding(state=State.SKIP, says=says)


def words(error: Exception) -> str:
    """What the part itself said: its reason, where the error's sentence is for the public."""
    if not isinstance(error, GigdeskError):
        return type(error).__name__ + (f": {error}" if str(error) else "")
    said = error.values.get("reason") or error.values.get("why")
    return f"It does not work: {said}." if said else str(error)


async def all_found(
    probes: Mapping[str, Probe], fixes: Mapping[str, str]
) -> AsyncIterator[tuple[str, Finding]]:
    """What each probe finds, in their order; they run at the same time, each for five seconds at most."""
    running = {
        part: asyncio.create_task(_found(probe, fixes.get(part, ""))) for part, probe in probes.items()
    }
    for part, task in running.items():
        for finding in await task:
            yield part, finding


async def _found(probe: Probe, fix: str) -> Found:
    try:
        async with asyncio.timeout(SECONDS):
            return await probe()
    except TimeoutError:
        return [fail(LATE, fix)]
    except Exception as error:  # noqa: BLE001 - whatever a part does, the others are asked too
        return [fail(words(error), fix)]
