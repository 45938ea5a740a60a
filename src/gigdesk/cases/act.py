"""The shell around the moves of a case: who asks is judged, what they looked at compared, what follows appended.

1. A case that the caller may not see does not exist for them, whatever they ask.
2. A plan makes the command anew for each attempt, on the case as it stands then: names of staff depend on it.
3. The command's key is kept in the commit: the same request again finds that it is done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from gigdesk.access.model import Actor
from gigdesk.cases.handle import ATTEMPTS, CaseHandler, busy
from gigdesk.cases.life_commands import By, LifeCommand
from gigdesk.cases.model import Case
from gigdesk.cases.ports import Commit, SealedValue, StaleError
from gigdesk.cases.read import CaseReader
from gigdesk.cases.seal import CommandKey, fingerprint, seal_values
from gigdesk.cases.sight import Sight, renamed, staff_name
from gigdesk.clock import Clock
from gigdesk.errors import ConditionNeeded, Invalid, Outdated
from gigdesk.ids import uuid7, uuid8


@dataclass(slots=True, kw_only=True)
class Ground:
    """What a plan stands on; it seals the texts of its command as it goes."""

    sight: Sight
    at: datetime
    item: UUID
    sealed: list[SealedValue] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    _joined: int = 0

    @property
    def case(self) -> Case:
        return self.sight.case

    @property
    def by(self) -> By:
        return self.sight.by

    def say(self, kind: str, text: str) -> None:
        """Seal a text that the caller wrote, as ``kind:id``."""
        self._seal(f"{kind}:{self.item}", text.encode(), self.sight.person)

    def staff(self, person: str, user_id: str, name: str) -> str:
        """What this member of staff is called on the case: the name they have, or the next."""
        known = staff_name({**self.sight.sealed, **{value.item: value for value in self.sealed}}, person)
        if known:
            return known
        self._joined += 1
        item = f"staff:{self.case.staff + self._joined}"
        self._seal(item, orjson.dumps({"id": user_id, "name": name}), person)
        return item

    def _seal(self, item: str, value: bytes, person: str) -> None:
        sealed, digests = seal_values([(item, value, person)])
        self.sealed += sealed
        self.digests |= digests


Plan = Callable[[Ground], LifeCommand]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Which versions the caller looked at (If-Match): None says nothing, an empty set that any will do."""

    versions: frozenset[int] | None = None
    is_needed: bool = False

    def judge(self, version: int) -> None:
        """Raises ConditionNeeded (428) or Outdated (412)."""
        if self.versions is None and self.is_needed:
            raise ConditionNeeded(
                "version.missing", "Send If-Match with the ETag of the case as you looked at it."
            )
        if self.versions and version not in self.versions:
            raise Outdated("version.outdated", "The case has changed since you looked at it. Look again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An Idempotency-Key with the body it came with."""

    text: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done: the id of the message or note, where one was written, and whether it was done just now."""

    item: UUID
    is_new: bool


class CaseActs:
    """Acts on cases for whoever may."""

    def __init__(self, reader: CaseReader, handler: CaseHandler, clock: Clock, *, key: bytes) -> None:
        self._reader = reader
        self._handler = handler
        self._clock = clock
        self._key = key

    async def act(
        self,
        actor: Actor,
        case: UUID,
        plan: Plan,
        *,
        condition: Condition = Condition(),
        key: Key | None = None,
    ) -> Done:
        """Do what is planned, or find that the same request did it before.

        Raises NotFound, Conflict (an illegal move), NotAllowed, Invalid, Outdated, ConditionNeeded, Unavailable.
        """
        commit, named = uuid7(), self._named(actor, case, key)
        item = uuid8(self._key, "item", named.id.hex()) if named else uuid7()
        for _ in range(ATTEMPTS):
            sight = await self._reader.look(actor, case)
            if named and is_done(sight.commits, named):
                return Done(item=item, is_new=False)
            condition.judge(sight.version)
            ground = Ground(sight=sight, at=self._clock.now(), item=item)
            if ground.by.name == "staff:0":
                name = ground.staff(sight.person, actor.sub, actor.name)
                ground.sight = renamed(sight, name)
            command = plan(ground)
            try:
                await self._handler.append_next(sight.commits, command, tuple(ground.sealed), commit, named)
            except StaleError:
                continue
            return Done(item=item, is_new=True)
        raise busy()

    def _named(self, actor: Actor, case: UUID, key: Key | None) -> CommandKey | None:
        if key is None:
            return None
        name = uuid8(self._key, actor.sub, str(case), key.text)
        return CommandKey(id=name.bytes, fingerprint=fingerprint(self._key, key.body))


def is_done(commits: Sequence[Commit], key: CommandKey) -> bool:
    """Whether a commit of the case was made by this command; raises Invalid where its body was another."""
    for commit in commits:
        if commit.command == key.id:
            if commit.fingerprint != key.fingerprint:
                raise Invalid(
                    "idempotency.other_body",
                    "This Idempotency-Key was used for another request. Use a new key for a new request.",
                )
            return True
    return False
