"""A backup made while the site takes reports comes back elsewhere, every report and file of it."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import samples
from forms import File
from live import CLIENT, GIG, RAISED, WORKER, Live


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Live]:
    """A site that has taken some reports."""
    (tmp_path / "here").mkdir()
    site = Live(tmp_path / "here", RAISED)
    try:
        yield site.open()
    finally:
        site.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Live]:
    """Another place, empty; not started."""
    (tmp_path / "there").mkdir()
    site = Live(tmp_path / "there", RAISED)
    try:
        yield site
    finally:
        site.close()


class Reporter(threading.Thread):
    """Sends reports, each with a photo of its own, until told to stop; keeps what was answered."""

    def __init__(self, site: Live, by: str) -> None:
        super().__init__()
        self.site, self.by = site, by
        self.answers: list[dict[str, object]] = []
        self.photos: dict[str, bytes] = {}
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            self.report()

    def report(self) -> None:
        photo = samples.jpeg() + f"{self.by} {len(self.answers)}".encode()
        answer = self.site.report(files=[File(photo)], by=self.by)
        assert answer.status == 201, answer.body
        self.answers.append(answer.json())
        self.photos[hashlib.sha256(photo).hexdigest()] = photo


def test_a_backup_while_reports_come_in_serves_elsewhere(here: Live, there: Live, tmp_path: Path) -> None:
    before = Reporter(here, WORKER)
    for _ in range(10):
        before.report()
    writers = [Reporter(here, by) for by in (WORKER, CLIENT)]
    for writer in writers:
        writer.start()

    done = here.run("backup", str(tmp_path / "copy"))
    for writer in writers:
        writer.over.set()
        writer.join(30)

    assert done.returncode == 0, done.stderr
    back = there.run("backup", str(tmp_path / "copy"), "--restore")
    assert back.returncode == 0, back.stderr
    here.stop()
    there.start()
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    cases = {str(row[0]) for row in there.rows("SELECT hex(id) FROM cases")}
    answers = [answer for r in (before, *writers) for answer in r.answers]
    restored = [a for a in answers if str(a["id"]).replace("-", "").upper() in cases]
    stored = {hashlib.sha256(path.read_bytes()).hexdigest() for path in there.objects()}

    assert len(cases) == len(restored) >= len(before.answers)
    assert {a["id"] for a in before.answers} <= {a["id"] for a in restored}
    assert {a["files"][0]["sha256"] for a in restored} <= stored
    assert len(manifest["sha256"]) > len(cases)
    for answer in restored[:3]:
        shown = there.call(
            "GET", f"/api/cases/{answer['id']}", by=WORKER if answer in before.answers else CLIENT
        )
        assert shown.status == 200
    checked = there.run("audit", "verify")
    assert re.match(rf"{len(cases)} cases, \d+ commits: all whole\.", checked.stdout), checked.stdout
    assert there.report(files=[File(samples.jpeg())]).status == 201
    assert there.rows("SELECT count(*) FROM gigs WHERE id = ?", GIG) == [(1,)]


def test_a_backup_is_never_written_over_nor_restored_over_what_stands(here: Live, tmp_path: Path) -> None:
    assert here.run("backup", str(tmp_path / "copy")).returncode == 0

    again = here.run("backup", str(tmp_path / "copy"))
    over = here.run("backup", str(tmp_path / "copy"), "--restore")

    assert (again.returncode, over.returncode) == (1, 1)
    assert "is not empty. Choose a new folder" in again.stderr
    assert "A database stands at" in over.stderr


def test_what_is_no_backup_is_refused_in_a_sentence(there: Live, tmp_path: Path) -> None:
    done = there.run("backup", str(tmp_path), "--restore")

    assert done.returncode == 1
    assert "holds no whole backup" in done.stderr
    assert not (there.folder / "gigdesk.db").exists()


def test_postgresql_is_told_what_copies_it(there: Live, tmp_path: Path) -> None:
    there.environment["GIGDESK_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"

    done = there.run("backup", str(tmp_path / "copy"))

    assert done.returncode == 1
    assert "pg_dump" in done.stderr
    assert "aws s3 sync" in done.stderr
    assert not (tmp_path / "copy").exists()
