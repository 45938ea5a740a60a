"""What a case is after its events: a fold, and nothing else. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import reduce
from uuid import UUID

from gigdesk.cases.events import (
    CaseOpened,
    Event,
    EvidenceInspected,
    EvidenceReceived,
    OriginalOpened,
)
from gigdesk.cases.evolve_life import evolve_life
from gigdesk.cases.model import Case, Evidence, Status
from gigdesk.cases.terms import terms_of
from gigdesk.records import maker

_new_case = maker(Case)


def fold(case: UUID, before: Case | None, events: Iterable[Event], at: datetime) -> Case | None:
    """The case after these events, all of them of one commit at this time."""
    return reduce(lambda state, event: evolve(case, state, event, at), events, before)


def evolve(case: UUID, before: Case | None, event: Event, at: datetime) -> Case:
    """The case after one event."""
    match event:
        case CaseOpened():
            return _opened(case, event, at)
        case EvidenceReceived():
            return _received(_known(before), event, at)
        case EvidenceInspected():
            return _inspected(_known(before), event, at)
        case OriginalOpened():
            return _known(before)
        case _:
            return evolve_life(_known(before), event, at)


def _known(before: Case | None) -> Case:
    if before is None:
        raise ValueError("a case begins with case.opened")
    return before


def _opened(case: UUID, event: CaseOpened, at: datetime) -> Case:
    return _new_case(
        id=case,
        reference=event.reference,
        status=Status.RECEIVED,
        gig_id=event.gig_id,
        side=event.side,
        issue_type=event.issue_type,
        severity=event.severity,
        queue=event.queue,
        terms=terms_of(event.issue_type, event.severity, event.queue, event.terms),
        opened_at=at,
        updated_at=at,
        digests=dict(event.digests),
    )


def _received(before: Case, event: EvidenceReceived, at: datetime) -> Case:
    file = Evidence(
        id=event.evidence,
        key=event.key,
        media_type=event.media_type,
        size=event.size,
        received_at=at,
        party=event.party,
        to=event.to,
        message=event.message,
    )
    return replace(before, files=(*before.files, file), updated_at=at)


def _inspected(before: Case, event: EvidenceInspected, at: datetime) -> Case:
    files = tuple(
        replace(
            file,
            verdict=event.verdict,
            detail=event.detail,
            derivative=event.derivative,
            thumbnail=event.thumbnail,
        )
        if file.id == event.evidence
        else file
        for file in before.files
    )
    return replace(before, files=files, updated_at=at)
