"""What the pages of settings show. Sentences are said already where a view calls them words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, allows
from gigdesk.cases.issue_types import msg


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPlace:
    """A page of settings: ``label`` and ``about`` are message ids."""

    name: str
    path: str
    label: str
    about: str
    icon: str
    needs: Action = Action.SEE_SETTINGS


# Only pages that there are: whoever builds one adds its line.
SETTINGS: tuple[SettingsPlace, ...] = (
    SettingsPlace(
        name="macros",
        path="/desk/macros",
        label=msg("Canned replies"),
        about=msg("Texts for replies, notes and reasons, for one person or for everybody."),
        icon="message",
        needs=Action.SEE_DESK,
    ),
    SettingsPlace(
        name="queues",
        path="/desk/settings/queues",
        label=msg("Queues"),
        about=msg("What each queue is called, who works it, and when it is open."),
        icon="inbox",
    ),
    SettingsPlace(
        name="types",
        path="/desk/settings/types",
        label=msg("Issue types"),
        about=msg("What people can report, and how soon somebody replies."),
        icon="tag",
    ),
    SettingsPlace(
        name="routing",
        path="/desk/settings/routing",
        label=msg("Routing"),
        about=msg("Where reports go, tried on the last thousand before it holds."),
        icon="merge",
    ),
    SettingsPlace(
        name="rules",
        path="/desk/settings/rules",
        label=msg("Rules document"),
        about=msg("All of it in one text, with its versions."),
        icon="document",
    ),
    SettingsPlace(
        name="staff",
        path="/desk/settings/staff",
        label=msg("Staff"),
        about=msg("Who works here, when they were seen last, and what they own."),
        icon="people",
    ),
    SettingsPlace(
        name="outbox",
        path="/desk/settings/outbox",
        label=msg("Parked effects"),
        about=msg("Mail, inspections and calls that failed for good, and what is due later."),
        icon="send-up",
    ),
    SettingsPlace(
        name="log",
        path="/desk/settings/log",
        label=msg("Administrative log"),
        about=msg("Who changed which setting, and when. Nothing in it can be edited."),
        icon="seal",
    ),
)


def places_for(actor: Actor) -> tuple[SettingsPlace, ...]:
    """The pages that this member of staff may open."""
    return tuple(place for place in SETTINGS if allows(actor, place.needs))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFrame:
    """What stands around each page of settings: where else one can go, and what was just done."""

    here: str
    places: Sequence[SettingsPlace]
    may_see: bool
    may_change: bool
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedShown:
    """A parked effect: what it is in words, the case that it belongs to, and why it failed."""

    id: str
    words: str
    case_url: str
    reference: str
    attempts: int
    reason: str
    parked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingShown:
    """An effect that is due later: what it is, and what it would do as its case stands now."""

    words: str
    case_url: str
    reference: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxShown:
    """The page of effects. ``lag`` is the age of the oldest that is due, in words; empty where nothing is."""

    due: int
    later: int
    held: int
    parked: int
    lag: str
    items: Sequence[ParkedShown]
    upcoming: Sequence[UpcomingShown]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """A line of the log. ``hash`` is its beginning, to be compared with a copy."""

    number: int
    at: datetime
    name: str
    words: str
    icon: str
    hash: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceShown:
    """A choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogShown:
    """The page of the log."""

    entries: Sequence[EntryShown]
    kinds: Sequence[ChoiceShown]
    people: Sequence[ChoiceShown]
    is_filtered: bool
    next_url: str
    first_url: str
