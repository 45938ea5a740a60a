"""Everything of a case in one archive, and the receipt as a page: for the parties, and for nobody else."""

import hashlib
import io
import json
import re
import socket
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest

import forms
import samples
from forms import File
from journeys.test_case_pages import ask
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, Caller
from journeys.test_parts_away import objects_gone
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Answer

START = Callable[..., Live]
PHOTO = File(samples.jpeg_with_gps(), name="../Küche.JPG")
VIRUS = File(samples.jpeg_with_eicar(), name="bad.jpg")


@pytest.fixture
def case(site: Live) -> str:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    return opened(site, fields, PHOTO, PHOTO, VIRUS)


def opened(site: Live, fields: dict[str, str], *files: File) -> str:
    """A case whose files were looked at."""
    found = str(site.report(fields, files).json()["id"])
    path = f"/api/cases/{found}"
    assert eventually(
        lambda: all(f["state"] != "pending" for f in site.call("GET", path).json()["files"]), 20
    )
    return found


def record(site: Live, case: str, by: str | None = WORKER) -> Answer:
    return site.call("GET", f"/api/cases/{case}/record", by=by)


def unpacked(answer: Answer) -> zipfile.ZipFile:
    assert answer.status == 200, answer.body
    found = zipfile.ZipFile(io.BytesIO(answer.body))
    assert found.testzip() is None
    return found


def test_a_reporter_has_everything_that_is_theirs(site: Live, case: str) -> None:
    agent = Caller(site, AGENT, case)
    agent.do("assignment", {"owner": AGENT})
    agent.do("notes", {"text": "A secret note."})
    agent.do("messages", {"to": "reporter", "text": "We look into it."})

    answer = record(site, case)

    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="report-GD-\w{4}-\w{5}\.zip"', answer.headers["content-disposition"]
    )
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = unpacked(answer)
    assert found.namelist() == [
        "case.json",
        "timeline.json",
        "receipt.json",
        "files/01 Küche.jpg",
        "files/02 Küche.jpg",
        "manifest.json",
    ]
    document, entries = (json.loads(found.read(name)) for name in ("case.json", "timeline.json"))
    assert document == site.call("GET", f"/api/cases/{case}").json()
    assert entries == site.call("GET", f"/api/cases/{case}/events").json()
    assert json.loads(found.read("receipt.json")) == site.call("GET", f"/api/cases/{case}/receipt").json()
    assert b"A secret note." not in b"".join(found.read(name) for name in found.namelist())
    photo = document["files"][0]
    copy = site.call("GET", photo["url"].removeprefix(site.base)).body
    assert found.read("files/01 Küche.jpg") == copy
    assert b"GPS" not in copy

    manifest = json.loads(found.read("manifest.json"))
    assert (manifest["type"], manifest["case"], manifest["for"]) == ("gigdesk.record", case, "reporter")
    assert {f["path"]: f["sha256"] for f in manifest["files"]} == {
        name: hashlib.sha256(found.read(name)).hexdigest() for name in found.namelist()[:-1]
    }
    assert [(f["name"], f["code"]) for f in manifest["leftOut"]] == [("bad.jpg", "evidence.infected")]


def test_a_respondent_has_their_view_and_nobody_else_anything(site: Live, case: str) -> None:
    assert record(site, case, CLIENT).status == 404
    agent = Caller(site, AGENT, case)
    agent.do("assignment", {"owner": AGENT})
    ask(agent, "respondent", "What is your side?")

    found = unpacked(record(site, case, CLIENT))
    assert found.namelist() == ["case.json", "timeline.json", "manifest.json"]
    everything = b"".join(found.read(name) for name in found.namelist())
    assert forms.DESCRIPTION.encode() not in everything
    assert b"K\xc3\xbcche" not in everything
    assert json.loads(found.read("manifest.json"))["leftOut"] == []

    for stranger in ("mallory", None):
        assert record(site, case, stranger).status == (404 if stranger else 401)
    for role in (AGENT, LEAD):
        answer = Caller(site, role, case).see("/record")
        assert (answer.status, answer.code) == (403, "record.for_parties")


def test_asking_for_the_headers_reads_no_file(another: START) -> None:
    site = another()
    case = opened(site, forms.report(GIG), PHOTO)
    with objects_gone(site):
        path = f"/api/cases/{case}/record"
        assert site.request("HEAD", path, token=site.token(WORKER)) == (200, b"")
        gone = record(site, case)
        assert (gone.status, gone.code) == (503, "storage.unavailable")
        assert "retry-after" in gone.headers


def test_a_file_that_is_gone_in_the_middle_breaks_the_answer(another: START) -> None:
    site = another()
    case = opened(site, forms.report(GIG), File(samples.noisy_jpeg()), File(samples.png(), name="second.png"))
    found = unpacked(record(site, case))
    [name] = [name for name in found.namelist() if name.startswith("files/02 second.")]
    second = found.read(name)
    for path in site.objects():
        if path.read_bytes() == second:
            path.unlink()

    got, is_ended = raw(site, case)

    assert got.startswith(b"HTTP/1.1 200")
    assert b"PK\x03\x04" in got
    assert b"PK\x05\x06" not in got
    assert found.read(found.namelist()[3])[:1000] in got
    assert not is_ended


def raw(site: Live, case: str) -> tuple[bytes, bool]:
    """What comes until the connection ends, and whether the answer said that it was whole."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        head = f"GET /api/cases/{case}/record HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        line.sendall(f"{head}{site.token(WORKER)}\r\n\r\n".encode())
        got = b""
        try:
            while block := line.recv(1 << 16):
                got += block
                if got.endswith(b"\r\n0\r\n\r\n"):
                    return got, True
        except ConnectionError:
            pass
    return got, False


def test_a_person_downloads_two_at_once_and_others_are_not_in_the_way(another: START) -> None:
    site = another()
    large = File(samples.noisy_jpeg(), name="large.jpg")
    case = opened(site, forms.report(GIG), *[large] * 8)
    held = [begun(site, case) for _ in range(2)]
    try:
        third = record(site, case)
        assert (third.status, third.code) == (429, "record.busy")
        assert int(third.headers["retry-after"]) > 0
    finally:
        for line in held:
            line.close()
    assert eventually(lambda: record(site, case).status == 200)


def begun(site: Live, case: str) -> socket.socket:
    """A download of which the first bytes were read, and no more are."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(10)
    line.connect(("127.0.0.1", site.port))
    head = f"GET /api/cases/{case}/record HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
    line.sendall(f"{head}{site.token(WORKER)}\r\n\r\n".encode())
    assert line.recv(512).startswith(b"HTTP/1.1 200")
    return line


def page(site: Live, case: str, who: str, **more: str) -> Answer:
    headers = signed_in(site, uuid4().hex, sub=who) | more
    return site.call("GET", f"/reports/{case}/receipt", headers=headers, by=None)


def test_a_receipt_is_a_page_for_who_reported(site: Live, case: str) -> None:
    receipt = site.call("GET", f"/api/cases/{case}/receipt").json()
    answer = page(site, case, WORKER)
    assert answer.status == 200
    shown = answer.body.decode()
    payload, signature = receipt["payload"], receipt["signature"]
    for value in (
        payload["reference"],
        payload["gig"],
        payload["text"]["sha256"],
        payload["files"][0]["sha256"],
        payload["commit"]["hash"],
        signature["kid"],
        signature["value"],
        forms.DESCRIPTION,
        f"{site.base}/api/receipt-keys",
        f"{site.base}/api/cases/{case}/receipt",
    ):
        assert value in shown
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() in shown
    assert "no-store" in answer.headers["cache-control"]
    assert "Cómo comprobarlo" in page(site, case, WORKER, **{"Accept-Language": "es"}).body.decode()


def test_a_receipt_of_others_does_not_exist(site: Live, case: str) -> None:
    agent = Caller(site, AGENT, case)
    agent.do("assignment", {"owner": AGENT})
    ask(agent, "respondent", "What is your side?")
    for who in (CLIENT, "mallory", AGENT):
        foreign, missing = page(site, case, who), page(site, str(uuid4()), who)
        assert (foreign.status, foreign.body) == (missing.status, missing.body)
        assert foreign.status == 404
    assert site.call("GET", f"/reports/{case}/receipt", by=None).status in (303, 401)


def test_the_page_of_a_case_leads_to_both(site: Live, case: str) -> None:
    headers = signed_in(site, uuid4().hex, sub=WORKER)
    shown = site.call("GET", f"/reports/{case}", headers=headers, by=None).body.decode()
    assert f'href="/reports/{case}/receipt"' in shown
    assert f'href="/api/cases/{case}/record"' in shown
    assert "That is our target: we have no figures for it yet." in shown
    document = site.call("GET", f"/api/cases/{case}").json()
    assert document["nextStep"]["estimate"] == {
        "text": "We aim to decide it within 7 days. That is our target: we have no figures for it yet.",
        "basis": "target",
        "withinSeconds": 604_800,
    }
