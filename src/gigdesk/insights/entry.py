"""From the log of a case to its row in the desk's lists, and to the words that it is found by. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gigdesk.cases import wire
from gigdesk.cases.clocks import STATUTORY, Clock, Kind, clocks
from gigdesk.cases.model import Addressee, Case, Flag, Status
from gigdesk.cases.next_step import waiting_on
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.sight import Sealed
from gigdesk.cases.visibility import Record
from gigdesk.insights.facts import facts_of, parties_of
from gigdesk.insights.model import Awaits, DeskEntry, Projected, WaitsOn, Where
from gigdesk.insights.ports import Behind
from gigdesk.insights.words import document

_AWAITED = {
    Status.WAITING_REPORTER: Awaits.QUESTION,
    Status.WAITING_RESPONDENT: Awaits.STATEMENT,
    Status.WAITING_EXTERNAL: Awaits.OUTSIDE,
    Status.APPEALED: Awaits.APPEAL,
    Status.DECIDED: Awaits.NOTHING,
    Status.CLOSED: Awaits.NOTHING,
}
_A_MOMENT = timedelta(microseconds=1)
_OVER = frozenset({Status.DECIDED, Status.CLOSED})
_PARTIES = frozenset({Addressee.REPORTER.value, Addressee.RESPONDENT.value})
_KINDS = {"description": Where.DESCRIPTION, "details": Where.DESCRIPTION, "gig": Where.GIG}
_KINDS_OF_MANY = {"message": Where.MESSAGE, "note": Where.NOTE, "file": Where.FILE}


def projected(behind: Behind, case: Case, records: Sequence[Record], sealed: Sealed) -> Projected:
    """What is kept of a case beside its log, which is ``records``."""
    texts = list(texts_of(sealed))
    authors = frozenset(sealed[item].person for item, _, _ in texts)
    entry = entry_of(behind.row, case, records[-1].number, sealed)
    facts = facts_of(case, records, parties_of(behind.row.reporter, behind.row.respondent, sealed))
    words = document(text for _, _, text in texts)
    return Projected(entry=entry, facts=facts, followed=behind.followed, words=words, authors=authors)


def entry_of(row: CaseRow, case: Case, version: int, sealed: Sealed) -> DeskEntry:
    """The row of a case whose log up to ``version`` makes ``case``; from the summary come its people alone."""
    nearest = _nearest(case)
    return DeskEntry(
        case=case.id,
        version=version,
        reference=case.reference,
        status=case.status.value,
        queue=case.queue,
        issue_type=case.issue_type,
        severity=str(case.severity),
        priority=case.priority.value,
        gig_id=case.gig_id,
        side=case.side.value,
        waits_on=WaitsOn(waiting_on(case) or "nobody"),
        awaits=_awaits(case),
        owner=_owner(case, sealed),
        opened_at=case.opened_at,
        updated_at=case.updated_at,
        due_at=nearest.due if nearest else None,
        clock=nearest.kind.value if nearest else None,
        is_statutory=nearest is not None and nearest.kind in STATUTORY,
        paused_since=_paused_since(case),
        has_answered=_has_answered(case),
        is_escalated=Flag.ESCALATED in case.flags,
        is_held=Flag.LEGAL_HOLD in case.flags,
        snoozed_until=case.snoozed_until if Flag.SNOOZED in case.flags else None,
        files=len(case.files),
        reporter=row.reporter,
        respondent=row.respondent,
        tags=case.tags,
    )


def texts_of(sealed: Sealed) -> Iterator[tuple[str, Where, str]]:
    """The texts that a case is found by, each with its item and where it stands. Erased ones are missing."""
    for item, value in sealed.items():
        kind, _, of_many = item.partition(":")
        where = _KINDS_OF_MANY.get(kind) if of_many else _KINDS.get(item)
        if where is Where.FILE:
            yield item, where, str(wire.parse(value.value)["name"])
        elif item == "details":
            yield item, Where.DESCRIPTION, " · ".join(map(str, wire.parse(value.value).values()))
        elif where:
            yield item, where, value.value.decode(errors="replace")


def _nearest(case: Case) -> Clock | None:
    """The clock that ends first of those that run, whether or not its time is over."""
    running = [clock for clock in _clocks(case) if clock.due and not clock.is_over]
    return min(running, key=lambda clock: (clock.due or case.opened_at, clock.kind), default=None)


def _clocks(case: Case) -> list[Clock]:
    """The clocks as the last commit left them: a pause that it began has begun."""
    return clocks(case, case.updated_at + _A_MOMENT)


def _awaits(case: Case) -> Awaits:
    if case.status in _AWAITED:
        return _AWAITED[case.status]
    if case.replied_at is None:
        return Awaits.FIRST_REPLY
    due = {clock.kind for clock in _clocks(case)}
    return Awaits.NEXT_REPLY if Kind.NEXT_REPLY in due else Awaits.DECISION


def _owner(case: Case, sealed: Sealed) -> str | None:
    """The person key of the owner; of one whose name was erased, the name on the case, which is nobody's key."""
    if case.owner is None:
        return None
    value = sealed.get(case.owner)
    return value.person if value else case.owner


def _paused_since(case: Case) -> datetime | None:
    pause = case.pauses[-1] if case.pauses else None
    return pause.since if pause and pause.until is None else None


def _has_answered(case: Case) -> bool:
    return case.status not in _OVER and bool(case.messages) and case.messages[-1].sender in _PARTIES
