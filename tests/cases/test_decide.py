from dataclasses import replace

import pytest

from cases.playbook import AT, CASE, FILE, OTHER_FILE, given
from gigdesk.cases.commands import OpenCase, OpenOriginal, RecordVerdict
from gigdesk.cases.events import CaseOpened, EvidenceInspected, EvidenceReceived, OriginalOpened
from gigdesk.cases.files import file_item
from gigdesk.cases.model import Copy, Status
from gigdesk.errors import NotFound, NotReady
from gigdesk.evidence.model import ReceivedFile, Verdict
from gigdesk.gigs.model import Side
from gigdesk.ids import read_reference, reference

DIGESTS = {"reporter": "aa", "gig": "bb", "description": "cc"}
PHOTO = ReceivedFile(
    id=FILE, key="ab/cdef0123", name="x.jpg", media_type="image/jpeg", size=7, sha256="d" * 64
)
OPENED = CaseOpened(
    reference=reference(CASE), gig_id="gig-1", side=Side.CLIENT, issue_type="property.damage",
    severity="high", queue="general", digests=DIGESTS,
)  # fmt: skip
RECEIVED = EvidenceReceived(
    evidence=FILE,
    key=PHOTO.key,
    media_type="image/jpeg",
    size=7,
    digests={file_item(FILE): "ee"},
)
OPEN = OpenCase(
    case=CASE, at=AT, by="reporter", gig_id="gig-1", side=Side.CLIENT, issue_type="property.damage",
    severity="high", queue="general", files=(PHOTO,), digests={**DIGESTS, file_item(FILE): "ee"},
)  # fmt: skip
COPY = Copy(key="12/34567890", media_type="image/jpeg", size=5)
CLEAN = RecordVerdict(case=CASE, at=AT, by="system", evidence=FILE, verdict=Verdict.CLEAN, derivative=COPY)
INSPECTED = EvidenceInspected(evidence=FILE, verdict=Verdict.CLEAN, derivative=COPY)
ORIGINAL = OpenOriginal(case=CASE, at=AT, by="staff:1", evidence=FILE, digests={"reason:1": "ff"})


def test_a_report_opens_a_case_with_its_files() -> None:
    case = given().when(OPEN).then(OPENED, RECEIVED)

    assert case is not None
    assert case.status is Status.RECEIVED
    assert [f.verdict for f in case.files] == [Verdict.PENDING]
    assert read_reference(case.reference) == case.reference


def test_a_case_is_opened_once() -> None:
    given(OPENED).when(OPEN).then_nothing()


def test_a_verdict_is_recorded_with_the_copies() -> None:
    case = given(OPENED, RECEIVED).when(CLEAN).then(INSPECTED)

    assert case is not None
    assert case.files[0].derivative == COPY


def test_the_first_verdict_stands() -> None:
    infected = replace(CLEAN, verdict=Verdict.INFECTED, derivative=None)

    given(OPENED, RECEIVED, INSPECTED).when(infected).then_nothing()


@pytest.mark.parametrize("command", [CLEAN, ORIGINAL])
def test_what_concerns_an_unknown_file_is_refused(command: RecordVerdict | OpenOriginal) -> None:
    given(OPENED, RECEIVED).when(replace(command, evidence=OTHER_FILE)).then_refused(
        NotFound, "evidence.unknown"
    )
    given().when(command).then_refused(NotFound, "evidence.unknown")


def test_an_original_is_opened_with_a_trace() -> None:
    given(OPENED, RECEIVED, INSPECTED).when(ORIGINAL).then(
        OriginalOpened(evidence=FILE, digests={"reason:1": "ff"})
    )


def test_an_original_that_was_scanned_and_cannot_be_shown_is_opened_with_a_trace() -> None:
    unreadable = EvidenceInspected(evidence=FILE, verdict=Verdict.UNREADABLE)

    given(OPENED, RECEIVED, unreadable).when(ORIGINAL).then(
        OriginalOpened(evidence=FILE, digests={"reason:1": "ff"})
    )


@pytest.mark.parametrize("verdict", [Verdict.INFECTED, Verdict.FAILED])
def test_an_original_that_was_not_found_clean_opens_for_nobody(verdict: Verdict) -> None:
    bad = EvidenceInspected(evidence=FILE, verdict=verdict)

    given(OPENED, RECEIVED, bad).when(ORIGINAL).then_refused(NotReady, f"evidence.{verdict}")
    given(OPENED, RECEIVED).when(ORIGINAL).then_refused(NotReady, "evidence.pending")
