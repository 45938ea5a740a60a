"""What the page of a deed with many cases shows. Words are said already."""

from collections.abc import Sequence
from dataclasses import dataclass

from gigdesk.web.agent.choices import Option


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeShown:
    """One case: what became, or would become, of it. ``state`` is ``yes``, ``no``, or ``open`` before it is judged.

    ``case`` is what a form sends for it; without ``is_change`` it was so before. ``reply`` is what would be sent, in
    the language of this tag, ``to`` whom.
    """

    case: str
    reference: str
    url: str
    state: str
    words: str
    is_change: bool = True
    reply: str = ""
    language: str = ""
    to: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it can be done, or was."""
        return self.state == "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceShown:
    """What there is to choose, what is chosen and written beside it, and what is wrong with that."""

    label: str
    options: Sequence[Option]
    chosen: str
    own: str
    is_list: bool
    silent: Sequence[str] = ()
    error: str = ""
    none: str = ""

    @property
    def besides(self) -> Sequence[Option]:
        """The options that have a field beside them; of those with the same one, one."""
        return list({option.beside: option for option in self.options if option.beside}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown:
    """The text of the deed, with what was typed and what is wrong with it."""

    label: str
    hint: str
    value: str
    most: int
    is_note: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkShown:
    """The page: before the deed, as a dry run, or after it where some could not be done.

    ``is_fresh``: nobody has chosen or sent anything on it yet.
    """

    title: str
    about: str
    deed: str
    verb: str
    query: str
    outcomes: Sequence[OutcomeShown]
    is_over: bool
    is_fresh: bool
    key: str
    judged: str
    back_url: str = ""
    choice: ChoiceShown | None = None
    text: TextShown | None = None
    warning: str = ""

    @property
    def possible(self) -> int:
        """With how many it can be done."""
        return sum(one.is_possible for one in self.outcomes)

    @property
    def focus(self) -> str:
        """Where who comes begins: the ``choice`` that is to be made, the ``text``, or ``confirm``.

        Nowhere where the page is only drawn anew, since the focus stays then.
        """
        if self.text and (self.text.error or self.is_fresh):
            return "text"
        if not self.is_fresh:
            return ""
        return "choice" if self.choice and not self.choice.chosen else "confirm"
