"""The embedded store's file: one server at a time, synced, overwritten when erased."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.openings import AT, opening
from gigdesk.adapters.stores.sql.index import statement
from gigdesk.adapters.stores.sql.outbox import CLAIM
from gigdesk.adapters.stores.sql.sqlite import path_of
from gigdesk.adapters.stores.sql.sqlite_append import WIDTHS
from gigdesk.adapters.stores.sql.sqlite_append import statement as insert_statement
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.errors import Unavailable
from gigdesk.paging import Place

HOLD = """
import asyncio, sys
from gigdesk.adapters.stores.sql.store import SqlStore

async def hold():
    store = SqlStore(sys.argv[1])
    await store.open()
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


def test_urls_name_relative_and_absolute_files() -> None:
    assert path_of("sqlite:///var/gigdesk.db") == Path("var/gigdesk.db")
    assert path_of("sqlite:////srv/my%20desk.db?x=1") == Path("/srv/my desk.db")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError):
        SqlStore("mysql://somewhere/else")


async def test_a_second_server_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gigdesk.db"
    command = [sys.executable, "-c", HOLD, url]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=found) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        second = SqlStore(url)

        with pytest.raises(Unavailable) as refused:
            await second.open()

        assert refused.value.code == "store.held"
        assert str(first.pid) in str(refused.value)
        first.kill()
    await second.close()

    third = SqlStore(url)
    await third.open()
    assert (tmp_path / "gigdesk.db.lock").read_text() == f"{os.getpid()}\n"
    await third.close()


async def test_a_tool_may_look_in_while_a_server_runs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gigdesk.db"
    server, tool = SqlStore(url), SqlStore(url, exclusive=False)
    await server.open()
    await server.migrate()
    await tool.open()
    append = opening()

    await asyncio.gather(server.log.append(append), tool.keys.keep_key("k", "p", b"x"))

    assert list(await tool.log.load(append.commit.case)) == [append.commit]
    await tool.close()
    await server.close()


async def test_while_another_process_holds_the_file_all_who_wait_hear_so_together(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    with closing(sqlite3.connect(tmp_path / "gigdesk.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        outcomes = await asyncio.gather(
            *(store.keys.keep_key(f"k{n}", "p", b"x") for n in range(6)), return_exceptions=True
        )
        spent = time.monotonic() - began
        holder.execute("ROLLBACK")

    assert {getattr(outcome, "code", "") for outcome in outcomes} == {"store.away"}
    assert spent < 5.5
    append = opening()
    await store.log.append(append)
    assert list(await store.log.load(append.commit.case)) == [append.commit]
    await store.close()


async def test_nobody_else_on_the_machine_can_read_the_files(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/var/gigdesk.db")
    await store.open()
    await store.migrate()
    await store.log.append(opening())

    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "var").iterdir()}

    assert modes.keys() >= {"gigdesk.db", "gigdesk.db-wal"}
    assert {modes["gigdesk.db"], modes["gigdesk.db-wal"]} == {0}
    await store.close()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SqlStore(f"sqlite:///{tmp_path}/file/gigdesk.db")

    with pytest.raises(Unavailable, match=r"file/gigdesk\.db"):
        await store.open()
    await store.close()


@pytest.mark.parametrize("queues", [None, frozenset({"general", "payments"})])
@pytest.mark.parametrize("issue_type", [None, "other"])
@pytest.mark.parametrize("statuses", [None, frozenset({"closed"}), frozenset({"closed", "decided"})])
async def test_lists_of_the_desk_are_read_in_order_from_an_index(
    tmp_path: Path,
    queues: frozenset[str] | None,
    issue_type: str | None,
    statuses: frozenset[str] | None,
) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    query = CaseQuery(queues=queues, issue_type=issue_type, statuses=statuses)
    sql, values = statement(query, Place(at=AT, id=uuid4()), 26)

    plan = [row[3] for row in await store.database.read(f"EXPLAIN QUERY PLAN {sql}", *values)]

    read = [step for step in plan if " cases" in step and "USING" in step]
    wanted = "cases_of_type" if issue_type else "cases_in_queue"
    assert read
    assert all(f"INDEX {wanted} " in f"{step} " for step in read), plan
    sorted_after = {before for before, step in pairwise(plan) if "ORDER BY" in step}
    assert all(step.startswith("SCAN part") for step in sorted_after), plan  # of at most 26 rows each
    await store.close()


@pytest.mark.parametrize("gig", [None, "gig-1"])
async def test_lists_of_a_party_are_read_from_an_index_for_each_role(tmp_path: Path, gig: str | None) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    sql, values = statement(PartyQuery(party="person-1", gig_id=gig), Place(at=AT, id=uuid4()), 26)

    plan = [row[3] for row in await store.database.read(f"EXPLAIN QUERY PLAN {sql}", *values)]

    for step in plan:
        assert not step.startswith("SCAN") or step.split()[1] in {"part", "parts", "k"}, plan
    read = " ".join(plan)
    assert "INDEX cases_of_reporter (reporter=?" in read, plan
    assert "contacted_1 (person=?" in read, plan
    await store.close()


async def test_appending_looks_at_the_cases_of_one_gig_alone(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()

    for table in ("commits", "cases"):
        sql = f"EXPLAIN QUERY PLAN {insert_statement(table, 1)}"
        plan = [row[3] for row in await store.database.read(sql, *[None] * WIDTHS[table])]
        looks = [step for step in plan if "SEARCH c " in step]
        assert looks
        assert all("INDEX cases_of_gig (gig_id=? AND reporter=?)" in step for step in looks), plan
    await store.close()


async def test_every_commit_is_synced_and_what_is_erased_is_overwritten(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()

    [[full], [secure], [journal]] = await store.database.write(
        ("PRAGMA synchronous", ()), ("PRAGMA secure_delete", ()), ("PRAGMA journal_mode", ())
    )

    assert (full[0], secure[0], journal[0]) == (2, 1, "wal")
    await store.close()


async def test_a_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    await store.close()

    with pytest.raises(Unavailable):
        await store.log.append(opening())
    with pytest.raises(Unavailable):
        await store.log.load(opening().commit.case)


async def test_claiming_effects_sorts_nothing(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()

    plan = await store.database.read(f"EXPLAIN QUERY PLAN {CLAIM.format(lock='')}", 4, 1, 1)
    await store.close()

    said = "\n".join(str(row[3]) for row in plan)
    assert said.count("USING INDEX effects_mail") == 1
    assert said.count("USING INDEX effects_others") == 2
    assert "TEMP B-TREE" not in said
