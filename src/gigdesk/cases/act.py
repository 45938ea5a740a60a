"""The shell around the moves of a case: who asks is judged, what they looked at compared, what follows appended.

1. A case that the caller may not see does not exist for them, whatever they ask.
2. A plan makes the command anew for each attempt, on the case as it stands then: names of staff depend on it.
3. The command's key is kept in the commit: the same request again finds that it is done.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.cases.decide import decide
from gigdesk.cases.decide_life import permit_act
from gigdesk.cases.ground import Ground, Plan, Rehearsal
from gigdesk.cases.handle import ATTEMPTS, CaseHandler, busy
from gigdesk.cases.lifecycle import Act, as_shown
from gigdesk.cases.ports import Commit, StaleError
from gigdesk.cases.read import CaseReader
from gigdesk.cases.seal import CommandKey, fingerprint
from gigdesk.cases.sight import Sight, renamed
from gigdesk.cases.timeline import timeline
from gigdesk.cases.visibility import Viewer
from gigdesk.clock import Clock
from gigdesk.errors import ConditionNeeded, Conflict, Invalid, Outdated, Unavailable
from gigdesk.evidence.model import ReceivedFile
from gigdesk.ids import uuid7, uuid8


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Which versions the caller looked at (If-Match): None says nothing, an empty set that any will do.

    Events of the types in ``quiet`` may have happened since.
    """

    versions: frozenset[int] | None = None
    is_needed: bool = False
    quiet: frozenset[str] = frozenset()

    def judge(self, sight: Sight) -> None:
        """Raises ConditionNeeded (428) or Outdated (412)."""
        if self.versions is None and self.is_needed:
            raise ConditionNeeded(
                "version.missing", "Send If-Match with the ETag of the case as you looked at it."
            )
        if self.versions and sight.version not in self.versions and not self._was_quiet(sight):
            raise Outdated("version.outdated", "The case has changed since you looked at it. Look again.")

    def _was_quiet(self, sight: Sight) -> bool:
        since = max(self.versions or {0})
        news = {str(entry["type"]) for entry in timeline(sight, since)}
        return 0 < since < sight.version and news <= self.quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An Idempotency-Key with the body it came with."""

    text: str
    body: Mapping[str, object]

    @classmethod
    def of(
        cls, text: str | None, act: Act, document: Mapping[str, object], *, method: str = "POST",
        files: Sequence[ReceivedFile] = (),
    ) -> "Key | None":  # fmt: skip
        """The key of this request, or None. The order of files makes no difference, nor what they were numbered."""
        if not text:
            return None
        said = {name: value for name, value in document.items() if name != "uploads"}
        body: dict[str, object] = {"act": act.value, "method": method, **said}
        if files:
            body["files"] = sorted([file.name, file.size, file.sha256] for file in files)
        return cls(text=text, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done: the id of the message or note, where one was written, by which commit, and whether just now."""

    item: UUID
    commit: UUID
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """The case as who may act on it found it, and whether the same request stands already."""

    sight: Sight
    is_repeat: bool


async def _nobody_waits(case: UUID) -> None:
    """Nobody looks at lists."""


class CaseActs:
    """Acts on cases for whoever may."""

    def __init__(
        self,
        reader: CaseReader,
        handler: CaseHandler,
        clock: Clock,
        *,
        key: bytes,
        changed: Callable[[UUID], Awaitable[None]] = _nobody_waits,
    ) -> None:
        """``changed`` is waited for when staff have acted, so that their next list shows it."""
        self._changed = changed
        self._reader = reader
        self._handler = handler
        self._clock = clock
        self._key = key

    async def permit(
        self,
        actor: Actor,
        case: UUID,
        act: Act,
        *,
        condition: Condition = Condition(),
        key: str | None = None,
    ) -> Permitted:
        """Judge what is known before a body has come; ``act`` judges all of it again.

        Raises NotFound, Conflict, Outdated, ConditionNeeded, Unavailable.
        """
        sight = await self._reader.look(actor, case)
        if key is not None:
            command = self._command(actor, case, key)
            if any(commit.command == command for commit in sight.commits):
                return Permitted(sight=sight, is_repeat=True)
        condition.judge(sight)
        now = self._clock.now()
        with _refused_as_seen(sight, now):
            permit_act(sight.case, act, sight.by.who, now)
        return Permitted(sight=sight, is_repeat=False)

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
            if named and (done := done_by(sight.commits, named)):
                return Done(item=item, commit=done, is_new=False)
            condition.judge(sight)
            ground = Ground(sight=sight, at=self._clock.now(), item=item)
            if ground.by.name == "staff:0":
                name = ground.staff(sight.person, actor.sub, actor.name)
                ground.sight = renamed(sight, name)
            command = plan(ground)
            try:
                with _refused_as_seen(sight, ground.at):
                    await self._handler.append_next(
                        sight.commits, command, tuple(ground.sealed), commit, named
                    )
            except StaleError:
                continue
            if sight.viewer is Viewer.STAFF:
                with suppress(Unavailable):
                    await self._changed(case)
            return Done(item=item, commit=commit, is_new=True)
        raise busy()

    async def rehearse(
        self, actor: Actor, case: UUID, plan: Plan, condition: Condition = Condition()
    ) -> Rehearsal:
        """What ``act`` would do now, judged as it is judged there, with nothing written. Raises what ``act`` raises."""
        sight = await self._reader.look(actor, case)
        condition.judge(sight)
        ground = Ground(sight=sight, at=self._clock.now(), item=uuid7())
        if ground.by.name == "staff:0":
            ground.sight = renamed(sight, ground.staff(sight.person, actor.sub, actor.name))
        with _refused_as_seen(sight, ground.at):
            events = decide(sight.case, plan(ground))
        return Rehearsal(ground=ground, events=events)

    def _named(self, actor: Actor, case: UUID, key: Key | None) -> CommandKey | None:
        if key is None:
            return None
        return CommandKey(
            id=self._command(actor, case, key.text), fingerprint=fingerprint(self._key, key.body)
        )

    def _command(self, actor: Actor, case: UUID, key: str) -> bytes:
        return uuid8(self._key, actor.sub, str(case), key).bytes


@contextmanager
def _refused_as_seen(sight: Sight, at: datetime) -> Iterator[None]:
    """A party is refused in terms of the case that they see: its true status may be none of their affair."""
    try:
        yield
    except Conflict as refused:
        if sight.viewer is Viewer.STAFF:
            raise
        raise as_shown(refused, sight.shown, sight.by.who, at) from None


def done_by(commits: Sequence[Commit], key: CommandKey) -> UUID | None:
    """The commit of the case that this command made, or None; raises Invalid where its body was another."""
    for commit in commits:
        if commit.command == key.id:
            if commit.fingerprint != key.fingerprint:
                raise Invalid(
                    "idempotency.other_body",
                    "This Idempotency-Key was used for another request. Use a new key for a new request.",
                )
            return commit.id
    return None
