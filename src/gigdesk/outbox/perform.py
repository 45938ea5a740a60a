"""From an effect to the capability that performs it: the one place that knows them all."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases.effects import (
    CallWebhook,
    Effect,
    InspectEvidence,
    JoinCases,
    Notify,
    TellDuplicates,
    Wake,
    effect_from_wire,
)
from gigdesk.cases.life_commands import SYSTEM, ActOnTime
from gigdesk.cases.model import PHASES, Case, Status
from gigdesk.cases.owed import ClaimedEffect, EffectRow
from gigdesk.cases.ports import SealedValue
from gigdesk.cases.seal import effect_row, record_of
from gigdesk.cases.timing import next_wake
from gigdesk.errors import NotFound
from gigdesk.ids import belonging
from gigdesk.language import Languages
from gigdesk.notices import courier as couriers
from gigdesk.notices.courier import Courier, House
from gigdesk.notices.deliver import Post, address
from gigdesk.notices.facts import About, Breach, Escalation, Facts, Mention, NewCase, reader_of
from gigdesk.notices.model import Delivery
from gigdesk.notices.ports import Undeliverable
from gigdesk.notices.telling import ABOUT, Scene, about_of, facts_of, scene_of
from gigdesk.outbox.inspecting import Inspecting
from gigdesk.outbox.joining import Joining
from gigdesk.outbox.run import UnknownEffect
from gigdesk.outbox.staffing import Staffing


class Performer:
    """Performs effects. ``sender`` and ``support`` are mail addresses; ``brand`` names the site in mail.

    ``mail_cap`` is how many mails an address gets in 24 hours. ``scratch`` is a local folder for files while
    they are looked into; else one is made. Raises Undeliverable for an address that is none.
    """

    def __init__(
        self,
        desk: Gigdesk,
        *,
        sender: str,
        support: str,
        brand: str = "gigdesk",
        mail_cap: int = 50,
        scratch: Path | None = None,
    ) -> None:
        address(support)
        self._desk = desk
        house = House(brand=brand, base_url=desk.base_url, support=support, daily_cap=mail_cap)
        self._courier = courier(desk, house, sender)
        self._staffing = Staffing(desk, self._courier)
        self._inspecting = Inspecting(desk, scratch)
        self._joining = Joining(desk)

    async def perform(self, claimed: ClaimedEffect) -> None:
        """Do what is owed, at least once. Raises UnknownEffect, Undeliverable, Unavailable and others."""
        match _effect(claimed):
            case InspectEvidence(evidence=evidence):
                await self._inspecting.inspect(claimed.case, evidence, claimed.attempts)
            case Wake():
                await self._wake(claimed)
            case CallWebhook() as call:
                await self._call(claimed, call)
            case Notify() as notify:
                await self._notify(claimed, notify)
            case JoinCases(primary=primary):
                await self._joining.join(claimed.case, primary)
            case TellDuplicates() as news:
                await self._joining.tell(claimed.case, news)

    async def _notify(self, claimed: ClaimedEffect, notify: Notify) -> None:
        """Tell everybody whom the event concerns, each once however often it is tried.

        Who can never be told keeps nobody else from it.
        """
        scene = await self._scene(claimed, notify)
        if notify.about == "case.opened":
            await self._desk.outbox.owe(claimed.case, list(self._owed_later(claimed, scene)))
        refused: Undeliverable | None = None
        for place, facts in enumerate(facts_of(scene), 1):
            try:
                await self._tell(claimed.effect.id, place, scene, facts)
            except Undeliverable as error:
                refused = error
        if refused is not None:
            raise refused

    def _owed_later(self, claimed: ClaimedEffect, scene: Scene) -> Iterator[EffectRow]:
        """What an opened case owes besides: not written with it, since every report would pay for it."""
        if self._desk.webhook is not None:
            opened = CallWebhook(about="case.opened", status=Status.RECEIVED.value)
            yield effect_row(opened, belonging(claimed.effect.id, 0), scene.at)
        if due := next_wake(scene.case):
            yield effect_row(Wake(), belonging(claimed.effect.id, 1000), due)

    async def _tell(self, effect: UUID, place: int, scene: Scene, facts: Facts) -> None:
        if isinstance(facts, NewCase):
            await self._courier.tell_support(effect, facts)
        elif isinstance(facts, Escalation | Breach):
            await self._staffing.tell(effect, scene, facts)
        elif isinstance(facts, Mention):
            await self._staffing.tell_named(effect, scene, facts)
        elif user_id := scene.person(reader_of(facts)).get("id"):
            await self._courier.tell(belonging(effect, place), facts, user_id)

    async def _scene(self, claimed: ClaimedEffect, notify: Notify) -> Scene:
        if notify.about not in ABOUT:
            raise UnknownEffect("effect.unknown", "No notice is about %(about)s.", about=notify.about)
        history = [record_of(commit) for commit in await self._desk.log.load(claimed.case)]
        sealed = (await self._desk.index.sealed([claimed.case])).get(claimed.case, {})
        scene = scene_of(notify, claimed.case, history, sealed, self._about)
        if scene is None:
            raise NotFound("case.unknown", "There is no such case.")
        return scene

    async def _call(self, claimed: ClaimedEffect, call: CallWebhook) -> None:
        """Tell the marketplace's program, if there is one."""
        if self._desk.webhook is None:
            return
        row = await self._desk.index.get_row(claimed.case)
        if row is None:
            raise NotFound("case.unknown", "There is no such case.")
        data = {
            "caseId": str(row.id),
            "reference": row.reference,
            "status": call.status,
            "phase": PHASES[Status(call.status)].value,
            "issueType": row.issue_type,
            "severity": row.severity,
            "gigId": row.gig_id,
        }
        await self._desk.webhook.send(
            Delivery(id=claimed.effect.id, type=call.about, at=claimed.created_at, data=data)
        )

    async def _wake(self, claimed: ClaimedEffect) -> None:
        """Time has passed: whatever is due by now happens, which is mostly nothing.

        The store said that the wake-up is due: by a clock of ours that is behind it would be done for nothing.
        """
        now = max(self._desk.clock.now(), claimed.effect.due)
        with suppress(NotFound):
            await self._desk.handler.handle(ActOnTime(case=claimed.case, at=now, by=SYSTEM, digests={}))

    async def give_up(self, claimed: ClaimedEffect) -> None:
        """A file that could not be inspected has failed, and is not pending for ever. Raises Unavailable."""
        with suppress(UnknownEffect, NotFound):
            effect = _effect(claimed)
            if isinstance(effect, InspectEvidence):
                await self._inspecting.give_up(claimed.case, effect.evidence)

    async def tidy(self) -> int:
        """Remove what a crash left on this machine; says how many."""
        return await self._inspecting.tidy()

    def _about(self, case: Case, sealed: Mapping[str, SealedValue]) -> About:
        return about_of(case, sealed, self._desk.rulebook, self._desk.base_url)


def courier(desk: Gigdesk, house: House, sender: str) -> Courier:
    """What tells people of this installation, from this address; raises Undeliverable for one that is none."""
    languages = Languages()
    post = Post(desk.mailer, desk.clock, sender)
    return Courier(
        house,
        couriers.Delivery(
            desk.notices, post, desk.clock, pseudonym=desk.handler.person, daily_cap=house.daily_cap
        ),
        desk.people,
        person_key=desk.handler.person,
        language=lambda locale: languages.negotiate(person_locale=locale),
        unsubscribing=desk.unsubscribing,
    )


def _effect(claimed: ClaimedEffect) -> Effect:
    try:
        return effect_from_wire(claimed.effect.kind, orjson.loads(claimed.effect.body))
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownEffect(
            "effect.unknown", "This version performs no %(kind)s like this.", kind=claimed.effect.kind
        ) from error
