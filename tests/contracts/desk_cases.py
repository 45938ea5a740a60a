"""Cases for the contracts of the desk's index: opened in the store, and projected as a test wants them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from contracts.openings import AT, opening
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.clocks import Kind
from gigdesk.cases.ports import CaseRow
from gigdesk.insights.asked import Asked, DeskPlace, Listing
from gigdesk.insights.facts import CaseFacts
from gigdesk.insights.model import Awaits, DeskEntry, Projected, WaitsOn
from gigdesk.insights.words import document

ME = "person-of-staff"


def entry(row: CaseRow, **given: object) -> DeskEntry:
    """An entry of this case: unassigned, its clock ends a day after it was opened."""
    plain = DeskEntry(
        case=row.id,
        version=row.version,
        reference=row.reference,
        status=row.status,
        queue=row.queue,
        issue_type=row.issue_type,
        severity=row.severity,
        priority="normal",
        gig_id=row.gig_id,
        side=row.side,
        waits_on=WaitsOn.DESK,
        awaits=Awaits.FIRST_REPLY,
        owner=None,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        due_at=row.opened_at + timedelta(days=1),
        clock="first_reply",
        is_statutory=False,
        paused_since=None,
        has_answered=False,
        is_escalated=False,
        is_held=False,
        snoozed_until=None,
        files=row.files,
        reporter=row.reporter,
        respondent=row.respondent,
    )
    return replace(plain, **given)  # type: ignore[arg-type]  # by name


def facts(one: DeskEntry, **given: object) -> CaseFacts:
    """Facts of the case of this entry: nobody has replied, nothing was missed."""
    plain = CaseFacts(
        case=one.case,
        version=one.version,
        queue=one.queue,
        issue_type=one.issue_type,
        severity=one.severity,
        owner=one.owner,
        reporter=one.reporter,
        respondent=one.respondent,
        opened_at=one.opened_at,
        replied_at=None,
        reply_took=None,
        is_reply_late=None,
        decided_at=None,
        decision_took=None,
        decided_by=None,
        disposition=None,
        outcomes={"upheld": 0, "varied": 0, "overturned": 0},
        reopenings=0,
        missed=missed(),
        settled_at=None,
        closed_at=None,
        closed_reason=None,
        files=one.files,
        size=0,
    )
    return replace(plain, **given)  # type: ignore[arg-type]  # by name


def missed(**clocks: int) -> dict[str, int]:
    """How often each clock was missed."""
    return {kind.value: clocks.get(kind.value, 0) for kind in Kind}


async def keep_facts(store: SqlStore, at: datetime = AT, **given: object) -> CaseFacts:
    """A case that was opened then and has these facts; those that a list shows stand in its entry too."""
    names = {"queue", "issue_type", "owner", "reporter", "respondent", "severity", "files"}
    one = await keep(store, at=at, **{name: value for name, value in given.items() if name in names})
    its = facts(one, **given)
    await project(store, one, its=its)
    return its


async def keep(
    store: SqlStore, *texts: str, at: datetime = AT, authors: Iterable[str] = (), **given: object
) -> DeskEntry:
    """A case that is projected with these texts; what else is given is what its entry has."""
    append = opening()
    append = replace(append, row=replace(append.row, opened_at=at, updated_at=at))
    await store.log.append(append)
    one = entry(append.row, **given)
    await project(store, one, *texts, authors=authors)
    return one


async def project(
    store: SqlStore,
    one: DeskEntry,
    *texts: str,
    authors: Iterable[str] = (),
    its: CaseFacts | None = None,
) -> None:
    """Project the case anew, whether or not it is behind."""
    [(followed,)] = await store.database.read("SELECT followed FROM cases WHERE id = $1", one.case)
    await store.projection.keep(
        [
            Projected(
                entry=one,
                facts=its or facts(one),
                followed=followed,
                words=document(texts),
                authors=frozenset(authors),
            )
        ]
    )


async def found(store: SqlStore, asked: Asked, limit: int = 50) -> list[UUID]:
    """Every case of the list, page after page."""
    cases: list[UUID] = []
    after: DeskPlace | None = None
    while True:
        page = await store.desk.page(Listing(asked=asked, after=after), limit)
        cases += [each.case for each in page.entries]
        after = page.next
        if after is None:
            return cases
