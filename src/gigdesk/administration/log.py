"""The shell of the administrative log: who changes something is written down with it, and who may read may read it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.administration.chain import entry_of, event_of, first_broken
from gigdesk.administration.events import AdminEvent, RulesKept
from gigdesk.administration.model import Change, Entry, Head, Wanted
from gigdesk.administration.ports import AdminLog, RulesVersions
from gigdesk.clock import Clock
from gigdesk.errors import Unavailable

ATTEMPTS = 20
MOST_PEOPLE = 50
_BATCH = 500
_RULES = 20  # documents at a time: each may have 256 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Entries with what happened, and the number before which the next page begins, or None at the end."""

    entries: Sequence[tuple[Entry, AdminEvent]]
    next: int | None


class Administration:
    """Writes the log, and shows it to those who may see settings."""

    def __init__(self, log: AdminLog, person_of: Callable[[str], str], clock: Clock) -> None:
        self._log = log
        self._person_of = person_of
        self._clock = clock

    def person(self, actor: Actor) -> str:
        """The key under which the store knows whoever acts."""
        return self._person_of(actor.sub)

    async def head(self) -> Head | None:
        """The last entry. Raises Unavailable."""
        return await self._log.head()

    async def record(self, actor: Actor, event: AdminEvent, change: Change | None = None) -> None:
        """Write what this person does together with the change itself. Raises Unavailable.

        Whoever calls has judged that they may.
        """
        for _ in range(ATTEMPTS):
            if await self.follow(await self._log.head(), actor, event, change):
                return
        raise busy()

    async def follow(self, head: Head | None, actor: Actor, event: AdminEvent, change: Change | None) -> bool:
        """The same once, only if nothing was written since ``head``; False where something was."""
        entry = entry_of(
            event,
            head,
            at=self._clock.now(),
            actor=self.person(actor),
            name=actor.name or actor.sub,
        )
        return await self._log.append(entry, change)

    async def page(self, actor: Actor, wanted: Wanted, limit: int) -> LogPage:
        """Entries, the newest first. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        found = await self._log.page(wanted, limit + 1)
        entries = found[:limit]
        more = entries[-1].number if len(found) > limit else None
        return LogPage(entries=[(entry, event_of(entry)) for entry in entries], next=more)

    async def people(self, actor: Actor) -> Sequence[Entry]:
        """The last entry of each of the latest fifty who changed something. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        return await self._log.actors(MOST_PEOPLE)


def busy() -> Unavailable:
    """Others were faster, too often."""
    return Unavailable("administration.busy", "Too many change settings at once. Try again.", retry_after=1)


async def verify(log: AdminLog, versions: RulesVersions) -> tuple[int, str]:
    """How many entries there are, and the first thing that is wrong with them or with the rules that they name.

    Safe while others write. Raises Unavailable.
    """
    stands = await _digests(versions)
    head: Head | None = None
    while entries := await log.walk(head.number if head else 0, _BATCH):
        if fault := first_broken(entries, head):
            return head.number if head else 0, fault
        head = Head(number=entries[-1].number, hash=entries[-1].hash)
        for event in map(event_of, entries):
            if isinstance(event, RulesKept) and stands.pop(event.version, event.content) != event.content:
                return entries[-1].number, f"administration, rules version {event.version}: these are others"
            if isinstance(event, RulesKept) and not await _stands(versions, event.version):
                return entries[-1].number, f"administration, rules version {event.version}: it is missing"
    fault = f"administration, rules version {min(stands)}: the log does not name it" if stands else ""
    return head.number if head else 0, fault


async def _digests(versions: RulesVersions) -> dict[int, str]:
    """The SHA-256 of every version of the rules."""
    digests: dict[int, str] = {}
    before = None
    while found := await versions.newest(_RULES, before):
        digests |= {one.number: hashlib.sha256(one.document.encode()).hexdigest() for one in found}
        before = found[-1].number
    return digests


async def _stands(versions: RulesVersions, number: int) -> bool:
    return any(found.number == number for found in await versions.newest(1, number + 1))
