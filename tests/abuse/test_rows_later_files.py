"""Rows 5 to 7, 10, 12, 18 to 20, 27 and 29 for files that come after the report."""

import random
import socket
from collections.abc import Mapping
from uuid import uuid4

import pytest

import forms
import samples
from forms import File
from journeys.test_files_on_pages import Person
from journeys.test_later_files import PHOTO, SAID, Sender, ask, open_case
from live import CLIENT, WORKER, Live, eventually, nothing_left
from raw import Wire

MIB = 1 << 20
ABORTS = 90
ACTS = ("evidence", "messages", "statement")


@pytest.fixture
def people(site: Live) -> dict[str, Sender]:
    """A case of which both sides may send; the respondent is asked for a statement."""
    return open_case(site)


@pytest.fixture
def worker(people: dict[str, Sender]) -> Sender:
    return people[WORKER]


def head(who: Sender, *lines: str, by: str | None = "") -> list[str]:
    token = [f"Authorization: Bearer {who.site.token(by or who.who)}"] if by is not None else []
    return [f"Content-Type: {forms.content_type()}", *token, *lines]


@pytest.mark.abuse(5)
def test_one_name_is_judged_and_kept(worker: Sender) -> None:
    disposition = "Content-Disposition: form-data; name=files; filename=a.jpg; filename*=UTF-8''b.php"
    before = worker.site.stored()
    assert worker.send_body("evidence", forms.part(disposition, PHOTO.content) + forms.end()).status == 400
    twice = 'Content-Disposition: form-data; name="files"; name="text"; filename="a.jpg"'
    assert worker.send_body("evidence", forms.part(twice, PHOTO.content) + forms.end()).status == 400
    assert nothing_left(worker.site, before)


@pytest.mark.abuse(6)
def test_a_large_text_is_not_held(worker: Sender) -> None:
    memory = worker.site.process.memory_info().rss
    body = forms.form({"text": "x" * (64 * MIB)}, [PHOTO])
    answer = worker.send_body("messages", body)
    assert (answer.status, answer.code) == (413, "field_too_large")
    assert worker.site.process.memory_info().rss - memory < 32 * MIB


@pytest.mark.abuse(7)
def test_parts_without_end_are_cut_off(worker: Sender) -> None:
    body = forms.form([("uploads", "")] * 100_000)
    before = worker.site.cpu()
    assert worker.send_body("evidence", body).code == "parts.too_many"
    urlencoded = b"&".join([b"text=x"] * 30_000)
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert worker.send_body("messages", urlencoded, **form).status == 415
    assert worker.site.cpu() - before < 5


@pytest.mark.abuse(10)
def test_broken_off_files_leave_nothing_open_and_nothing_behind(worker: Sender) -> None:
    site, chance = worker.site, random.Random(20_263)
    film = File(samples.mp4() + samples.box(b"free", bytes(300_000)), "film.mp4", "video/mp4")
    body = forms.form(SAID, [PHOTO, film])

    def abort(act: str) -> None:
        wire = Wire(site.port)
        wire.head("POST", f"/api/cases/{worker.case}/{act}", head(worker, f"Content-Length: {len(body)}"))
        wire.send(body[: chance.randrange(len(body) - 1)])
        if chance.random() < 0.5:  # a reset instead of a polite end
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        wire.socket.close()

    for _ in range(20):
        abort("messages")
    stored = site.stored()
    assert nothing_left(site, stored)
    descriptors = site.process.num_fds()
    for number in range(ABORTS):
        abort(("messages", "statement")[number % 2])
    assert nothing_left(site, stored)
    assert eventually(lambda: site.process.num_fds() <= descriptors + 2)


@pytest.mark.abuse(12)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_is_told_so_before_the_body_is_asked_for(people: dict[str, Sender], act: str) -> None:
    worker, client = people[WORKER], people[CLIENT]
    told: Mapping[str, tuple[str | None, bytes]] = {
        "nobody": (None, b"401"),
        "a stranger": ("mallory", b"404"),
        "who was never asked": (client.who, b"404"),
    }
    if act == "statement":
        told = {**told, "who reported": (worker.who, b"409")}
    for name, (by, status) in told.items():
        with Wire(worker.site.port) as wire:
            lines = head(worker, "Content-Length: 500000000", "Expect: 100-continue", by=by)
            wire.head("POST", f"/api/cases/{worker.case}/{act}", lines)
            raw = wire.socket.recv(65536)
            assert raw.startswith(b"HTTP/1.1 " + status), (name, raw[:100])
            assert b"connection: close" in raw.lower()


@pytest.mark.abuse(12)
def test_a_case_that_is_closed_takes_no_byte(people: dict[str, Sender]) -> None:
    worker = people[WORKER]
    assert people["ada"].do("closure", {"reason": "invalid", "text": "Not ours."}).status == 200
    with Wire(worker.site.port) as wire:
        lines = head(worker, "Content-Length: 500000000", "Expect: 100-continue")
        wire.head("POST", f"/api/cases/{worker.case}/evidence", lines)
        assert wire.socket.recv(65536).startswith(b"HTTP/1.1 409 ")


@pytest.mark.abuse(18)
@pytest.mark.parametrize("case", ["..%2f..%2fgigdesk.db", "%00", "a" * 5000, "CON", "%2e%2e"])
def test_no_address_leads_out_of_its_place(worker: Sender, case: str) -> None:
    sent = {"Content-Type": forms.content_type()}
    before = worker.site.stored()
    for act in ACTS:
        path = f"/api/cases/{case}/{act}"
        assert worker.site.call("POST", path, forms.form(SAID, [PHOTO]), sent).status in (400, 404)
    assert nothing_left(worker.site, before)


NAMES = {
    "../../../../etc/cron.d/evil.jpg": "evil.jpg",
    "\u200b.htaccess": "htaccess.jpg",
    ".htaccess": "htaccess.jpg",
    "web.config": "web.config.jpg",
    "shell.php": "shell.php.jpg",
    "\u202egpj.exe": "gpj.exe.jpg",
    "CON": "_CON.jpg",
}


@pytest.mark.abuse(19, 20)
@pytest.mark.parametrize(("given", "kept"), NAMES.items())
def test_names_are_cleaned_and_stand_nowhere_on_the_disk(worker: Sender, given: str, kept: str) -> None:
    file = worker.send("evidence", [File(samples.jpeg(), given)]).json()["files"][0]
    assert file["name"] == kept
    assert worker.names() == [kept]
    assert not [path for path in worker.site.objects() if kept in path.name or "htaccess" in path.name]
    assert worker.inspected()
    answer = worker.see(file["url"].removeprefix(worker.site.base))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.abuse(27)
def test_what_carries_malware_is_never_had_by_anybody(people: dict[str, Sender]) -> None:
    worker, agent = people[WORKER], people["ada"]
    bad = File(samples.jpeg_with_eicar(), "bad.jpg")
    sent = worker.send("messages", [bad], SAID).json()["files"][0]
    theirs = agent.send("messages", [bad], {"text": "Is it this?", "to": "reporter"}).json()["files"][0]
    assert worker.inspected()
    assert {file["state"] for file in agent.files()} == {"infected"}
    for file in (sent, theirs):
        address = file["url"].removeprefix(worker.site.base)
        for who in (worker, agent):
            assert who.see(address).code == "evidence.infected"
        assert agent.see(f"{address}/original?reason=x").code == "evidence.infected"


@pytest.mark.abuse(29)
def test_a_file_of_one_case_is_none_of_another(people: dict[str, Sender], site: Live) -> None:
    mine, other = people[WORKER], open_case(site)[WORKER]
    file = mine.send("evidence", [PHOTO]).json()["files"][0]["id"]
    assert mine.inspected()
    assert other.see(f"/evidence/{file}").status == 404
    assert mine.see(f"/evidence/{file}").status == 200


@pytest.mark.abuse(29)
def test_the_pictures_of_one_side_are_on_no_page_of_the_other(people: dict[str, Sender]) -> None:
    worker, client, agent = people[WORKER], people[CLIENT], people["ada"]
    ask(agent, "respondent")
    files = [sender.send("evidence", [PHOTO]).json()["files"][0]["id"] for sender in (worker, client, agent)]
    assert agent.inspected()
    for person, own in ((worker, 0), (client, 1)):
        page = Person(worker.site, person.who, worker.case)
        looked = page.look()
        for place, file in enumerate(files):
            assert (str(file) in looked) is (place == own)
            for path in (f"/files/{file}", f"/files/{file}/thumbnail"):
                answer = page.site.call("GET", page.address + path, headers=page.headers, by=None)
                assert answer.status == (200 if place == own else 404)


@pytest.mark.abuse(29)
def test_a_made_up_case_answers_as_one_of_others(people: dict[str, Sender]) -> None:
    stranger = people["mallory"]
    nowhere = Sender(stranger.site, "mallory", str(uuid4()))
    for act in ACTS:
        foreign, missing = (one.send(act, [PHOTO], SAID) for one in (stranger, nowhere))
        assert (foreign.status, foreign.json()["message"]) == (404, missing.json()["message"])
