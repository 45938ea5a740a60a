"""Metrics: what they count, that no label tells of a person, and who may see them."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import Response

from contracts.openings import opening
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import NotFound
from gigdesk.web.tally import MOST
from gigdesk.web.telemetry import Telemetry

TEMPLATE = "/api/cases/{case}"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    yield store
    await store.close()


def asked(peer: str | None = "127.0.0.1", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    client = (peer, 4711) if peer else None
    return Request({"type": "http", "method": "GET", "path": "/metrics", "headers": named, "client": client})


async def metrics(telemetry: Telemetry, store: SqlStore, request: Request) -> Response:
    return await telemetry.metrics(request, store.outbox, store.projection.count_behind)


async def numbers(telemetry: Telemetry, store: SqlStore) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    answer = await metrics(telemetry, store, asked())
    assert answer.headers["cache-control"] == "private, no-store"
    return samples(bytes(answer.body).decode())


def samples(text: str) -> dict[tuple[str, ...], float]:
    labels = ("route", "method", "status", "le")
    return {
        (sample.name, *(sample.labels[name] for name in labels if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_template_method_and_status(store: SqlStore) -> None:
    telemetry = Telemetry()
    for seconds in (0.004, 0.2):
        telemetry.observe("/api/report-issue", "POST", 201, seconds)
    telemetry.observe(TEMPLATE, "GET", 404, 0.001)

    found = await numbers(telemetry, store)

    assert found["gigdesk_request_seconds_count", "/api/report-issue", "POST", "201"] == 2
    assert found["gigdesk_request_seconds_sum", "/api/report-issue", "POST", "201"] == pytest.approx(0.204)
    assert found["gigdesk_request_seconds_bucket", "/api/report-issue", "POST", "201", "0.005"] == 1
    assert found["gigdesk_request_seconds_count", TEMPLATE, "GET", "404"] == 1


async def test_addresses_and_methods_that_nobody_serves_make_no_labels_of_their_own(store: SqlStore) -> None:
    telemetry = Telemetry()
    for _ in range(200):
        telemetry.observe(f"/reports/{uuid4()}/amara", "GET", 404, 0.001)
        telemetry.observe(f"/{uuid4()}", f"M{uuid4().hex}", 405, 0.001)

    found = await numbers(telemetry, store)

    counted = {key[1:]: value for key, value in found.items() if key[0] == "gigdesk_request_seconds_count"}
    assert counted == {("unmatched", "GET", "404"): 200, ("unmatched", "other", "405"): 200}


async def test_reports_and_group_commits_are_counted_by_size(store: SqlStore) -> None:
    telemetry = Telemetry()
    telemetry.reported(0)
    telemetry.reported(2_000_000)
    telemetry.batch(1)
    telemetry.batch(17)

    found = await numbers(telemetry, store)

    assert found["gigdesk_report_bytes_count",] == 2
    assert found["gigdesk_report_bytes_sum",] == 2_000_000
    assert found["gigdesk_commit_batch_sum",] == 18
    assert found["gigdesk_commit_batch_bucket", "16.0"] == 1


async def test_the_outbox_tells_how_far_behind_it_is(store: SqlStore) -> None:
    telemetry = Telemetry()
    assert (await numbers(telemetry, store))["gigdesk_outbox_due",] == 0
    await store.log.append(opening())
    [first, _] = await store.outbox.claim(2, timedelta(0))
    await store.outbox.park(first.effect.id, "no such address")

    found = await numbers(telemetry, store)

    assert (found["gigdesk_outbox_due",], found["gigdesk_outbox_parked",]) == (1, 1)
    assert found["gigdesk_outbox_held",] == 0
    assert found["gigdesk_outbox_oldest_seconds",] > 0


async def test_the_desk_tells_how_many_cases_its_lists_are_behind_with(store: SqlStore) -> None:
    telemetry = Telemetry()
    assert (await numbers(telemetry, store))["gigdesk_desk_behind",] == 0

    await store.log.append(opening())

    assert (await numbers(telemetry, store))["gigdesk_desk_behind",] == 1


async def test_what_waits_for_a_destination_that_is_away_is_counted(store: SqlStore) -> None:
    await store.log.append(opening())
    claimed = await store.outbox.claim(2, timedelta(minutes=1))
    await store.outbox.hold([each.effect.id for each in claimed], [], timedelta(minutes=1), "mail")

    found = await numbers(Telemetry(), store)

    assert (found["gigdesk_outbox_held",], found["gigdesk_outbox_due",]) == (2, 2)


async def test_a_store_that_is_away_hides_no_other_number(store: SqlStore) -> None:
    telemetry = Telemetry()
    telemetry.reported(5)
    await store.close()

    found = await numbers(telemetry, store)

    assert found["gigdesk_report_bytes_count",] == 1
    assert found["gigdesk_outbox_due",] != found["gigdesk_outbox_due",]  # not a number


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_loopback_may_see_them(store: SqlStore, peer: str) -> None:
    assert (await metrics(Telemetry(), store, asked(peer))).status_code == 200


@pytest.mark.parametrize(
    "request_",
    [
        asked("10.0.0.1"),
        asked("::2"),
        asked("1.127.0.0"),
        asked(None),
        asked("127.0.0.1", x_forwarded_for="203.0.113.9"),
        asked("127.0.0.1", forwarded="for=203.0.113.9"),
        asked("127.0.0.1", via="1.1 proxy"),
        asked("10.0.0.1", authorization="Bearer "),
    ],
    ids=lambda r: f"{r.client and r.client.host} {dict(r.headers)}",
)
async def test_to_everybody_else_there_is_nothing_here(store: SqlStore, request_: Request) -> None:
    with pytest.raises(NotFound):
        await metrics(Telemetry(), store, request_)


async def test_where_there_is_a_token_it_counts_and_nothing_else(store: SqlStore) -> None:
    telemetry = Telemetry("a long token")
    for peer in ("127.0.0.1", "203.0.113.9"):
        answer = await telemetry.metrics(
            asked(peer, authorization="Bearer a long token"), store.outbox, store.projection.count_behind
        )
        assert answer.status_code == 200
        for wrong in ("", "Bearer ", "Bearer a long toke", "Basic a long token", "Bearer a long token "):
            with pytest.raises(NotFound):
                await telemetry.metrics(
                    asked(peer, authorization=wrong), store.outbox, store.projection.count_behind
                )
    with pytest.raises(NotFound):
        await metrics(telemetry, store, asked())


CHILD = """
import asyncio, sys
from gigdesk.web.telemetry import Telemetry
telemetry = Telemetry()
for _ in range(int(sys.argv[1])):
    telemetry.observe("/api/report-issue", "POST", 201, 0.01)
telemetry.batch(3)
telemetry.flush()
if len(sys.argv) > 2:
    from contracts.openings import opening
    from gigdesk.adapters.stores.sql.store import SqlStore
    from test_telemetry import asked, metrics
    async def main():
        store = SqlStore(sys.argv[2])
        await store.open()
        await store.migrate()
        await store.log.append(opening())
        answer = await metrics(telemetry, store, asked())
        print(bytes(answer.body).decode())
        await store.close()
    asyncio.run(main())
"""


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(("src", "tests", "tests/web")),
        "PROMETHEUS_MULTIPROC_DIR": f"{tmp_path}/metrics",
    }
    for arguments in (["3"], ["4"]):
        subprocess.run([sys.executable, "-c", CHILD, *arguments], env=environment, timeout=30, check=True)
    last = ["5", f"sqlite:///{tmp_path}/gigdesk.db"]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *last],
        env=environment, timeout=30, check=True, capture_output=True, text=True,
    )  # fmt: skip

    found = samples(done.stdout)
    assert found["gigdesk_request_seconds_count", "/api/report-issue", "POST", "201"] == 12
    assert found["gigdesk_commit_batch_sum",] == 9
    assert found["gigdesk_outbox_due",] == 2


async def test_many_observations_are_the_same_as_each_of_them(store: SqlStore) -> None:
    telemetry = Telemetry()
    for size in (*range(MOST), 1000, 1001, 10**12):
        telemetry.reported(size)

    found = await numbers(telemetry, store)

    assert found["gigdesk_report_bytes_count",] == MOST + 3
    assert found["gigdesk_report_bytes_sum",] == sum(range(MOST)) + 2001 + 10**12
    assert found["gigdesk_report_bytes_bucket", "1000.0"] == MOST + 1
    assert found["gigdesk_report_bytes_bucket", "10000.0"] == MOST + 2
