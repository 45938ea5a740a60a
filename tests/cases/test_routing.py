"""Where a new case goes: the first rule that fits decides, and none makes a grave case less safe."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gigdesk.access.queues import BUILT_IN, Queue, Queues
from gigdesk.cases.hours import Hours
from gigdesk.cases.issue_table import ISSUE_TYPES, built_in
from gigdesk.cases.issue_types import IssueType, Severity
from gigdesk.cases.routing import GRAVE, Routing, Rule, plain
from gigdesk.cases.terms import PRIORITIES, Priority
from gigdesk.gigs.model import Side

TRUST = Queue(name="trust", label="Trust", is_sensitive=True)
QUEUES = Queues([*BUILT_IN, TRUST])
HOURS = Hours(zone="UTC", week=(((540, 1020),),) * 7)
RANKS = list(Priority)


def kind(code: str) -> IssueType:
    found = built_in(code)
    assert found is not None
    return found


def routing(*rules: Rule) -> Routing:
    return Routing(ISSUE_TYPES, QUEUES, {"payments": HOURS, "safety": HOURS}, rules)


def test_without_rules_a_case_goes_where_its_type_says() -> None:
    assert routing().place(kind("payment.refund"), Side.CLIENT, "x").queue == "payments"


def test_the_first_rule_that_names_a_queue_decides_the_queue_and_so_for_the_priority() -> None:
    found = routing(
        Rule(words=("never",), queue="trust"),
        Rule(sides=frozenset({Side.CLIENT}), priority=Priority.HIGH),
        Rule(severities=frozenset({Severity.NORMAL}), queue="general", priority=Priority.LOW),
        Rule(words=("bank",), queue="trust"),
    ).place(kind("payment.refund"), Side.CLIENT, "my bank")

    assert (found.queue, found.terms.priority) == ("general", "high")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("He asked for a BANK\n\ttransfer", True),
        ("a bank transfer was", True),
        ("bank-transfer", False),
        ("", False),
        ("STRASSE", True),
        ("Straße", True),
    ],
)
def test_words_are_looked_for_without_case_and_spaces(text: str, fits: bool) -> None:
    rule = Rule(words=(plain("bank  Transfer"), plain("straße")), priority=Priority.URGENT)
    found = routing(rule).place(kind("other"), Side.CLIENT, text)

    assert (found.terms.priority == "urgent") == fits


def test_the_terms_follow_the_queue_that_a_rule_chose() -> None:
    found = routing(Rule(words=("bank",), queue="safety")).place(kind("payment.refund"), Side.CLIENT, "bank")

    assert (found.queue, found.terms.is_sensitive, found.terms.hours) == ("safety", True, HOURS)


def test_an_emergency_runs_day_and_night_whatever_the_hours_of_its_queue() -> None:
    assert routing().place(kind("safety.emergency"), Side.CLIENT, "").terms.hours is None
    assert routing().place(kind("safety.conditions"), Side.CLIENT, "").terms.hours == HOURS
    assert routing().hours_of(kind("safety.emergency")) is None


RULES = some.lists(
    some.builds(
        Rule,
        types=some.none() | some.frozensets(some.sampled_from([k.code for k in ISSUE_TYPES]), max_size=4),
        sides=some.none() | some.frozensets(some.sampled_from(Side), min_size=1),
        severities=some.none() | some.frozensets(some.sampled_from(Severity), min_size=1),
        words=some.lists(some.sampled_from(["a", "ab", "danger"]), max_size=2).map(tuple),
        queue=some.none() | some.sampled_from(QUEUES.names),
        priority=some.none() | some.sampled_from(Priority),
    ),
    max_size=5,
)


@given(
    rules=RULES,
    code=some.sampled_from([k.code for k in ISSUE_TYPES]),
    side=some.sampled_from(Side),
    text=some.text("ab danger", max_size=12),
)
def test_no_rule_takes_a_case_out_of_a_sensitive_queue_or_makes_it_less_urgent(
    rules: list[Rule], code: str, side: Side, text: str
) -> None:
    issue_type = kind(code)
    found = routing(*rules).place(issue_type, side, text)

    assert not QUEUES.is_sensitive(issue_type.queue) or QUEUES.is_sensitive(found.queue)
    assert found.terms.is_sensitive == QUEUES.is_sensitive(found.queue)
    if code.startswith(GRAVE):
        assert RANKS.index(found.terms.priority) >= RANKS.index(PRIORITIES[issue_type.severity])


@given(
    rules=RULES,
    code=some.sampled_from([k.code for k in ISSUE_TYPES]),
    text=some.text("ab danger", max_size=12),
)
def test_the_first_fitting_rule_is_what_one_finds_by_asking_each(
    rules: list[Rule], code: str, text: str
) -> None:
    issue_type = replace(kind(code), queue="general", code=code)
    if code.startswith(GRAVE):
        return
    side, said = Side.WORKER, plain(text)
    fitting = [
        rule
        for rule in rules
        if (rule.types is None or code in rule.types)
        and (rule.sides is None or side in rule.sides)
        and (rule.severities is None or issue_type.severity in rule.severities)
        and (not rule.words or any(word in said for word in rule.words))
    ]
    queue = next((rule.queue for rule in fitting if rule.queue), "general")
    priority = next((rule.priority for rule in fitting if rule.priority), PRIORITIES[issue_type.severity])

    found = Routing([issue_type], QUEUES, rules=rules).place(issue_type, side, text)

    assert (found.queue, found.terms.priority) == (queue, priority)


def test_of_the_rules_that_fit_the_one_before_decides_and_is_told() -> None:
    found = routing(
        Rule(words=("card",), priority=Priority.HIGH),
        Rule(types=frozenset({"payment.refund"}), queue="general"),
        Rule(words=("bank",), queue="trust"),
        Rule(words=("bank",), queue="trust", priority=Priority.LOW),
    )

    def decider(place: int, code: str, text: str) -> int | None:
        return found.decider(place, kind(code), Side.CLIENT, text)

    assert decider(2, "payment.refund", "my bank") == 1
    assert decider(2, "payment.underpaid", "my bank") == 2
    assert decider(3, "payment.refund", "my bank") == 3  # it still names the priority
    assert decider(3, "payment.refund", "my bank card") == 1  # and here no more
    assert decider(0, "payment.refund", "card") == 0


def test_what_no_rule_takes_out_of_its_queue_no_rule_decides() -> None:
    found = routing(Rule(sides=frozenset({Side.CLIENT}), queue="general"))

    assert found.decider(0, kind("harassment.verbal"), Side.CLIENT, "x") is None
