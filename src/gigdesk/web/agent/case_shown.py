"""From a case as a member of staff sees it to the page that shows it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from gigdesk.cases.intake import IntakeGroup
from gigdesk.cases.lifecycle import GRACE, WAITING, Who
from gigdesk.cases.model import Flag, Status
from gigdesk.cases.taxonomy import DETAILS
from gigdesk.cases.timing import is_sensitive
from gigdesk.cases.view import CaseView
from gigdesk.evidence.filetype import ALLOWED
from gigdesk.evidence.model import Limits
from gigdesk.gigs.model import Gig
from gigdesk.web.agent.case_views import (
    CaseHead,
    DeskCase,
    DeskFile,
    FactShown,
    FlagShown,
    GigPane,
    LiveCase,
    OtherCase,
    PartyShown,
    StaffChoice,
    TagShown,
    WrittenTo,
)
from gigdesk.web.agent.clocks_shown import clocks_shown
from gigdesk.web.agent.files_shown import Url, files_shown
from gigdesk.web.agent.move_forms import SentMove, move_forms
from gigdesk.web.agent.moves import FIRST, open_moves, shown_of
from gigdesk.web.agent.names import Names, names_of
from gigdesk.web.agent.timeline_shown import timeline_shown
from gigdesk.web.agent.words import CLOSED_BECAUSE, FLAGS, ROLES, SIDES
from gigdesk.web.language import Language
from gigdesk.web.reporter.page_data import accept_for

TITLE = 56  # characters of the reporter's words


@dataclass(frozen=True, slots=True, kw_only=True)
class GigNow:
    """The gig as it is now, as far as that is known; ``is_silent``: the marketplace did not tell."""

    gig: Gig | None = None
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a case: names by user id, other cases, to whom it can be assigned, the gig as it is now.

    ``kinds`` are the types that its reporter may report, ``labels`` what each type is called, by code; ``tags`` those
    that cases have which the reader sees.
    """

    met: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[OtherCase] = ()
    staff: Sequence[StaffChoice] = ()
    merged_into: OtherCase | None = None
    gig: GigNow = field(default_factory=GigNow)
    kinds: Sequence[IntakeGroup] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How the page is looked at: which form was asked for, which file, and what was sent and refused."""

    csrf: str
    at: datetime
    move: str = ""
    file: str = ""
    is_unveiled: bool = False
    sent: SentMove | None = None


def desk_case(
    view: CaseView, beside: Beside, looking: Looking, *, url: Url, language: Language, limits: Limits
) -> DeskCase:
    """The page."""
    names = names_of(view.sight, beside.met, language)
    files = files_shown(view, names, url)
    moves = list(open_moves(view, looking.at))
    forms = move_forms(moves, url(f"/desk/cases/{view.case.id}"), looking.sent, looking.move)
    lost = looking.sent if looking.sent and looking.sent.move not in forms else None
    return DeskCase(
        id=str(view.case.id),
        version=view.version,
        is_lead=Who.LEAD in view.sight.by.who,
        head=replace(
            _head(view, names, looking.at), merged_into=beside.merged_into, tags=_tags(view.case.tags, url)
        ),
        gig=_gig(view, names, beside.gig),
        moves=[shown_of(move) for move in moves if move.name in FIRST],
        more=[shown_of(move) for move in moves if move.name not in FIRST],
        forms=forms,
        entries=timeline_shown(view, names, files, beside.labels),
        files=files,
        facts=_facts(view),
        others=beside.others,
        staff=beside.staff,
        kinds=_other_kinds(view, beside.kinds),
        known_tags=[tag for tag in beside.tags if tag not in view.case.tags],
        written_to=_written_to(view, names),
        limits=limits,
        accept=accept_for(ALLOWED),
        csrf=looking.csrf,
        live=_live(view, url),
        refused=lost.refused if lost else "",
        kept=lost.text if lost else "",
        viewing=_viewing(files, looking.file),
        is_unveiled=looking.is_unveiled,
    )


def _gig(view: CaseView, names: Names, now: GigNow) -> GigPane:
    known = now.gig
    return GigPane(
        id=view.case.gig_id,
        title=view.gig_title,
        parties=_parties(view, names),
        trade=known.trade if known else "",
        state=known.state if known else "",
        place=known.place if known else "",
        starts_at=known.starts_at if known else None,
        is_silent=now.is_silent,
    )


def _head(view: CaseView, names: Names, at: datetime) -> CaseHead:
    case, kind = view.case, view.issue_type
    return CaseHead(
        reference=case.reference,
        status=case.status.value,
        issue_label=kind.label if kind else case.issue_type,
        first_words=first_words(view.description),
        queue=case.queue,
        priority=case.priority.value,
        owner=names.of(case.owner) if case.owner else "",
        is_mine=case.owner is not None and case.owner == view.sight.by.name,
        opened_at=case.opened_at,
        closed_because=CLOSED_BECAUSE[case.closed_reason.value] if case.closed_reason else "",
        clocks=clocks_shown(case, names.language, at),
        flags=_flags(view),
        waiting_until=case.waiting_until if case.status in WAITING else None,
        told_at=_told_at(view),
    )


def first_words(text: str) -> str:
    """How the report begins, cut between words."""
    line = " ".join(text.split())
    if len(line) <= TITLE:
        return line
    return line[:TITLE].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def _flags(view: CaseView) -> list[FlagShown]:
    return [
        FlagShown(
            label=FLAGS[flag][0],
            icon=FLAGS[flag][1],
            name=flag.value,
            until=view.case.snoozed_until if flag is Flag.SNOOZED else None,
        )
        for flag in Flag
        if flag in view.case.flags
    ]


def _tags(tags: Sequence[str], url: Url) -> list[TagShown]:
    return [TagShown(name=tag, url=url(f"/desk?{urlencode({'q': f'tag:{tag}'})}")) for tag in tags]


def _other_kinds(view: CaseView, kinds: Sequence[IntakeGroup]) -> list[IntakeGroup]:
    """Every type but the one that the case has."""
    now = view.case.issue_type
    left = (replace(group, types=tuple(t for t in group.types if t.code != now)) for group in kinds)
    return [group for group in left if group.types]


def _facts(view: CaseView) -> list[FactShown]:
    kind = view.issue_type
    labels = {one.name: one.label for one in (*DETAILS, *(kind.fields if kind else ()))}
    return [
        FactShown(label=labels[name], value=value) for name, value in view.details.items() if name in labels
    ]


def _parties(view: CaseView, names: Names) -> list[PartyShown]:
    case = view.case
    found = [("reporter", case.side)] + ([("respondent", case.side.other)] if view.respondent else [])
    return [
        PartyShown(name=names.plain(role), side=SIDES[side.value], role=ROLES[role]) for role, side in found
    ]


def _written_to(view: CaseView, names: Names) -> list[WrittenTo]:
    """The reporter, and the respondent once they were asked."""
    roles = ["reporter", "respondent"] if view.respondent else ["reporter"]
    return [
        WrittenTo(
            value=role,
            name=names.plain(role),
            first=names.first(role),
            other=names.plain(other) if other else "",
            other_first=names.first(other) if other else "",
        )
        for role, other in zip(roles, [*roles[1:], "reporter"] if view.respondent else [""], strict=True)
        if role == "reporter" or view.case.is_contacted
    ]


def _told_at(view: CaseView) -> datetime | None:
    """When both sides are told of a decision that they do not know of yet."""
    decision = view.case.decision
    is_untold = decision is not None and decision.announced_at is None and view.case.status is Status.DECIDED
    return decision.at + GRACE if decision and is_untold else None


def _viewing(files: Sequence[DeskFile], file: str) -> DeskFile | None:
    return next((one for one in files if one.id == file), None)


def _live(view: CaseView, url: Url) -> LiveCase:
    case, person = view.case, view.sight.person[:16]
    api = url(f"/api/cases/{case.id}")
    return LiveCase(
        page=url(f"/desk/cases/{case.id}"),
        case=api,
        events=f"{api}/events",
        seen=f"{view.version}-1",
        person=person,
        draft="" if is_sensitive(case) else f"{person}.{case.id}",
    )
