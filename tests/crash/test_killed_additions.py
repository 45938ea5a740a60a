"""Killed while files are added to a case: all are there or none, and the same request again sends none twice."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import forms
import samples
from crash.stored import half_written, objects_on_disk
from crash.test_killed_servers import sweep_everything
from forms import File
from live import GIG, RAISED, WORKER, Live, eventually
from raw import Wire

FILES = [
    File(samples.jpeg_with_gps() + bytes(5_000_000), "wall.jpg"),
    File(samples.png(), "floor.png", "image/png"),
    File(samples.pdf(), "invoice.pdf", "application/pdf"),
]

pytestmark = pytest.mark.crash


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Live]:
    running = Live(tmp_path, dict(RAISED))
    yield running.open()
    running.close()


def send(site: Live, case: str, key: str, until: Callable[[Wire, bytes], None]) -> None:
    """Send the files, as far as ``until`` sends them; nobody waits for the answer."""
    body = forms.form({"text": "Here they are."}, FILES)
    with Wire(site.port) as wire:
        headers = {
            "Authorization": f"Bearer {site.token(WORKER)}",
            "Content-Type": forms.content_type(),
            "Content-Length": len(body),
            "Idempotency-Key": key,
        }
        wire.head("POST", f"/api/cases/{case}/messages", headers)
        until(wire, body)
        site.kill()


def in_the_middle_of_a_file(site: Live) -> Callable[[Wire, bytes], None]:
    def until(wire: Wire, body: bytes) -> None:
        wire.send(body[:2_500_000])
        assert eventually(lambda: len(spooled(site)) > 0, 10), "its beginning is on the disk"

    return until


def before_the_last_byte(site: Live) -> Callable[[Wire, bytes], None]:
    def until(wire: Wire, body: bytes) -> None:
        wire.send(body[:-1])
        assert eventually(lambda: len(spooled(site)) > 1, 10), "files before it are there whole"

    return until


def with_the_last_byte(_: Live) -> Callable[[Wire, bytes], None]:
    return lambda wire, body: wire.send(body) and None


def once_it_is_written(site: Live) -> Callable[[Wire, bytes], None]:
    [(newest,)] = site.rows("SELECT id FROM cases ORDER BY opened_at DESC LIMIT 1")

    def until(wire: Wire, body: bytes) -> None:
        wire.send(body)
        assert eventually(lambda: site.rows("SELECT 1 FROM objects WHERE case_id = ?", newest) != [], 10)

    return until


def spooled(site: Live) -> list[Path]:
    known = {key for (key,) in site.rows("SELECT key FROM objects")}
    return [path for path in site.objects() if str(path.relative_to(site.folder / "objects")) not in known]


def test_an_addition_that_a_kill_meets_is_there_once_or_not_at_all(site: Live) -> None:
    sent = sorted(hashlib.sha256(file.content).hexdigest() for file in FILES)
    moments = (in_the_middle_of_a_file, before_the_last_byte, with_the_last_byte, once_it_is_written)
    for moment in moments:
        case = str(site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"])
        key = f"addition-{moment.__name__}"
        send(site, case, key, moment(site))
        assert half_written(lambda statement: site.rows(statement)) == {}
        site.start()
        stood = sorted(str(file["sha256"]) for file in site.call("GET", f"/api/cases/{case}").json()["files"])
        assert stood in ([], sent), moment.__name__
        if moment is once_it_is_written:
            assert stood == sent

        answers = [again(site, case, key) for _ in range(2)]

        assert answers[0][0] == (200 if stood else 201), moment.__name__
        assert answers[1][0] == 200
        assert answers[0][1] == answers[1][1] == sent
        seen = site.call("GET", f"/api/cases/{case}").json()
        assert sorted(file["sha256"] for file in seen["files"]) == sent
        said = [
            e
            for e in site.call("GET", f"/api/cases/{case}/events").json()["items"]
            if e["type"] == "message.sent"
        ]
        assert len(said) == 1
    judge(site, sent, len(moments))


def again(site: Live, case: str, key: str) -> tuple[int, list[str]]:
    """The same request, answered; its status, and what the files hash to."""
    headers: dict[str, str | int] = {"Content-Type": forms.content_type(), "Idempotency-Key": key}
    body = forms.form({"text": "Here they are."}, FILES)
    answer = site.call("POST", f"/api/cases/{case}/messages", body, headers)
    return answer.status, sorted(file["sha256"] for file in answer.json()["files"])


def judge(site: Live, sent: list[str], times: int) -> None:
    """The bytes of each file are on the disk under a key that has a row, and nothing is left beside them."""
    assert eventually(lambda: site.rows("SELECT 1 FROM effects WHERE kind = 'inspect-evidence'") == [], 30), (
        "what a killed server had to inspect is inspected"
    )
    assert half_written(lambda statement: site.rows(statement)) == {}
    on_disk, known = (
        objects_on_disk(site.folder / "objects"),
        {k for (k,) in site.rows("SELECT key FROM objects")},
    )
    originals = sorted(digest for key, digest in on_disk.items() if key in known and digest in sent)
    assert originals == sorted(sent * times)
    assert site.stop() == 0
    assert site.run("audit", "verify").returncode == 0
    asyncio.run(sweep_everything(site.environment))
    assert set(objects_on_disk(site.folder / "objects")) == known
