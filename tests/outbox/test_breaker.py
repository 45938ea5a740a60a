"""The circuit of a destination: given what was heard, when it is asked, then it goes or waits."""

import re
from collections.abc import Iterable
from inspect import getsource

import pytest

from gigdesk.cases import effects
from gigdesk.errors import Conflict, Unavailable
from gigdesk.notices.ports import Undeliverable
from gigdesk.outbox.breaker import Circuit, Outcome, Rule, State, admit, heard
from gigdesk.outbox.destinations import DESTINATIONS, asked_for, destination, kinds_of, outcome

RULE = Rule(failures=3, first_pause=10, last_pause=60, probing=5)
AWAY, ANSWERED, UNKNOWN = Outcome.AWAY, Outcome.ANSWERED, Outcome.UNKNOWN


def given(outcomes: Iterable[Outcome], at: float = 0, circuit: Circuit | None = None) -> Circuit:
    """A circuit after these ends of calls, each of which was let through, all at one moment."""
    circuit = circuit or Circuit()
    for each in outcomes:
        admission = admit(circuit, RULE, at)
        assert admission.wait == 0
        circuit = heard(admission.circuit, RULE, each, was_probe=admission.is_probe, now=at)
    return circuit


def test_a_circuit_of_which_nothing_was_heard_lets_everything_through() -> None:
    assert admit(Circuit(), RULE, 0).wait == 0


def test_failures_fewer_than_the_rule_says_change_nothing() -> None:
    circuit = given([AWAY, AWAY])
    assert circuit.state is State.CLOSED
    assert admit(circuit, RULE, 0).wait == 0


def test_failures_in_a_row_open_it_for_the_first_pause() -> None:
    circuit = given([AWAY, AWAY, AWAY], at=100)
    assert circuit.state is State.OPEN
    assert [admit(circuit, RULE, now).wait for now in (100, 104, 109.5)] == [10, 6, 0.5]


def test_an_answer_between_them_begins_the_count_anew() -> None:
    assert given([AWAY, AWAY, ANSWERED, AWAY, AWAY]).state is State.CLOSED


def test_what_tells_nothing_is_no_answer_and_no_failure() -> None:
    assert given([AWAY, UNKNOWN, AWAY, UNKNOWN]).state is State.CLOSED
    assert given([AWAY, UNKNOWN, AWAY, UNKNOWN, AWAY]).state is State.OPEN


def test_after_the_pause_one_probe_goes_and_others_ask_again_later() -> None:
    opened = given([AWAY] * 3)

    probe = admit(opened, RULE, 10)
    other = admit(probe.circuit, RULE, 10)

    assert (probe.wait, probe.is_probe, probe.circuit.state) == (0, True, State.HALF_OPEN)
    assert (other.wait, other.is_probe) == (RULE.probing, False)


def test_a_probe_that_is_answered_closes_it_and_all_is_forgotten() -> None:
    closed = given([ANSWERED], at=10, circuit=given([AWAY] * 3))
    assert closed == Circuit()


def test_each_probe_in_vain_doubles_the_pause_up_to_the_last() -> None:
    circuit, now, pauses = given([AWAY] * 3), 0.0, []
    for _ in range(5):
        pauses.append(admit(circuit, RULE, now).wait)
        now += pauses[-1]
        circuit = given([AWAY], at=now, circuit=circuit)
    assert pauses == [10, 20, 40, 60, 60]


def test_a_probe_that_tells_nothing_is_followed_by_another_at_once() -> None:
    circuit = given([UNKNOWN], at=10, circuit=given([AWAY] * 3))
    assert circuit.state is State.OPEN
    assert admit(circuit, RULE, 10).is_probe


def test_a_probe_of_which_nothing_is_heard_is_followed_by_another_in_time() -> None:
    probing = admit(given([AWAY] * 3), RULE, 10).circuit
    assert admit(probing, RULE, 10 + RULE.last_pause - 1).wait == 1
    assert admit(probing, RULE, 10 + RULE.last_pause).is_probe


@pytest.mark.parametrize("now", [0, 10])
def test_calls_that_began_before_do_not_prolong_the_pause(now: float) -> None:
    """One is heard while it is open, one while a probe is under way."""
    circuit = admit(given([AWAY] * 3), RULE, now).circuit
    assert heard(circuit, RULE, AWAY, was_probe=False, now=now) == circuit
    assert heard(circuit, RULE, UNKNOWN, was_probe=False, now=now) == circuit


def test_a_call_that_began_before_and_was_answered_closes_it() -> None:
    assert heard(given([AWAY] * 3), RULE, ANSWERED, was_probe=False, now=1) == Circuit()


@pytest.mark.parametrize(
    ("error", "tells"),
    [
        (None, ANSWERED),
        (Undeliverable("mail.refused", "no"), ANSWERED),
        (Unavailable("mail.server", "away"), AWAY),
        (Unavailable("mail.maildir", "away"), AWAY),
        (Unavailable("store.away", "away"), UNKNOWN),
        (Unavailable("case.busy", "away"), UNKNOWN),
        (Conflict("mail.odd", "no"), UNKNOWN),
        (TimeoutError(), UNKNOWN),
    ],
)
def test_only_what_the_destination_did_tells_of_it(error: Exception | None, tells: Outcome) -> None:
    mail = destination("notify")
    assert mail is not None
    assert outcome(mail, error) is tells


def test_a_picture_that_the_cleaner_cannot_bear_does_not_hold_up_the_others() -> None:
    inspection = destination("inspect-evidence")
    assert inspection is not None
    assert outcome(inspection, Unavailable("cleaner.unavailable", "away")) is UNKNOWN
    assert outcome(inspection, Unavailable("scanner.unavailable", "away")) is AWAY


def test_every_kind_of_effect_has_its_line_in_the_table() -> None:
    kinds = set(re.findall(r'case "([a-z-]+)"', getsource(effects.effect_from_wire)))
    assert kinds
    assert kinds <= set(DESTINATIONS), "say in outbox/destinations.py where the new kind goes, or None"
    assert kinds_of("mail") == ("notify",)


def test_who_asks_to_be_left_alone_is_after_one_call_for_as_long_as_that_within_bounds() -> None:
    for asked, waits in ((1800.0, 1800), (86_400.0, 3600), (2.0, 10)):
        circuit = heard(Circuit(), RULE, AWAY, was_probe=False, now=100, wait=asked)
        assert circuit.state is State.OPEN
        assert admit(circuit, RULE, 100).wait == waits
        probe = admit(circuit, RULE, 100 + waits)
        again = heard(probe.circuit, RULE, AWAY, was_probe=True, now=100 + waits, wait=asked)
        assert admit(again, RULE, 100 + waits).wait == max(min(asked, 3600), 20)
    assert heard(Circuit(), RULE, ANSWERED, was_probe=False, now=0, wait=60) == Circuit()


def test_only_what_the_other_side_said_is_heeded() -> None:
    asked = Unavailable("webhook.server", "away", retry_after=60)
    guessed = Unavailable("scanner.server", "away", retry_after=60)
    webhook, inspection = DESTINATIONS["call-webhook"], DESTINATIONS["inspect-evidence"]
    assert webhook is not None
    assert inspection is not None
    assert asked_for(webhook, asked) == 60
    assert asked_for(webhook, Unavailable("store.away", "away", retry_after=60)) == 0
    assert asked_for(webhook, None) == 0
    assert asked_for(inspection, guessed) == 0
