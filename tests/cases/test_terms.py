"""Terms of a case: written where they differ, read back as they were, and built in for good."""

from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases.stories import AT, Story, opened
from gigdesk.cases.events import CaseOpened, from_wire, to_wire
from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.issue_types import Severity
from gigdesk.cases.model import Case
from gigdesk.cases.routing import Routing
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.terms import Priority, Terms, default_terms, recorded, terms_of
from gigdesk.cases.wire import canonical
from gigdesk.gigs.model import Side

GOLDEN = Path(__file__).parent / "golden" / "terms.json"
SPAN = some.tuples(some.integers(0, 700), some.integers(701, 1440))
HOURS = some.builds(
    Hours,
    zone=some.sampled_from(["UTC", "Europe/Berlin"]),
    week=some.tuples(
        *[some.lists(some.tuples(some.integers(0, 700), some.integers(701, 1440)), max_size=2).map(tuple)] * 7
    ),
    holidays=some.frozensets(some.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=3),
)
SPANS = some.integers(1, 129_600).map(lambda minutes: timedelta(minutes=minutes))
ANY = some.builds(
    Terms,
    first_reply=some.none() | SPANS,
    resolution=SPANS,
    shields_reporter=some.booleans(),
    may_expire=some.booleans(),
    permits_contact=some.booleans(),
    is_sensitive=some.booleans(),
    priority=some.sampled_from(Priority),
    hours=some.none() | HOURS,
)


@given(terms=ANY, code=some.sampled_from([*(kind.code for kind in ISSUE_TYPES), "fleet.scratch"]))
def test_terms_come_back_from_the_log_as_they_were(terms: Terms, code: str) -> None:
    default = default_terms(code, "normal", "general")

    said = recorded(terms, default)
    read = orjson.loads(canonical({"terms": said}))["terms"]

    assert terms_of(code, "normal", "general", read) == terms
    assert (said is None) == (terms == default)


@pytest.mark.parametrize("kind", ISSUE_TYPES, ids=lambda kind: kind.code)
@pytest.mark.parametrize("side", Side)
def test_a_default_installation_records_nothing(kind: object, side: Side) -> None:
    place = Rulebook().routing.place(kind, side, "whatever happened")  # type: ignore[arg-type]

    assert place.recorded is None
    assert place.queue == kind.queue  # type: ignore[attr-defined]
    event = CaseOpened(
        reference="GD-7K3M-9XQ24", gig_id="g", side=side, issue_type="other", severity="normal", queue="general",
        digests={}, terms=place.recorded,
    )  # fmt: skip
    assert "terms" not in to_wire(event)


def test_the_built_in_terms_of_released_types_never_change() -> None:
    """Cases are in logs that say nothing of their terms: what is built in is part of what these logs say."""
    built_in = {
        kind.code: recorded(default_terms(kind.code, kind.severity.value, kind.queue), _other())
        for kind in ISSUE_TYPES
    }

    assert built_in == orjson.loads(GOLDEN.read_bytes())


def _other() -> Terms:
    """Terms from which every built-in one differs in what is worth holding."""
    return Terms(
        first_reply=None, resolution=timedelta(1000), shields_reporter=True, may_expire=False, permits_contact=True,
        is_sensitive=False, priority=Priority.LOW,
    )  # fmt: skip


def test_terms_of_a_newer_gigdesk_are_not_guessed() -> None:
    document = {**to_wire(opened()), "terms": {"moon": 1}}
    event = from_wire(document)

    with pytest.raises(ValueError, match="newer gigdesk"):
        Story.of(event)


def test_a_case_keeps_its_terms_whatever_the_host_edits() -> None:
    week = (((540, 1020),),) * 5 + ((), ())
    own = {kind.code: kind for kind in ISSUE_TYPES}["payment.refund"]
    before = Routing([own], Rulebook().queues, {"payments": Hours(zone="UTC", week=week)})
    said = before.place(own, Side.CLIENT, "").recorded

    replayed = [_replayed(said) for _ in range(2)]

    assert said is not None
    assert replayed[0].terms == replayed[1].terms == before.place(own, Side.CLIENT, "").terms
    assert _replayed(None).terms == default_terms("payment.refund", "normal", "payments")


def _replayed(terms: object) -> Case:
    document = {**to_wire(opened("payment.refund")), **({"terms": terms} if terms else {})}
    event = from_wire(orjson.loads(orjson.dumps(document)))
    story = Story.of(event)
    assert story.now.opened_at == AT
    return story.now


@pytest.mark.parametrize(
    ("severity", "priority"),
    [
        (Severity.CRITICAL, "urgent"),
        (Severity.HIGH, "high"),
        (Severity.NORMAL, "normal"),
        (Severity.LOW, "low"),
    ],
)
def test_the_priority_follows_the_severity_where_no_rule_sets_it(severity: Severity, priority: str) -> None:
    assert default_terms("other", severity.value, "general").priority == priority


def test_of_a_type_that_nobody_knows_the_careful_terms_hold() -> None:
    unknown = default_terms("gone.away", "high", "gone")

    assert (unknown.first_reply, unknown.shields_reporter, unknown.may_expire) == (None, True, False)
