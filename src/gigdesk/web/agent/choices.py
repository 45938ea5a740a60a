"""What is chosen for many cases at once: tables of what there is to choose, and what a choice means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, Invalid
from gigdesk.web.agent.words import PRIORITIES
from gigdesk.web.moments import OWN, SNOOZE, moment_of

NOBODY, OTHER = "nobody", "other"
_STAFF = "id:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The field beside an option: ``kind`` is that of its input, ``example`` shows what to write."""

    label: str
    kind: str = "text"
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose; ``label`` is a message id, but for names of people and of canned replies.

    ``deed`` names the deed that it is, where one chooses between deeds. ``stamp`` changes when what is meant does.
    """

    value: str
    label: str
    group: str = ""
    beside: Beside | None = None
    deed: str = ""
    stamp: str = ""
    is_for_leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a deed has to choose: ``options`` of its own, or those of a ``source`` that is asked for the cases at hand.

    ``first`` is chosen until somebody chooses; empty: nothing is.
    """

    label: str
    missing: str
    options: tuple[Option, ...] = ()
    source: str = ""
    first: str = ""
    none: str = ""


def staff_value(user_id: str) -> str:
    """The value of an option that is a member of staff."""
    return f"{_STAFF}{user_id}"


def owner_chosen(choice: str, own: str) -> str | None:
    """The user id that was chosen, or written; None is nobody. Raises Invalid where none was written."""
    if choice == NOBODY:
        return None
    owner = choice.removeprefix(_STAFF) if choice.startswith(_STAFF) else own.strip()
    if not owner:
        wrong = FieldError("own", "field.missing", msg("Choose who gets the case."))
        raise Invalid("fields.wrong", "The body is not as it must be. See each field.", errors=[wrong])
    return owner


def moment_chosen(choice: str, own: str, now: datetime, zone: tzinfo) -> str:
    """The moment that was chosen, RFC 3339; raises Invalid where none was."""
    return moment_of(choice, own, field="own", now=now, zone=zone, hours=None)


def chosen(options: Sequence[Option], value: str) -> Option | None:
    """The option of this value, or None."""
    return next((option for option in options if option.value == value), None)


SNOOZES = Choices(
    label=msg("Until when?"),
    missing=msg("Choose until when."),
    first="tomorrow",
    options=(
        *(Option(value=value, label=words) for value, (words, _) in SNOOZE.items()),
        Option(
            value=OWN,
            label=msg("On another day"),
            beside=Beside(label=msg("Day and time"), kind="datetime-local"),
        ),
    ),
)
CLOSINGS = Choices(
    label=msg("What are they?"),
    missing=msg("Choose what they are."),
    first="invalid",
    options=(
        Option(value="invalid", label=msg("Nothing to look into"), deed="invalid"),
        Option(value="spam", label=msg("Spam"), deed="spam", is_for_leads=True),
        Option(
            value="duplicate",
            label=msg("Duplicates of another case"),
            deed="duplicate",
            beside=Beside(label=msg("Reference of the case that goes on"), example="GD-7K3M-9XQ24"),
        ),
    ),
)
PRIORITY = Choices(
    label=msg("Which priority?"),
    missing=msg("Choose a priority."),
    options=tuple(Option(value=value, label=words) for value, words in reversed(list(PRIORITIES.items()))),
)
_WORDS = Beside(label=msg("Tags, divided by spaces"), example="refund bank:transfer")
TAGGING = Choices(
    label=msg("What becomes of tags?"),
    missing=msg("Write the tags, like: refund bank:transfer."),
    first="add",
    options=(
        Option(value="add", label=msg("They get them"), beside=_WORDS),
        Option(value="remove", label=msg("They lose them"), beside=_WORDS),
    ),
)
PEOPLE = Choices(
    label=msg("Who gets them?"), missing=msg("Choose who gets the cases."), source="people",
    options=(
        Option(value=NOBODY, label=msg("Nobody: let go of them")),
        Option(value=OTHER, label=msg("Somebody else, by user id"), beside=Beside(label=msg("By user id"))),
    ),
)  # fmt: skip
REPLIES = Choices(
    label=msg("Which canned reply?"),
    missing=msg("Choose a canned reply."),
    source="replies",
    none=msg("None of your canned replies is for these cases."),
)
