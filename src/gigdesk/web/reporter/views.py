"""What each of the reporter's pages shows: filled by handlers, drawn by ``web/templates``.

Sentences here are said already, in the reader's language; labels of issue types are message ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gigdesk.cases.intake import Intake, IntakeType
from gigdesk.cases.issue_types import DetailField
from gigdesk.web.reporter.form_views import ActForm
from gigdesk.web.reporter.live_shown import LiveShown
from gigdesk.web.reporter.words import pill_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is signed in; ``csrf`` goes with the form that signs out."""

    name: str
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GigShown:
    """The gig, as a card."""

    title: str
    other_name: str = ""
    place: str = ""
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong with one field; ``field`` is empty for the report as a whole."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """The form at ``/gigs/{gigId}/report-issue``.

    ``typed`` holds what was typed before, by field name; ``draft_key`` tells drafts of two people or two gigs
    apart on one device, and is no secret; ``back_url`` leads to the gig on the marketplace.
    """

    intake: Intake
    csrf: str
    idempotency_key: str
    draft_key: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    back_url: str = ""

    @property
    def gig(self) -> GigShown:
        return GigShown(
            title=self.intake.title,
            other_name=self.intake.other_name,
            place=self.intake.place,
            starts_at=self.intake.starts_at,
        )

    @property
    def chosen(self) -> IntakeType | None:
        """The type that was chosen before, or None."""
        return self.intake.find(self.typed.get("issueType", ""))

    @property
    def chosen_group(self) -> str:
        """The code of the group that stands open."""
        codes = [g.code for g in self.intake.groups if self.chosen in g.types]
        return codes[0] if codes else ""

    def value(self, name: str) -> str:
        """What was typed into this field."""
        return self.typed.get(name, "")

    def problem(self, name: str) -> str:
        """What is wrong with this field, or nothing."""
        return next((p.message for p in self.problems if p.field == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """One file of a case. ``state`` is a verdict's value; ``url`` is empty while nobody may open it."""

    name: str
    size: int
    state: str
    url: str = ""
    thumbnail_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailShown:
    """A fact that was given with the report."""

    field: DetailField
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry of a case's conversation.

    ``kind`` is message, files, request, decision or event; ``side`` is me, desk or other; ``due`` is by when an answer
    is wanted. ``title`` and ``before``, a line ahead of it, are message ids.
    """

    id: str
    kind: str
    side: str
    at: datetime
    title: str = ""
    before: str = ""
    icon: str = ""
    text: str = ""
    due: datetime | None = None
    files: Sequence[FileShown] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """The page at ``/reports/{id}``. ``mailed_to`` is empty where no mail is sent.

    ``said`` confirms what was just done, ``refused`` says why it was not, and ``kept`` is what was typed when
    there is no form left to hold it; ``question`` is what the caller is asked now. ``estimate`` is said already.
    ``live`` is None for staff, whose page stays as it was drawn.
    """

    reference: str
    status: str
    issue_label: str
    gig: GigShown
    description: str
    files: Sequence[FileShown]
    opened_at: datetime
    receipt_url: str
    receipt_page_url: str = ""
    record_url: str = ""
    details: Sequence[DetailShown] = ()
    reply_by: datetime | None = None
    first_reply: timedelta | None = None
    mailed_to: str = ""
    shields_reporter: bool = False
    is_safety: bool = False
    viewer: str = "reporter"
    next_text: str = ""
    next_by: datetime | None = None
    estimate: str = ""
    entries: Sequence[EntryShown] = ()
    forms: Sequence[ActForm] = ()
    said: str = ""
    refused: str = ""
    kept: str = ""
    live: LiveShown | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the caller has the next word."""
        return self.status == f"waiting_{self.viewer}"

    @property
    def pill(self) -> str:
        """The status in the caller's words: a respondent who is asked needs to reply, and waits for a reporter."""
        return pill_of(self.status, self.viewer)

    @property
    def question(self) -> EntryShown | None:
        """What the caller is asked now."""
        asked = [entry for entry in self.entries if entry.kind == "request"]
        return asked[-1] if asked and self.is_asked else None

    @property
    def decision(self) -> EntryShown | None:
        """The decision that stands, where one does."""
        decided = [entry for entry in self.entries if entry.kind == "decision"]
        return decided[-1] if decided and self.status in {"decided", "appealed", "closed"} else None

    @property
    def wrong(self) -> ActForm | None:
        """The form with something to put right."""
        return next((form for form in self.forms if form.problem), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """The page for who is not signed in. ``just_now`` after signing out; ``sign_in_url`` of the marketplace."""

    just_now: bool = False
    sign_in_url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPerson:
    """Asks before one person's session gives way to another's. ``token`` and ``next_path`` are posted back."""

    current_name: str
    coming_name: str
    token: str
    next_path: str
    csrf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An error as a page. ``message`` is the problem's own sentence; ``number`` is the request id to quote.

    Of ``reports_url`` and ``desk_url`` one is there: where whoever asked goes on.
    """

    status: int
    message: str
    code: str = ""
    number: str = ""
    retry_after: int | None = None
    sign_in_url: str = ""
    reports_url: str = ""
    desk_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody to sign in as in the demo; ``url`` mints a fresh hand-over."""

    role: str
    name: str
    url: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGig:
    """A gig of the demo, with a link that signs in and opens its form."""

    title: str
    trade: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The page at ``/demo``."""

    people: Sequence[DemoPerson]
    gigs: Sequence[DemoGig] = ()
    curl: str = ""
