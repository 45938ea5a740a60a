"""What a report brings to its case, and the summary that lists have of it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from gigdesk.cases.commands import OpenCase
from gigdesk.cases.events import CaseOpened, Event, EvidenceInspected, EvidenceReceived
from gigdesk.cases.files import facts_value, file_item
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.model import Addressee, Case, Status
from gigdesk.cases.ports import CaseRow, Commit, ObjectRow
from gigdesk.cases.routing import Place
from gigdesk.evidence.model import ReceivedFile
from gigdesk.gigs.model import Gig, Party
from gigdesk.records import maker, record

_new_open_case = maker(OpenCase)
_new_case_row = maker(CaseRow)
_RECEIVED = Status.RECEIVED.value


@record(frozen=True, slots=True, kw_only=True)
class Report:
    """What a party sends, judged and made plain. ``sender`` is who asked: the reporter or an integration.

    ``place`` is where it goes and on which terms; None is as its type says, on the built-in ones.
    """

    gig: Gig
    reporter: Party
    sender: str
    by: str
    issue_type: IssueType
    description: str
    details: dict[str, str]
    files: tuple[ReceivedFile, ...]
    key: str | None
    place: Place | None = None


@record(frozen=True, slots=True, kw_only=True)
class People:
    """The pseudonyms of a case's people, and the other party where it is at hand."""

    reporter: str
    respondent: str | None
    other: Party | None = None


new_people = maker(People)


def personal_values(report: Report, people: People) -> list[tuple[str, bytes, str]]:
    """Item, value and person of everything in the report that the chain may know by digest only."""
    reporter = people.reporter
    values = [
        ("reporter", _person(report.reporter), reporter),
        ("gig", report.gig.title.encode(), reporter),
        ("description", report.description.encode(), reporter),
    ]
    if people.other and people.respondent:
        values.append(("respondent", _person(people.other), people.respondent))
    if report.details:
        values.append(("details", orjson.dumps(report.details), reporter))
    values += [(file_item(f.id), facts_value(f.name, f.sha256), reporter) for f in report.files]
    return values


def opening(case: UUID, now: datetime, report: Report, digests: dict[str, str]) -> OpenCase:
    """The command that this report is."""
    place = report.place
    return _new_open_case(
        case=case,
        at=now,
        by=report.by,
        gig_id=report.gig.id,
        side=report.reporter.side,
        issue_type=report.issue_type.code,
        severity=str(report.issue_type.severity),
        queue=place.queue if place else report.issue_type.queue,
        files=report.files,
        digests=digests,
        terms=place.recorded if place else None,
    )


def summary(commit: Commit, case: Case, people: People, changed_at: datetime) -> CaseRow:
    """The line of a case in lists, as its newest commit leaves it; ``changed_at`` is when its reporter could see
    a change last, so that the line tells nobody of more."""
    return _new_case_row(
        id=case.id,
        version=commit.number,
        status=str(case.status),
        reference=case.reference,
        gig_id=case.gig_id,
        issue_type=case.issue_type,
        severity=case.severity,
        queue=case.queue,
        side=str(case.side),
        reporter=people.reporter,
        respondent=people.respondent,
        # Those that the reporter sees: the line is shown to them as well.
        files=sum(Addressee.REPORTER in (file.party, file.to) for file in case.files),
        opened_at=case.opened_at,
        updated_at=changed_at,
        decided_at=case.decisions[0].at if case.decisions else None,
    )


def first_summary(commit: Commit, opened: CaseOpened, files: int, people: People) -> CaseRow:
    """What ``summary`` says of the case that this event opens, without making that case: every report pays for it."""
    return _new_case_row(
        id=commit.case,
        version=1,
        status=_RECEIVED,
        reference=opened.reference,
        gig_id=opened.gig_id,
        issue_type=opened.issue_type,
        severity=opened.severity,
        queue=opened.queue,
        side=opened.side.value,
        reporter=people.reporter,
        respondent=people.respondent,
        files=files,
        opened_at=commit.at,
        updated_at=commit.at,
    )


def new_objects(events: Sequence[Event]) -> tuple[ObjectRow, ...]:
    """The files and copies that these events speak of."""
    copies = (
        ObjectRow(key=copy.key, evidence=event.evidence, size=copy.size)
        for event in events
        if isinstance(event, EvidenceInspected)
        for copy in (event.derivative, event.thumbnail)
        if copy is not None
    )
    files = (
        ObjectRow(key=event.key, evidence=event.evidence, size=event.size)
        for event in events
        if isinstance(event, EvidenceReceived)
    )
    return (*files, *copies)


def _person(party: Party) -> bytes:
    return orjson.dumps({"id": party.user_id, "name": party.name, "side": str(party.side)})
