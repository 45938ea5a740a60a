"""What the page of one case shows staff: filled by handlers, drawn by ``web/templates/desk``.

Sentences here are said already, in the reader's language; labels of tables are message ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from gigdesk.cases.intake import IntakeGroup
from gigdesk.evidence.model import Limits
from gigdesk.web.agent.clocks_shown import ClockShown
from gigdesk.web.agent.move_forms import MoveForm
from gigdesk.web.agent.moves import MoveShown
from gigdesk.web.agent.notices_shown import NO_NOTICES, NoticesShown
from gigdesk.web.agent.readers_shown import NOBODY_ELSE, ReadersShown


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFile:
    """One file of a case. ``url`` is the safe copy and empty while nobody may open it; ``original_url`` the bytes
    as they came, for who gives a reason. ``is_veiled`` pictures are hidden until somebody asks for them.
    """

    id: str
    name: str
    size: int
    state: str
    kind: str
    sender: str
    at: datetime
    url: str = ""
    thumbnail_url: str = ""
    original_url: str = ""
    is_veiled: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether the safe copy can be looked at on the page itself."""
        return bool(self.url) and self.kind == "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskEntry:
    """One entry of the timeline: ``kind`` is message, note, request, decision or event.

    ``side`` is reporter, respondent, desk or system; ``said`` is the one line of an event, ``word`` what stands
    beside the name. A ``text`` of None was erased.
    """

    id: str
    kind: str
    side: str
    at: datetime
    name: str = ""
    about: str = ""
    word: str = ""
    icon: str = ""
    said: Markup = field(default_factory=Markup)
    text: str | None = ""
    due: datetime | None = None
    files: Sequence[DeskFile] = ()
    is_mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyShown:
    """Somebody who takes part in the gig. ``side`` and ``role`` are message ids."""

    name: str
    side: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactShown:
    """A fact that was given with the report; the label is a message id."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagShown:
    """What stands beside the status; ``until`` is the end of a snooze."""

    label: str
    icon: str
    name: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagShown:
    """A tag, and the address of the list of cases that have it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCase:
    """Another case of the same gig or people; ``why`` is a message id. Into a candidate this one can be merged."""

    id: str
    reference: str
    label: str
    status: str
    url: str
    why: str
    is_candidate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChoice:
    """Somebody whom a case can be assigned to."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCase:
    """How the page follows its case. ``draft`` tells drafts apart on a device; empty where none is kept there."""

    page: str
    case: str
    events: str
    seen: str
    person: str
    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTo:
    """Whom a reply can go to, and who reads it."""

    value: str
    name: str
    first: str
    other: str
    other_first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """What stands at the top: what it is about, how it stands, whose it is, and until when.

    ``waiting_until`` is when the reply is due that is waited for, ``told_at`` when both sides are told of a decision
    that they do not know of yet.
    """

    reference: str
    status: str
    issue_label: str
    first_words: str
    queue: str
    priority: str
    owner: str
    is_mine: bool
    opened_at: datetime
    closed_because: str
    clocks: Sequence[ClockShown]
    flags: Sequence[FlagShown]
    waiting_until: datetime | None = None
    told_at: datetime | None = None
    merged_into: OtherCase | None = None
    tags: Sequence[TagShown] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GigPane:
    """The gig and who takes part in it. ``url`` is its page on the marketplace, or empty.

    ``title`` is what the gig was called when it was reported, the rest what the marketplace says of it now;
    ``is_silent``: it did not answer.
    """

    id: str
    title: str
    parties: Sequence[PartyShown]
    trade: str = ""
    state: str = ""
    place: str = ""
    starts_at: datetime | None = None
    url: str = ""
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where the case stands in the list that it was opened from. ``place`` is said; each may be empty."""

    title: str
    list_url: str
    previous_url: str
    next_url: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCase:
    """The page at ``/desk/cases/{id}``.

    ``said`` confirms what was just done, and ``undo`` names the form that takes it back. ``refused`` says why
    something was not done, ``kept`` is what was typed where no form is left to hold it. ``viewing`` is the file that
    is looked at. ``kinds`` are the types that it may have instead, ``known_tags`` those that other cases have,
    ``readers`` who else looks at it now, ``notices`` what was sent about it.
    """

    id: str
    version: int
    is_lead: bool
    head: CaseHead
    gig: GigPane
    moves: Sequence[MoveShown]
    more: Sequence[MoveShown]
    forms: Mapping[str, MoveForm]
    entries: Sequence[DeskEntry]
    files: Sequence[DeskFile]
    facts: Sequence[FactShown]
    others: Sequence[OtherCase]
    staff: Sequence[StaffChoice]
    kinds: Sequence[IntakeGroup]
    known_tags: Sequence[str]
    written_to: Sequence[WrittenTo]
    limits: Limits
    accept: str
    csrf: str
    live: LiveCase
    said: str = ""
    undo: str = ""
    refused: str = ""
    kept: str = ""
    viewing: DeskFile | None = None
    around: Around | None = None
    is_unveiled: bool = False
    readers: ReadersShown = NOBODY_ELSE
    notices: NoticesShown = NO_NOTICES

    @property
    def candidates(self) -> Sequence[OtherCase]:
        """The cases that this one can be merged into."""
        return [one for one in self.others if one.is_candidate]

    @property
    def states(self) -> Mapping[str, int]:
        """How many files there are in each state."""
        found: dict[str, int] = {}
        for file in self.files:
            found[file.state] = found.get(file.state, 0) + 1
        return found
