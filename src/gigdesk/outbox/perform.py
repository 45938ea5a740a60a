"""From an effect to the capability that performs it: the one place that knows them all."""

from contextlib import suppress
from pathlib import Path

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases.effects import Effect, InspectEvidence, Notify, Wake, effect_from_wire
from gigdesk.cases.life_commands import SYSTEM, ActOnTime
from gigdesk.cases.model import Case
from gigdesk.cases.ports import ClaimedEffect
from gigdesk.cases.seal import replay
from gigdesk.cases.taxonomy import find
from gigdesk.errors import NotFound
from gigdesk.language import Languages
from gigdesk.notices.courier import Courier, Delivery, House
from gigdesk.notices.deliver import Post, address
from gigdesk.notices.facts import About, NewCase
from gigdesk.outbox.inspecting import Inspecting
from gigdesk.outbox.run import UnknownEffect


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
        self._inspecting = Inspecting(desk, scratch)

    async def perform(self, claimed: ClaimedEffect) -> None:
        """Do what is owed, at least once. Raises UnknownEffect, Undeliverable, Unavailable and others."""
        match _effect(claimed):
            case InspectEvidence(evidence=evidence):
                await self._inspecting.inspect(claimed.case, evidence, claimed.attempts)
            case Wake():
                await self._wake(claimed)
            case Notify(about="case.opened"):
                await self._courier.tell_support(claimed.effect.id, await self._new_case(claimed))
            case Notify(about=about):
                raise UnknownEffect("effect.unknown", "No notice is about %(about)s.", about=about)

    async def _wake(self, claimed: ClaimedEffect) -> None:
        """Time has passed: whatever is due by now happens, which is mostly nothing."""
        now = self._desk.clock.now()
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

    async def _new_case(self, claimed: ClaimedEffect) -> NewCase:
        case = replay(await self._desk.log.load(claimed.case))
        if case is None:
            raise NotFound("case.unknown", "There is no such case.")
        about = await self._about(case)
        first_reply = about.issue_type.first_reply if about.issue_type else None
        return NewCase(
            about=about,
            severity=case.severity,
            files=len(case.files),
            reply_by=case.opened_at + first_reply if first_reply else None,
        )

    async def _about(self, case: Case) -> About:
        """What every notice says of its case."""
        sealed = (await self._desk.index.sealed([case.id], ["gig"])).get(case.id, {})
        return About(
            case=case.id,
            reference=case.reference,
            issue_type=find(case.issue_type),
            code=case.issue_type,
            gig_id=case.gig_id,
            gig_title=sealed["gig"].value.decode() if "gig" in sealed else "",
            link=f"{self._desk.base_url}/reports/{case.id}",
        )


def courier(desk: Gigdesk, house: House, sender: str) -> Courier:
    """What tells people of this installation, from this address; raises Undeliverable for one that is none."""
    languages = Languages()
    post = Post(desk.mailer, desk.clock, sender)
    return Courier(
        house,
        Delivery(desk.notices, post, desk.clock, pseudonym=desk.handler.person, daily_cap=house.daily_cap),
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
