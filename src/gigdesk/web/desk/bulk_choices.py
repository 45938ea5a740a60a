"""What there is to choose for some cases: people who may own them, canned replies that are for one of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gigdesk.access.model import Actor
from gigdesk.administration.filling import fits
from gigdesk.administration.model import Macro, MacroKind
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.cases.view import CaseView
from gigdesk.web.agent.choices import Choices, Option, staff_value
from gigdesk.web.agent.deeds import LEADING
from gigdesk.web.desk.beside import staff_of
from gigdesk.web.language import Language

TO = {"reporter": msg("To who reported"), "respondent": msg("To the other side")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The options, said, and the canned replies that some of them are, by value."""

    options: Sequence[Option] = ()
    replies: Mapping[str, Macro] = field(default_factory=dict)


class BulkChoices:
    """Finds what this member of staff may choose."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk
        self._sources: Mapping[str, Callable[[Actor, Sequence[CaseView]], Awaitable[Offer]]] = {
            "": self._nothing,
            "people": self._people,
            "replies": self._replies,
        }

    async def of(
        self, actor: Actor, choices: Choices, views: Sequence[CaseView], language: Language
    ) -> Offer:
        """What there is to choose for these cases. Raises Unavailable."""
        found = await self._sources[choices.source](actor, views)
        own = [option for option in choices.options if not option.is_for_leads or actor.roles & LEADING]
        said = [replace(option, label=language.gettext(option.label)) for option in own]
        grouped = [
            replace(option, group=language.gettext(option.group) if option.group else "")
            for option in found.options
        ]
        return replace(found, options=[*grouped, *said])

    async def _nothing(self, _actor: Actor, _views: Sequence[CaseView]) -> Offer:
        return Offer()

    async def _people(self, actor: Actor, _views: Sequence[CaseView]) -> Offer:
        if not actor.roles & LEADING:
            return Offer()
        people = await staff_of(self._desk)
        return Offer(options=[Option(value=staff_value(one.user_id), label=one.name) for one in people])

    async def _replies(self, actor: Actor, views: Sequence[CaseView]) -> Offer:
        """Those of ``seen_by`` that are replies for one of the cases at least, for each who may be written to."""
        seen = await self._desk.administration.macros.seen_by(actor)
        fitting = [one for one in seen if one.kind is MacroKind.REPLY and any(is_for(one, v) for v in views)]
        readers = [
            side
            for side in TO
            if side == "reporter" or any(view.case.is_contacted and view.respondent for view in views)
        ]
        replies = {f"{side}:{macro.id}": macro for side in readers for macro in fitting}
        return Offer(
            options=[
                Option(
                    value=value,
                    label=macro.name,
                    group=TO[value.partition(":")[0]],
                    stamp=macro.changed_at.isoformat(),
                )
                for value, macro in replies.items()
            ],
            replies=replies,
        )


def is_for(macro: Macro, view: CaseView) -> bool:
    """Whether a canned reply is one for this case."""
    return fits(macro.types, macro.queue, issue_type=view.case.issue_type, in_queue=view.case.queue)
