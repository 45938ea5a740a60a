"""Killed while it sends mail to a slow server: what was owed arrives, at worst twice, and nothing is lost."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from live import RAISED, Live, eventually
from servers.postgres import Cluster
from servers.smtp import Mailbox

LETTERS = 12
SLOW = 2.0
LEASE = 60_000_000

pytestmark = pytest.mark.crash


@pytest.fixture
def embedded(tmp_path: Path, smtp: Mailbox) -> Iterator[Live]:
    site = Live(tmp_path, {**RAISED, "GIGDESK_MAIL_URL": f"{smtp.url}?starttls=never"})
    yield site
    site.close()


@pytest.fixture
def on_postgres(tmp_path: Path, smtp: Mailbox, postgres_url: str) -> Iterator[Live]:
    mail = f"{smtp.url}?starttls=never"
    site = Live(tmp_path, {**RAISED, "GIGDESK_MAIL_URL": mail, "GIGDESK_DATABASE_URL": postgres_url})
    migrated = site.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    yield site
    site.close()


def test_a_server_that_is_killed_while_it_sends_mail_loses_none(embedded: Live, smtp: Mailbox) -> None:
    smtp.seconds = SLOW
    embedded.open()
    expected = {embedded.report().json()["id"] for _ in range(LETTERS)}
    kill_while_sending(embedded, smtp)
    assert owed(embedded.rows)

    embedded.start()

    judge(smtp, expected, embedded.rows)


def test_a_worker_that_is_killed_while_it_sends_mail_loses_none(
    on_postgres: Live, smtp: Mailbox, postgres: Cluster, postgres_url: str
) -> None:
    smtp.seconds = SLOW
    database = postgres_url.rpartition("/")[2]

    def rows(statement: str) -> list[tuple[Any, ...]]:
        return postgres.fetch(statement, database)

    on_postgres.open()
    expected = {on_postgres.report().json()["id"] for _ in range(LETTERS)}
    on_postgres.stop()
    on_postgres.work()
    kill_while_sending(on_postgres, smtp)
    held = rows("SELECT id FROM effects WHERE attempts > 0 AND kind <> 'wake'")
    assert held, "what was under way is owed still"

    on_postgres.work()
    assert eventually(lambda: len(owed(rows)) == len(held), 30), "another takes what nobody holds"
    assert {row[0] for row in owed(rows)} == {row[0] for row in held}, "and leaves what has a lease"
    # A minute passes.
    postgres.execute(f"UPDATE effects SET ready_at = ready_at - {LEASE}", database=database)

    judge(smtp, expected, rows)


def kill_while_sending(site: Live, smtp: Mailbox) -> None:
    """Kill it when the server has just kept letters, and has not said so yet."""
    assert eventually(lambda: len(smtp.letters) > 4 and time.monotonic() - smtp.kept_at < SLOW / 4, 30)
    site.kill()
    smtp.seconds = 0.05


def owed(rows: Callable[[str], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return rows("SELECT id FROM effects WHERE kind <> 'wake'")


def judge(smtp: Mailbox, expected: set[str], rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Every letter that was owed is there; the same letter again has the same Message-ID; nothing is left."""
    assert eventually(lambda: not owed(rows), 30), rows(
        "SELECT kind, attempts, reason, parked_at FROM effects"
    )
    came = Counter(letter.message["Message-ID"] for letter in smtp.letters)
    about = {
        name: {
            case
            for letter in smtp.letters
            if letter.message["Message-ID"] == name
            for case in expected
            if case in letter.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        }
        for name in came
    }
    assert len(came) == LETTERS, "one letter an effect, however often it came"
    assert all(len(cases) == 1 for cases in about.values()), "the same name is the same letter"
    assert set().union(*about.values()) == expected
    assert sum(came.values()) > LETTERS, "the kill met letters that had been taken: they came again"
    assert max(came.values()) <= 2
