"""The whole life of a case by chance again, now written to each store, which must say the same as the rules alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from cases.stories import LEAD, SAID, opened
from cases.test_life_machine import Life
from contracts.openings import AT, opening
from gigdesk.adapters.stores.sql.rows import micros
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import life_commands as ask
from gigdesk.cases.audit import verify
from gigdesk.cases.commands import RecordVerdict
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.life_commands import By
from gigdesk.cases.opening import new_people, summary
from gigdesk.cases.ports import Append
from gigdesk.cases.queries import CaseQuery
from gigdesk.cases.seal import commit_of, effect_rows, record_of, replay
from gigdesk.cases.timing import next_wake
from gigdesk.cases.visibility import Record, Viewer, seen_by
from gigdesk.cases.wire import root
from gigdesk.clock import SystemClock
from gigdesk.errors import GigdeskError
from gigdesk.evidence.model import Verdict
from gigdesk.ids import uuid7

PEOPLE = new_people(reporter="the reporter", respondent="the respondent")


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


class LifeOnStore(Life):
    """Every command is asked of the rules and of the store; both must say and keep the same."""

    def __init__(self, runner: asyncio.Runner, store: SqlStore) -> None:
        super().__init__()
        self.runner = runner
        self.store = store
        self.handler = CaseHandler(store.log, store.index, SystemClock(), key=bytes(32), daily_cap=20)
        self.id = uuid7()
        self.is_kept = False
        self.first: Record | None = None

    @initialize()
    def begin(self) -> None:
        self.keep_opening()

    def keep_opening(self) -> None:
        """Write the case that the story begins with, under an id of its own."""
        self.id = uuid7()
        self.first = first = self.story.history[0]
        commit = commit_of(
            first.events,
            case=self.id,
            number=1,
            commit=uuid7(),
            at=first.at,
            by="reporter",
            before=root(self.id),
        )
        case = replace(self.story.now, id=self.id)
        append = Append(
            commit=commit,
            row=summary(commit, case, PEOPLE, first.at),
            effects=effect_rows(commit, first.events, next_wake(case)),
        )
        self.runner.run(self.store.log.append(append))
        self.is_kept = True

    def try_to(self, kind: type[ask.LifeCommand], by: By, **given: object) -> None:
        if self.story.history[0] is not self.first:  # the story began anew
            self.keep_opening()
        given.setdefault("digests", {})
        command = kind(case=self.id, at=self.story.at, by=self.story.owner(by), **given)  # type: ignore[arg-type]
        refused = said_by_store = None
        try:
            self.runner.run(self.handler.handle(command))
        except GigdeskError as error:
            said_by_store = error.code
        try:
            self.story.when(kind, by, **given)
        except GigdeskError as error:
            refused = error.code
        assert refused == said_by_store

    def record(self, evidence: UUID, verdict: Verdict) -> None:
        given = {"at": self.story.at, "by": "system", "evidence": evidence, "verdict": verdict}
        self.runner.run(self.handler.handle(RecordVerdict(case=self.id, **given)))  # type: ignore[arg-type]
        super().record(evidence, verdict)

    @invariant()
    def the_store_keeps_what_the_rules_say(self) -> None:
        if not self.is_kept or len(self.story.history) == 1:
            return
        commits = self.runner.run(self.store.log.load(self.id))
        kept = replay(commits)
        assert kept is not None
        assert replace(kept, id=self.story.now.id) == self.story.now
        assert [record_of(commit) for commit in commits] == self.story.history
        row = self.runner.run(self.store.index.get_row(self.id))
        assert row == summary(commits[-1], kept, PEOPLE, self.seen_last(Viewer.REPORTER))

    @invariant()
    def what_time_will_do_is_owed(self) -> None:
        if not self.is_kept or len(self.story.history) == 1:
            return
        due = next_wake(self.story.now)
        owed = self.runner.run(
            self.store.database.read("SELECT due FROM effects WHERE case_id = $1 AND kind = 'wake'", self.id)
        )
        assert due is None or micros(due) in {row[0] for row in owed}

    def seen_last(self, viewer: Viewer) -> datetime:
        return seen_by(viewer, self.story.history)[-1].at


async def test_a_case_of_another_type_is_found_in_its_new_queue_alone(store: SqlStore) -> None:
    handler = CaseHandler(store.log, store.index, SystemClock(), key=bytes(32), daily_cap=20)
    append = opening()
    event = opened("other", "general", "normal")
    first = commit_of(
        (event,),
        case=append.row.id,
        number=1,
        commit=uuid7(),
        at=AT,
        by="reporter",
        before=root(append.row.id),
    )
    row = replace(append.row, issue_type="other", queue="general", opened_at=AT, updated_at=AT)
    await store.log.append(Append(commit=first, row=row))
    lists = [
        CaseQuery(queues=frozenset({"general"})),
        CaseQuery(queues=frozenset({"general"}), issue_type="other"),
        CaseQuery(queues=frozenset({"safety"})),
        CaseQuery(queues=frozenset({"safety"}), issue_type="harassment.verbal"),
    ]

    async def found() -> list[int]:
        return [len((await store.index.list_cases(query, None, 5)).items) for query in lists]

    assert await found() == [1, 1, 0, 0]
    given = {"issue_type": "harassment.verbal", "severity": "high", "queue": "safety", "digests": SAID}
    await handler.handle(ask.ChangeType(case=row.id, at=AT, by=LEAD, **given))  # type: ignore[arg-type]

    assert await found() == [0, 0, 1, 1]
    assert not await store.index.knows_type("other")
    changed = await store.index.get_row(row.id)
    assert changed is not None
    assert (changed.severity, changed.version) == ("high", 2)
    assert (await verify(store.log, store.index)).broken == ()


def test_a_life_on_a_store_is_the_life_that_the_rules_tell(runner: asyncio.Runner, store_url: str) -> None:
    store = SqlStore(store_url)
    runner.run(store.open())
    try:
        runner.run(store.migrate())
        run_state_machine_as_test(
            lambda: LifeOnStore(runner, store),
            settings=settings(
                max_examples=15,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        report = runner.run(verify(store.log, store.index))
        assert report.broken == ()
        assert report.cases > 10
    finally:
        runner.run(store.close())
