"""An invented past is one that the rules could have made: its chains verify, its summaries are what they say."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial

import pytest

from gigdesk.cases import wire
from gigdesk.cases.model import Status
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.seal import person_key, record_of, replay
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Viewer, seen_by
from gigdesk.invented.moulds import Cast
from gigdesk.invented.write import History

UNTIL = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
COUNT = 600


def history(seed: int = 1) -> list[Cast]:
    return list(History(Rulebook(), partial(person_key, b"k" * 32), seed, UNTIL).cases(COUNT))


@pytest.fixture(scope="module")
def cases() -> list[Cast]:
    return history()


def test_every_chain_holds(cases: list[Cast]) -> None:
    for case in cases:
        before = wire.root(case.row.id)
        for number, commit in enumerate(case.commits, 1):
            assert (commit.case, commit.number) == (case.row.id, number)
            assert commit.hash == wire.chain(before, commit.content)
            before = commit.hash


def test_every_summary_says_what_the_log_says(cases: list[Cast]) -> None:
    for case in cases:
        state, row = replay(case.commits), case.row
        assert state is not None
        assert (row.status, row.reference, row.gig_id) == (state.status, state.reference, state.gig_id)
        assert (row.issue_type, row.queue, row.severity) == (state.issue_type, state.queue, state.severity)
        assert (row.version, row.opened_at, row.side) == (len(case.commits), state.opened_at, state.side)
        assert row.updated_at == seen_by(Viewer.REPORTER, [*map(record_of, case.commits)])[-1].at
        assert row.decided_at == (state.decisions[0].at if state.decisions else None)
        assert case.is_contacted is state.is_contacted


def test_every_text_is_the_one_that_the_chain_knows(cases: list[Cast]) -> None:
    for case in cases:
        text = b"".join(commit.content for commit in case.commits).decode()
        for value in (value for sealed in case.sealed for value in sealed):
            assert wire.digest(value.salt, value.value) in text


def test_nothing_happened_after_now_and_what_is_to_come_is_waited_for(cases: list[Cast]) -> None:
    for case in cases:
        state = replay(case.commits)
        assert state is not None
        assert all(commit.at <= UNTIL for commit in case.commits[1:])
        assert case.commits[0].at <= UNTIL
        due = next_wake(state)
        assert (case.wake and case.wake.due) == (due and max(due, UNTIL))


def test_it_is_believable(cases: list[Cast]) -> None:
    statuses = Counter(case.row.status for case in cases)
    assert statuses[Status.CLOSED] > COUNT * 0.8
    assert {Status.RECEIVED, Status.IN_REVIEW, Status.DECIDED} <= statuses.keys()
    assert len({case.row.id for case in cases}) == COUNT
    assert len({case.row.reporter for case in cases}) > COUNT / 2
    assert all(case.row.reporter != case.row.respondent for case in cases)
    states = [state for case in cases if (state := replay(case.commits))]
    assert COUNT * 0.1 < sum(bool(state.tags) for state in states) < COUNT * 0.3
    assert any(state.chosen_priority for state in states)


def test_the_same_seed_makes_the_same_past(cases: list[Cast]) -> None:
    assert history() == cases
    assert history(seed=2) != cases
