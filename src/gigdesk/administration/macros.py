"""The shell of canned replies: private, or shared with all staff; what is shared is changed through the log."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, allows, permit
from gigdesk.administration.events import MacroKept, MacroRemoved
from gigdesk.administration.filling import fits, unknown
from gigdesk.administration.log import Administration
from gigdesk.administration.model import KeepMacro, Macro, MacroKind, RemoveMacro
from gigdesk.administration.ports import Macros
from gigdesk.cases import wire
from gigdesk.cases.issue_types import msg
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.text import is_blank, normalise
from gigdesk.clock import Clock
from gigdesk.errors import FieldError, Invalid, NotFound
from gigdesk.ids import uuid7

MAX_NAME, MAX_TEXT, MAX_TYPES = 80, 4_000, 20
MOST_SEEN = 500
MOST_OWN = 200
"""So many canned replies one person may keep, shared ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A canned reply as somebody wrote it: ``types`` as words, ``texts`` by language tag."""

    name: str
    kind: str
    texts: Mapping[str, str]
    types: str = ""
    queue: str = ""
    is_shared: bool = False


class CannedReplies:
    """Keeps the canned replies of staff."""

    def __init__(
        self,
        macros: Macros,
        administration: Administration,
        person_of: Callable[[str], str],
        rulebook: Rulebook,
        clock: Clock,
    ) -> None:
        self._macros = macros
        self._administration = administration
        self._person_of = person_of
        self._rulebook = rulebook
        self._clock = clock

    async def seen_by(self, actor: Actor) -> Sequence[Macro]:
        """Their own and those that are shared, by name. Raises NotFound for who is no staff, Unavailable."""
        permit(actor, Action.SEE_DESK, Facts())
        return await self._macros.seen_by(self._person_of(actor.sub), MOST_SEEN)

    async def fitting(self, actor: Actor, *, issue_type: str, queue: str) -> Sequence[Macro]:
        """Those of ``seen_by`` that are for cases of this type in this queue. Raises as ``seen_by``."""
        seen = await self.seen_by(actor)
        return [one for one in seen if fits(one.types, one.queue, issue_type=issue_type, in_queue=queue)]

    async def find(self, actor: Actor, macro: UUID) -> Macro:
        """One that they see. Raises NotFound, Unavailable."""
        found = next((one for one in await self.seen_by(actor) if one.id == macro), None)
        if found is None:
            raise _no_macro()
        return found

    def may_change(self, actor: Actor, macro: Macro) -> bool:
        """Whether it is theirs, or they keep what is shared."""
        is_own = macro.owner == self._person_of(actor.sub)
        return allows(actor, Action.SHARE_MACROS if macro.is_shared else Action.KEEP_MACROS) and (
            macro.is_shared or is_own
        )

    async def save(self, actor: Actor, draft: Draft, macro: UUID | None = None) -> Macro:
        """Keep it, in place of this one where one is named.

        Raises Invalid with each field that is wrong, NotFound, NotAllowed for who may not share, Unavailable.
        """
        permit(actor, Action.KEEP_MACROS, Facts())
        before = await self.find(actor, macro) if macro else None
        if before:
            self._permit(actor, before)
        if draft.is_shared:
            permit(actor, Action.SHARE_MACROS, Facts())
        kept = self._judged(actor, draft, before)
        if before is None and sum(one.owner == kept.owner for one in await self.seen_by(actor)) >= MOST_OWN:
            raise _wrong([_error("name", msg("You keep %(most)s canned replies already."), most=MOST_OWN)])
        await self._keep(actor, kept, before)
        return kept

    async def remove(self, actor: Actor, macro: UUID) -> Macro:
        """Take it away; for a day it can be brought back. Raises NotFound, NotAllowed, Unavailable."""
        permit(actor, Action.KEEP_MACROS, Facts())
        found = await self.find(actor, macro)
        self._permit(actor, found)
        at = self._clock.now()
        if found.is_shared:
            gone = MacroRemoved(macro=macro, name=found.name)
            await self._administration.record(actor, gone, RemoveMacro(macro=macro, at=at))
        else:
            await self._macros.remove(macro, at)
        return found

    async def restore(self, actor: Actor, macro: UUID) -> Macro:
        """Bring back one that was removed. Raises NotFound where it is forgotten, NotAllowed, Unavailable."""
        permit(actor, Action.KEEP_MACROS, Facts())
        found = await self._macros.find(macro)
        if found is None or found.removed_at is None:
            raise _no_macro()
        self._permit(actor, found)
        kept = replace(found, removed_at=None)
        await self._keep(actor, kept, None)
        return kept

    def _permit(self, actor: Actor, macro: Macro) -> None:
        """Return if they may change it; another's private one is there for nobody else."""
        if macro.is_shared:
            permit(actor, Action.SHARE_MACROS, Facts())
        elif macro.owner != self._person_of(actor.sub):
            raise _no_macro()
        permit(actor, Action.KEEP_MACROS, Facts())

    async def _keep(self, actor: Actor, kept: Macro, before: Macro | None) -> None:
        change = KeepMacro(macro=kept)
        if kept.is_shared:
            is_new = before is None or not before.is_shared
            event = MacroKept(macro=kept.id, name=kept.name, content=_digest(kept), is_new=is_new)
            await self._administration.record(actor, event, change)
        elif before is not None and before.is_shared:
            await self._administration.record(actor, MacroRemoved(macro=kept.id, name=before.name), change)
        else:
            await self._macros.keep(kept)

    def _judged(self, actor: Actor, draft: Draft, before: Macro | None) -> Macro:
        found: list[FieldError] = []
        name = _name(draft.name, found)
        kind = _kind(draft.kind, found)
        texts = _texts(draft.texts, found)
        types = self._types(draft.types, found)
        if draft.queue and draft.queue not in self._rulebook.queues.names:
            found.append(_error("queue", msg("There is no queue “%(queue)s”."), queue=draft.queue[:40]))
        if found:
            raise _wrong(found)
        return Macro(
            id=before.id if before else uuid7(),
            owner=before.owner if before else self._person_of(actor.sub),
            name=name,
            kind=kind,
            texts=texts,
            types=types,
            queue=draft.queue,
            is_shared=draft.is_shared,
            changed_at=self._clock.now(),
        )

    def _types(self, said: str, found: list[FieldError]) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(said.replace(",", " ").split()))
        codes = {kind.code for kind in self._rulebook.taxonomy.types}
        groups = {f"{code.partition('.')[0]}.*" for code in codes if "." in code}
        for word in words:
            if word not in codes | groups:
                sentence = msg(
                    "“%(word)s” is no issue type. Write one like payment.refund, or a group: payment.*"
                )
                found.append(_error("types", sentence, word=word[:80]))
        if len(words) > MAX_TYPES:
            found.append(_error("types", msg("Name at most %(most)s types or groups."), most=MAX_TYPES))
        return words


def _name(said: str, found: list[FieldError]) -> str:
    name = " ".join(normalise(said).split())
    if not name or is_blank(name):
        found.append(_error("name", msg("Give it a name, like “Ask for the receipt”.")))
    if len(name) > MAX_NAME:
        found.append(_error("name", msg("A name has at most %(most)s characters."), most=MAX_NAME))
    return name


def _kind(said: str, found: list[FieldError]) -> MacroKind:
    if said in list(MacroKind):
        return MacroKind(said)
    found.append(_error("kind", msg("Choose where it is written.")))
    return MacroKind.REPLY


def _texts(said: Mapping[str, str], found: list[FieldError]) -> Mapping[str, str]:
    texts = {tag: text for tag, words in said.items() if not is_blank(text := normalise(words))}
    if not texts:
        found.append(_error(f"text_{next(iter(said), 'en')}", msg("Write it in one language at least.")))
    for tag, text in texts.items():
        if len(text) > MAX_TEXT:
            sentence = msg("A text has at most %(most)s characters.")
            found.append(_error(f"text_{tag}", sentence, most=MAX_TEXT))
        if name := unknown(text):
            sentence = msg(
                "There is no {%(name)s}. Known are {reporter}, {respondent}, {reference}, {gig}, {agent}, {due}."
            )
            found.append(_error(f"text_{tag}", sentence, name=name))
    return texts


def _digest(macro: Macro) -> str:
    """The SHA-256 of all that a canned reply says."""
    document = {
        "name": macro.name,
        "kind": macro.kind.value,
        "texts": dict(macro.texts),
        "types": list(macro.types),
        "queue": macro.queue,
    }
    return hashlib.sha256(wire.canonical(document)).hexdigest()


def _error(field: str, sentence: str, **values: object) -> FieldError:
    return FieldError(field, "macro.wrong", sentence, values)


def _wrong(found: Sequence[FieldError]) -> Invalid:
    return Invalid("macro.wrong", "The canned reply was not kept. See each entry.", errors=found)


def _no_macro() -> NotFound:
    return NotFound("macro.unknown", "There is no such canned reply, or it is not yours.")
