"""Servers killed at random moments under load: what was answered is there, and nothing is there by halves."""

import asyncio
import hashlib
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from crash.reporters import GIGS, Crowd, Ledger, Report, settle
from crash.stored import Query, half_written, objects_on_disk, sqlite_query
from gigdesk import settings, wiring
from gigdesk.evidence import keys
from gigdesk.evidence.sweep import sweep
from servers.gigdesk import MANY, Site
from servers.postgres import Cluster

ROUNDS = int(os.environ.get("GIGDESK_TEST_CRASH_ROUNDS", "12"))
THREADS = 6
LOAD_SECONDS = (0.15, 0.9)
ORIGINALS_READ = 40
INSPECTION_SECONDS = 120
RAISED = {
    "GIGDESK_RATE_PERSON": MANY,
    "GIGDESK_RATE_GIG": MANY,
    "GIGDESK_RATE_SITE": MANY,
    "GIGDESK_DAILY_CAP": "1000000",
    "GIGDESK_LOG_LEVEL": "warning",
}

pytestmark = [pytest.mark.crash, pytest.mark.timeout(max(300, ROUNDS * 15))]


@dataclass
class Place:
    """A site, a way past it to its rows, and how it is started."""

    site: Site
    query: Query
    outbox: bool
    cluster: Cluster | None = None

    @property
    def objects(self) -> Path:
        return self.site.folder / "objects"

    def start(self) -> None:
        self.site.start(outbox=self.outbox)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Place]:
    site = Site(tmp_path, {**RAISED, "GIGDESK_DATABASE_URL": f"sqlite:///{tmp_path}/gigdesk.db"})
    yield Place(site, sqlite_query(tmp_path / "gigdesk.db"), outbox=False)
    site.close()


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Cluster, postgres_url: str) -> Iterator[Place]:
    site = Site(tmp_path, {**RAISED, "GIGDESK_DATABASE_URL": postgres_url}, workers=2)
    migrated = site.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    name = postgres_url.rpartition("/")[2]
    yield Place(site, lambda statement: postgres.fetch(statement, name), outbox=True, cluster=postgres)
    site.close()


def test_nothing_is_lost_when_the_embedded_server_is_killed(embedded: Place) -> None:
    survive(embedded)


def test_nothing_is_lost_when_servers_on_postgresql_are_killed(on_postgres: Place) -> None:
    survive(on_postgres)


def survive(place: Place) -> None:
    """Kill, start, retry, ROUNDS times over; then hold what is stored against every promise."""
    site, ledger, chance = place.site, Ledger(), random.Random(20_261)
    begun = time.monotonic()
    place.start()
    for gig in range(GIGS):
        site.put_gig(f"crash-{gig}", worker="wanda", client="carl")
    token = site.token("wanda", seconds=86_400)
    for number in range(ROUNDS):
        with Crowd(site, ledger, token, THREADS, seed=number):
            time.sleep(chance.uniform(*LOAD_SECONDS))
            # A worker ends with its parent: every fourth time the parent alone is killed.
            site.kill(only_parent=number % 4 == 3)
        if place.cluster and number % 5 == 4:
            place.cluster.crash()
            place.cluster.start()
        assert ledger.broken == []
        place.start()
    settle(site, ledger, token)
    judge(place, ledger)
    seconds = time.monotonic() - begun
    print(
        f"\n{ROUNDS} rounds in {seconds:.0f} s: {len(ledger.created)} answers of 201, {ledger.repeated} of 200",
        end="",
    )
    print(f" to repeats, {len(ledger.promised)} cases; other answers: {ledger.refused or 'none'}")


def judge(place: Place, ledger: Ledger) -> None:
    """Every promise is kept, nothing is half-written, and no retry made a second case."""
    assert ledger.broken == []
    assert ledger.unanswered == set()
    assert len(ledger.created) > 5 * ROUNDS, "too few answers of 201 to prove anything"
    assert place.query("SELECT count(*) FROM cases") == [(len(ledger.promised),)]
    assert half_written(place.query) == {}
    promised_files_are_stored(place, ledger)
    originals_read_back_whole(place, ledger)
    assert place.site.stop() == 0
    verified = place.site.run("audit", "verify", seconds=300)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    nothing_is_left_over(place)


def promised_files_are_stored(place: Place, ledger: Ledger) -> None:
    """The bytes of every promised file, hashed again from the disk, stand under a key that has a row."""
    # Rows first: the site still inspects, and an object is on the disk before its row is written.
    known = {key for (key,) in place.query("SELECT key FROM objects")}
    on_disk = objects_on_disk(place.objects)
    stored = {digest for key, digest in on_disk.items() if key in known}
    promised = {file["sha256"] for answer in ledger.promised.values() for file in answer["files"]}
    sent = {digest for number in ledger.promised for digest in Report(number).digests()}
    assert promised == sent
    assert promised - stored == set()
    assert known - set(on_disk) == set()


def originals_read_back_whole(place: Place, ledger: Ledger) -> None:
    """A sample of the files, read through the API by staff once inspected, has the bytes that were sent.

    An effect that a killed process held comes back when its lease ends, so that some are waited for.
    """
    lead = place.site.token("ada", "lead", "agent")
    waiting = [number for number, answer in sorted(ledger.promised.items()) if answer["files"]]
    random.Random(7).shuffle(waiting)
    deadline, read = time.monotonic() + INSPECTION_SECONDS, 0
    while read < min(ORIGINALS_READ, len(waiting) + read) and time.monotonic() < deadline:
        number = waiting.pop(0)
        answer = ledger.promised[number]
        path = f"/api/cases/{answer['id']}/evidence/{answer['files'][0]['id']}/original?reason=crash+test"
        status, content = place.site.request("GET", path, token=lead)
        if status == 409:
            waiting.append(number)
            time.sleep(0.05)
            continue
        assert status == 200, content[:300]
        assert hashlib.sha256(content).hexdigest() == Report(number).digests()[0]
        read += 1
    owed = place.query("SELECT kind, attempts, reason, count(*) FROM effects GROUP BY 1, 2, 3")
    assert read >= min(ORIGINALS_READ, len(waiting)), f"inspection stands still: {owed}\n{place.site.log}"


def nothing_is_left_over(place: Place) -> None:
    """After a sweep that spares nothing for its age, every object on the disk belongs to a case."""
    asyncio.run(sweep_everything(place.site.environment))
    known = {key for (key,) in place.query("SELECT key FROM objects")}
    assert set(objects_on_disk(place.objects)) - known == set()


async def sweep_everything(environment: dict[str, str]) -> None:
    async with wiring.opened(settings.read(environment), serving=False) as desk:
        # As if two days had passed: nothing is spared for its age, nor for its number.
        later = desk.clock.now() + timedelta(days=2, hours=1)
        mark = keys.mark(desk.installation)  # a server that lived for half a minute has left it
        await sweep(desk.storage, desk.index.knows_object, later, few=100_000, mark=mark)
