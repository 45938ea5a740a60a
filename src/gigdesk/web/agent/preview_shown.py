"""What something that staff wrote would become, before it is sent: on the page of who reads it, and by mail. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from gigdesk.cases.issue_types import msg
from gigdesk.language import Language
from gigdesk.notices.courier import Foreseen
from gigdesk.notices.model import State
from gigdesk.notices.plain import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWords:
    """How the preview of a move is called, and the button that does it; both are message ids."""

    title: str
    send: str
    icon: str


PREVIEWS: Mapping[str, PreviewWords] = {
    "reply": PreviewWords(title=msg("Preview of your reply"), send=msg("Send the reply"), icon="reply"),
    "ask_reporter": PreviewWords(
        title=msg("Preview of your question"), send=msg("Send the question"), icon="message"
    ),
    "ask_respondent": PreviewWords(
        title=msg("Preview of your question"), send=msg("Send the question"), icon="message"
    ),
    "decide": PreviewWords(title=msg("Preview of the decision"), send=msg("Decide"), icon="gavel"),
    "decide_appeal": PreviewWords(
        title=msg("Preview of the decision"), send=msg("Decide the appeal"), icon="scales"
    ),
}
_WHY_NOT = {
    State.UNREACHABLE: msg("No mail goes out: we have no address of theirs that is verified."),
    State.UNWANTED: msg("No mail goes out: they have switched off mail of this kind."),
    State.HELD: msg("No mail goes out: this mailbox has had as many letters today as it may."),
}
_GOES, _GOES_LATER = msg("This mail goes out when you send it."), msg("This mail goes out in 15 minutes.")
_PLAIN = msg(
    "It names neither the matter nor your words, since others may see a mailbox. They read all of it on the page."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterShown:
    """A letter; ``number`` tells it apart. ``said`` says whether it goes out, and why not; ``address`` is masked."""

    number: int
    goes: bool
    said: str
    address: str
    sender: str
    subject: str
    text: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderShown:
    """Somebody who will read it: what is new on their page, drawn in ``language``, and their letters."""

    name: str
    language: Language
    language_name: str
    entries: Markup
    letters: Sequence[LetterShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewShown:
    """The preview: ``fields`` are those of the form, as they were sent; ``url`` draws it again, ``send_url`` does it.

    ``has_files``: some were chosen, which a preview does not bring along.
    """

    words: PreviewWords
    reference: str
    case_url: str
    url: str
    send_url: str
    csrf: str
    fields: Sequence[tuple[str, str]]
    readers: Sequence[ReaderShown]
    has_files: bool


def letter_shown(
    number: int, foreseen: Foreseen, reader: Language, *, at: datetime | None, is_plain: bool
) -> LetterShown:
    """A letter in words of ``reader``, who looks at it; ``at`` is when it goes out, if not at once."""
    goes = foreseen.state is State.QUEUED
    said = [_WHY_NOT.get(foreseen.state, _GOES_LATER if at else _GOES), *([_PLAIN] if is_plain else [])]
    return LetterShown(
        number=number,
        goes=goes,
        said=" ".join(reader.gettext(sentence) for sentence in said),
        address=masked(foreseen.notice.to),
        sender=foreseen.sender,
        subject=foreseen.notice.subject,
        text=foreseen.notice.text,
        tag=foreseen.language.tag,
    )
