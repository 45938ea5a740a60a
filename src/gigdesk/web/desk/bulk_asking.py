"""What a form of a deed asks for and what of it was given: the choice, what stands beside it, the text."""

from contextlib import suppress
from dataclasses import dataclass, replace

from gigdesk.app import Gigdesk
from gigdesk.cases.text import is_blank
from gigdesk.cases.view import CaseView
from gigdesk.errors import FieldError, Invalid, NotFound
from gigdesk.web.agent.choices import Option, chosen
from gigdesk.web.agent.deeds import DEEDS
from gigdesk.web.desk.bulk_choices import BulkChoices, Offer
from gigdesk.web.desk.bulk_deeds import BulkDeeds
from gigdesk.web.desk.bulk_form import Meant, SentBulk, judged_as
from gigdesk.web.language import Language

_TEXTS = frozenset({"text", "reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What there is to choose, what was chosen and so is meant, and what is wrong, in words.

    ``is_ready``: enough is known to judge what would become of each case. ``is_anew``: the dry run that was confirmed
    was of another choice.
    """

    offer: Offer
    option: Option | None
    meant: Meant
    judged: str
    choice_error: str = ""
    text_error: str = ""
    is_ready: bool = True
    is_anew: bool = False

    @property
    def is_told(self) -> bool:
        """Whether it can be done as it was sent."""
        return self.is_ready and not (self.choice_error or self.text_error or self.is_anew)


class BulkAsking:
    """Reads forms against what there is to choose."""

    def __init__(self, desk: Gigdesk, deeds: BulkDeeds) -> None:
        self._deeds = deeds
        self._choices = BulkChoices(desk)

    async def of(self, sent: SentBulk, language: Language) -> Asking:
        """What is asked and was given. Raises Unavailable."""
        offer = await self._offer(sent, language)
        option = _option(sent, offer)
        meant = _meant(sent, offer, option)
        asking = Asking(offer=offer, option=option, meant=meant, judged=judged_as(option, sent.told))
        choices = sent.deed.choices
        if choices and (option is None or (option.beside and not sent.told.own.strip())):
            is_wrong = sent.is_confirmed or (option is None and sent.told.choice)
            error = language.gettext(choices.missing) if is_wrong else ""
            return replace(asking, is_ready=False, choice_error=error)
        is_anew = sent.is_confirmed and sent.judged not in (None, asking.judged)
        return replace(self._judged(asking, sent, language), is_anew=is_anew)

    async def _offer(self, sent: SentBulk, language: Language) -> Offer:
        choices = sent.deed.choices
        if choices is None:
            return Offer()
        views: list[CaseView] = []
        for at in sent.all if choices.source else ():
            with suppress(NotFound):
                views.append(await self._deeds.look(sent.told, at))
        return await self._choices.of(sent.told.actor, choices, views, language)

    def _judged(self, asking: Asking, sent: SentBulk, language: Language) -> Asking:
        """The same with what is wrong whatever the case is."""
        text = asking.meant.deed.text
        if text and sent.is_confirmed and is_blank(sent.told.text):
            return replace(asking, text_error=language.gettext(text.missing))
        try:
            self._deeds.judge(asking.meant)
        except Invalid as error:
            wrong = (
                error.errors[0] if error.errors else FieldError("", error.code, error.sentence, error.values)
            )
            said = language.say(wrong.sentence, wrong.values)
            if text and wrong.field in _TEXTS:
                return replace(asking, text_error=said)
            return replace(asking, choice_error=said, is_ready=False)
        return asking


def _option(sent: SentBulk, offer: Offer) -> Option | None:
    """What was chosen; before anybody did, what is chosen first."""
    choices = sent.deed.choices
    first = choices.first if choices and not sent.is_confirmed else ""
    return chosen(offer.options, sent.told.choice or first)


def _meant(sent: SentBulk, offer: Offer, option: Option | None) -> Meant:
    if option is None:
        return Meant(deed=sent.deed, told=sent.told)
    deed = DEEDS[option.deed] if option.deed else sent.deed
    told = replace(sent.told, choice=option.value)
    return Meant(deed=deed, told=told, macro=offer.replies.get(option.value))
