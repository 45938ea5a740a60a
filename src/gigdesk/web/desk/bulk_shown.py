"""From a form of a deed and what became of each case to the page that shows it. Pure but for a fresh key."""

from collections.abc import Sequence

from gigdesk.cases.issue_types import msg
from gigdesk.ids import uuid7
from gigdesk.web.agent.bulk_views import BulkShown, ChoiceShown, OutcomeShown, TextShown
from gigdesk.web.agent.deeds import DEEDS
from gigdesk.web.desk.bulk_asking import Asking
from gigdesk.web.desk.bulk_form import SentBulk
from gigdesk.web.language import Language

_NONE = msg("Select a case first.")
_OVER, _COULD = msg("%(could)s of %(all)s were done."), msg("It can be done with %(could)s of %(all)s.")
_OPEN = msg("Choose, then it says here what would become of each.")
_ANEW = msg("You have chosen something else than before. Now it can be done with %(could)s of %(all)s.")


def bulk_shown(
    sent: SentBulk,
    asking: Asking,
    outcomes: Sequence[OutcomeShown],
    language: Language,
    *,
    is_over: bool,
    most: int,
) -> BulkShown:
    """The page; ``most`` is how many characters a text has at most."""
    deed, meant = sent.deed, asking.meant.deed
    title = language.gettext(deed.label).rstrip("…")
    return BulkShown(
        title=title,
        about=_about(asking, outcomes, language, is_over=is_over),
        deed=deed.name,
        verb=language.gettext(meant.verb) if meant.verb else title,
        query=sent.query,
        outcomes=outcomes,
        is_over=is_over,
        is_fresh=not sent.told.choice and not sent.is_confirmed,
        key=str(uuid7()),
        judged=asking.judged,
        choice=_choice(sent, asking, language),
        text=_text(sent, asking, language, most),
        warning=language.gettext(meant.warning) if meant.warning else "",
    )


def _about(asking: Asking, outcomes: Sequence[OutcomeShown], language: Language, *, is_over: bool) -> str:
    if not outcomes:
        return language.gettext(_NONE)
    if not asking.is_ready:
        return language.gettext(_OPEN)
    could = sum(outcome.is_possible for outcome in outcomes)
    sentence = _OVER if is_over else _ANEW if asking.is_anew else _COULD
    return language.say(sentence, {"could": could, "all": len(outcomes)})


def _choice(sent: SentBulk, asking: Asking, language: Language) -> ChoiceShown | None:
    choices = sent.deed.choices
    if choices is None:
        return None
    return ChoiceShown(
        label=language.gettext(choices.label),
        options=asking.offer.options,
        chosen=asking.option.value if asking.option else "",
        own=sent.told.own,
        is_list=bool(choices.source),
        silent=[one.value for one in asking.offer.options if one.deed and DEEDS[one.deed].text is None],
        error=asking.choice_error,
        none=language.gettext(choices.none) if choices.none else "",
    )


def _text(sent: SentBulk, asking: Asking, language: Language, most: int) -> TextShown | None:
    asks = sent.deed.text
    if asks is None:
        return None
    return TextShown(
        label=language.gettext(asks.label),
        hint=language.gettext(asks.hint),
        value=sent.told.text,
        most=most,
        is_note=asks.is_note,
        error=asking.text_error,
    )
