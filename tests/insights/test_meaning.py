"""What a query means for who asks, now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gigdesk.cases.lifecycle import ALIVE
from gigdesk.cases.model import Status
from gigdesk.ids import read_reference
from gigdesk.insights.asked import Asked, Phrase
from gigdesk.insights.meaning import Asker, asked_for, meant
from gigdesk.insights.model import Sort
from gigdesk.insights.query import read_query
from gigdesk.insights.terms import Vocabulary

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOW - 12 * HOUR  # when the day of NOW begins
TYPES = ("safety.emergency", "safety.conditions", "payment.refund", "other")
WORDS = Vocabulary(queues=("safety", "payments", "general"), types=TYPES)
ASKER = Asker(person="key-me", queues=frozenset({"payments", "general"}), at=NOW)
PLAIN = Asked(person="key-me", queues=ASKER.queues)
SAFETY = frozenset({"safety.emergency", "safety.conditions"})
MEANT = [
    ("", {}),
    ("is:open", {"statuses": ALIVE}),
    ("-is:open", {"statuses": frozenset({Status.CLOSED})}),
    ("is:open is:closed", {"statuses": frozenset()}),
    ("status:received status:closed", {"statuses": frozenset({Status.RECEIVED, Status.CLOSED})}),
    ("-status:received is:open", {"statuses": ALIVE - {Status.RECEIVED}}),
    ("phase:resolved", {"statuses": frozenset({Status.DECIDED})}),
    (
        "waiting:reporter waiting:external",
        {"statuses": frozenset({Status.WAITING_REPORTER, Status.WAITING_EXTERNAL})},
    ),
    ("waiting:desk", {"statuses": frozenset({Status.RECEIVED, Status.IN_REVIEW, Status.APPEALED})}),
    ("type:safety.*", {"types": SAFETY}),
    ("type:* -type:safety.*", {"types": frozenset(TYPES), "except_types": SAFETY}),
    ("queue:safety", {"queues": frozenset()}),
    ("queue:payments queue:safety", {"queues": frozenset({"payments"})}),
    ("-queue:payments", {"except_queues": frozenset({"payments"})}),
    ("is:mine", {"owners": frozenset({"key-me"})}),
    ("is:unassigned", {"owners": frozenset({None})}),
    ("is:mine is:unassigned", {"owners": frozenset()}),
    ("owner:me owner:nobody owner:ann", {"owners": frozenset({"key-me", None, "key-ann"})}),
    ("-owner:nobody -is:mine", {"except_owners": frozenset({None, "key-me"})}),
    ("is:snoozed -is:held", {"flags": frozenset({("snoozed", True), ("held", False)})}),
    ("is:overdue", {"due": (None, NOW)}),
    ("opened:2026-11-28", {"opened": (MIDNIGHT - DAY, MIDNIGHT), "sort": Sort.NEWEST}),
    ("opened:2026-11-28.. opened:..2026-11-28", {"opened": (MIDNIGHT - DAY, MIDNIGHT), "sort": Sort.NEWEST}),
    ("decided:..2026-11-28 sort:clock", {"decided": (None, MIDNIGHT)}),
    ("backlog:2026-11-28", {"unsettled": frozenset({MIDNIGHT}), "sort": Sort.NEWEST}),
    ("breached:any", {"breached": frozenset({"any"})}),
    ("decider:me decider:ann", {"deciders": frozenset({"key-me", "key-ann"})}),
    ("is:reopened -is:unreplied", {"flags": frozenset({("reopened", True), ("unreplied", False)})}),
    ("clock:over", {"due": (None, NOW), "has_clock": True}),
    ("clock:<24h clock:>1h", {"due": (NOW + HOUR, NOW + DAY), "has_clock": True}),
    ("age:>2d age:<1w", {"opened": (NOW - 7 * DAY, NOW - 2 * DAY)}),
    ("files:>0 files:<3", {"files": (1, 2)}),
    ("files:2", {"files": (2, 2)}),
    ("gig:a gig:b", {"gigs": frozenset({"a", "b"})}),
    ("tag:Refund tag:bank:in", {"tags": frozenset({"refund", "bank:in"})}),
    ("-tag:ＶＩＰ -tag:x", {"except_tags": frozenset({"vip", "x"})}),
    ("priority:high severity:low", {"priorities": frozenset({"high"}), "severities": frozenset({"low"})}),
    ("sort:updated", {"sort": Sort.UPDATED}),
    (
        "Grey vio",
        {"phrases": (Phrase(words=("grey",)), Phrase(words=("vio",), is_prefix=True)), "sort": Sort.NEWEST},
    ),
    (
        'gré "Oak, floor" sort:clock',
        {"phrases": (Phrase(words=("gre",), is_prefix=True), Phrase(words=("oak", "floor")))},
    ),
    ("half-broken", {"phrases": (Phrase(words=("half", "broken"), is_prefix=True),), "sort": Sort.NEWEST}),
    ("a", {"phrases": (Phrase(words=("a",)),), "sort": Sort.NEWEST}),
    ("gd7k3m92qx7", {"references": frozenset({"GD-7K3M-92QX7"})}),
]


@pytest.mark.parametrize(("text", "narrowed"), MEANT)
def test_a_query_means(text: str, narrowed: dict[str, object]) -> None:
    asked = asked_for(read_query(text, WORDS), ASKER, TYPES, lambda user: f"key-{user}")

    assert asked == replace(PLAIN, **narrowed)  # type: ignore[arg-type]  # by name


def test_whatever_is_asked_nothing_widens_what_may_be_seen() -> None:
    for text, _ in MEANT:
        asked = asked_for(read_query(text, WORDS), ASKER, TYPES, lambda user: user)
        assert asked.person == ASKER.person
        assert asked.queues is not None
        assert asked.queues <= {"payments", "general"}


def test_a_mistyped_reference_means_those_one_slip_away() -> None:
    right = "GD-7K3M-92QX7"
    slips = ["GD-7K3M-92QX8", "GD-8K3M-92QX7", "GD-7K3M-2 9QX7".replace(" ", ""), "GD-K73M-92QX7"]

    for slip in slips:
        found = meant(slip)
        assert right in found
        assert len(found) < 30
        assert all(read_reference(one) == one for one in found)
    assert meant(right) == {right}
