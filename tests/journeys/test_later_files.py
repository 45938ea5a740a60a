"""Files after the report, by API: with a message, with a statement, alone; refused as those of a report are."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

import forms
import samples
from forms import File
from gigdesk.cases import wire
from journeys.test_life_of_a_case import AGENT, LEAD, LIST, Caller, due
from journeys.test_refusals import refused
from live import CLIENT, RAISED, WORKER, Live, eventually, nothing_left
from raw import Answer
from servers.postgres import Cluster

START = Callable[..., Live]
PHOTO = File(samples.jpeg_with_gps(), "wall.jpg")
OTHER_PHOTO = File(samples.png(), "floor.png", "image/png")
PAPER = File(samples.pdf(), "invoice.pdf", "application/pdf")
EXE = File(b"MZ\x90\x00" + b"\0" * 400, "photo.jpg")
SAID = {"text": "Here they are."}
MIB = 1 << 20


class Sender(Caller):
    """One person who sends files to one case."""

    def send(
        self,
        act: str,
        files: Iterable[File] = (),
        fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **headers: str,
    ) -> Answer:
        return self.send_body(act, forms.form(fields, files), **headers)

    def send_body(self, act: str, body: bytes, **headers: str) -> Answer:
        roles = {AGENT: ("agent",), LEAD: ("lead",)}.get(self.who, ())
        sent = {"Content-Type": forms.content_type(), "Authorization": ""}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = sent["Authorization"] or f"Bearer {self.site.token(self.who, *roles)}"
        return self.site.call("POST", f"/api/cases/{self.case}/{act}", body, sent, by=None)

    def files(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.see().json()["files"]
        return found

    def names(self) -> list[object]:
        return [file["name"] for file in self.files()]

    def inspected(self) -> bool:
        return eventually(lambda: all(f["state"] != "pending" for f in self.files()), 30)

    def traces(self) -> list[tuple[str | None, bytes]]:
        """All that could tell this person of something: bodies and ETags."""
        answers = [self.see(path) for path in ("", "/events", LIST)]
        return [(answer.headers.get("etag"), answer.body) for answer in answers]


def open_case(site: Live, files: Iterable[File] = ()) -> dict[str, Sender]:
    """A case that an agent has claimed, of a gig and of parties of its own: each may act so often in an hour."""
    name = uuid4().hex
    parties = {WORKER: f"{WORKER}-{name}", CLIENT: f"{CLIENT}-{name}"}
    site.put_gig(name, *parties.values())
    fields = forms.report(name) | {"issueType": "quality.late"}
    case = site.report(fields, files, by=parties[WORKER]).json()["id"]
    known = parties | {who: who for who in (AGENT, LEAD, "mallory")}
    people = {name: Sender(site, who, case) for name, who in known.items()}
    assert people[AGENT].do("assignment", {"owner": AGENT}).status == 200
    return people


@pytest.fixture
def people(site: Live) -> dict[str, Sender]:
    """The respondent was asked, and nobody waits for them any more."""
    found = open_case(site)
    ask(found[AGENT], "respondent")
    found[AGENT].do("review")
    return found


def ask(agent: Caller, of: str) -> None:
    assert agent.do("request", {"to": of, "text": "What do you have?", "due": due()}).status == 200


def test_files_alone_are_told_of_as_those_of_a_report(people: dict[str, Sender]) -> None:
    worker = people[WORKER]
    answer = worker.send("evidence", [PHOTO, PAPER])
    assert answer.status == 201
    photo, paper = answer.json()["files"]
    assert (photo["name"], photo["size"], photo["mediaType"]) == (
        "wall.jpg",
        len(PHOTO.content),
        "image/jpeg",
    )
    assert paper["sha256"] == hashlib.sha256(PAPER.content).hexdigest()
    assert [file["url"] for file in worker.files()] == [photo["url"], paper["url"]]
    assert [file["sentBy"] for file in worker.files()] == ["reporter"] * 2
    assert worker.inspected()
    assert worker.see(photo["url"].removeprefix(worker.site.base)).status == 200


def test_the_receipt_of_files_shows_that_the_chain_has_them(site: Live, people: dict[str, Sender]) -> None:
    answer = people[WORKER].send("messages", [PHOTO], SAID).json()
    [file] = answer["receipt"]["payload"]["files"]
    facts = wire.canonical({"name": file["name"], "sha256": file["sha256"]})
    assert wire.digest(bytes.fromhex(file["salt"]), facts) == file["digest"]
    text = answer["receipt"]["payload"]["text"]
    assert wire.digest(bytes.fromhex(text["salt"]), b"Here they are.") == text["digest"]
    every = [bytes(content).decode() for (content,) in site.rows("SELECT content FROM commits")]
    [commit] = [content for content in every if file["digest"] in content]
    assert text["digest"] in commit

    receipt = site.folder / "addition.json"
    receipt.write_text(json.dumps(answer["receipt"]))
    assert site.run("audit", "verify-receipt", str(receipt)).stdout == "The receipt is genuine.\n"
    receipt.write_text(receipt.read_text().replace("wall.jpg", "door.jpg"))
    assert site.run("audit", "verify-receipt", str(receipt)).returncode != 0


def test_a_message_is_answered_with_itself_and_its_files(people: dict[str, Sender]) -> None:
    worker = people[WORKER]
    answer = worker.send("messages", [PHOTO, OTHER_PHOTO], SAID)
    item = answer.json()
    assert (answer.status, item["type"], item["data"]["text"]) == (201, "message.sent", SAID["text"])
    assert [file["name"] for file in item["files"]] == ["wall.jpg", "floor.png"]
    assert {file["message"] for file in worker.files()} == {item["data"]["message"]}
    kinds = [entry["type"] for entry in worker.see("/events").json()["items"]]
    assert kinds.count("evidence.received") == 2


def test_a_form_without_files_is_a_message_like_any_other(people: dict[str, Sender]) -> None:
    worker = people[WORKER]
    item = worker.send("messages", [], SAID, Idempotency_Key="k")
    again = worker.do("messages", SAID, Idempotency_Key="k")
    assert (item.status, again.status) == (201, 200)
    assert item.json() == again.json()
    assert "files" not in item.json()


def test_files_that_were_asked_for_end_the_wait(people: dict[str, Sender]) -> None:
    ask(people[AGENT], "reporter")
    assert people[WORKER].send("evidence", [PHOTO]).status == 201
    assert people[AGENT].see().json()["status"] == "in_review"


def test_what_a_party_sends_moves_nothing_for_the_other(people: dict[str, Sender]) -> None:
    worker, client, agent = people[WORKER], people[CLIENT], people[AGENT]
    before = client.traces()
    theirs = worker.send("evidence", [PHOTO]).json()["files"][0]
    worker.send("messages", [PAPER], SAID)
    assert agent.inspected()
    assert client.traces() == before

    before = worker.traces()
    client.send("evidence", [OTHER_PHOTO])
    others = client.send("messages", [PHOTO], SAID).json()["files"][0]
    assert agent.inspected()
    assert worker.traces() == before

    assert agent.names() == ["wall.jpg", "invoice.pdf", "floor.png", "wall.jpg"]
    for person, file in ((client, theirs), (worker, others), (people["mallory"], theirs)):
        address = file["url"].removeprefix(worker.site.base)
        assert person.see(address).status == 404
        assert person.see(f"{address}/original?reason=x").status == 404
    for person, file in ((worker, theirs), (client, others), (agent, theirs), (agent, others)):
        assert person.see(file["url"].removeprefix(worker.site.base)).status == 200


def test_a_statement_and_its_files_are_seen_by_the_respondent_and_the_desk(people: dict[str, Sender]) -> None:
    worker, client, agent = people[WORKER], people[CLIENT], people[AGENT]
    ask(agent, "respondent")
    answer = client.send("statement", [PAPER, PHOTO], {"text": "This is how it was."})
    assert answer.status == 201
    assert agent.see().json()["status"] == "in_review"
    assert client.names() == agent.names() == ["invoice.pdf", "wall.jpg"]
    assert worker.names() == []
    assert "invoice.pdf" not in json.dumps(worker.see("/events").json())


def test_what_the_desk_sends_goes_to_who_gets_the_message_alone(people: dict[str, Sender]) -> None:
    worker, client, agent = people[WORKER], people[CLIENT], people[AGENT]
    before = [worker.traces(), client.traces()]
    assert agent.send("evidence", [PAPER]).status == 201
    assert agent.inspected()
    assert [worker.traces(), client.traces()] == before

    answer = agent.send("messages", [PHOTO], {"text": "Is it this?", "to": "respondent"})
    assert answer.status == 201
    assert agent.inspected()
    assert worker.traces() == before[0]
    assert client.names() == ["wall.jpg"]
    assert client.files()[0]["sentBy"] == "staff"
    copy = client.see(str(client.files()[0]["url"]).removeprefix(client.site.base))
    assert copy.status == 200
    assert samples.OWNER.encode() in PHOTO.content
    assert samples.OWNER.encode() not in copy.body
    assert b"Exif" not in copy.body


def test_nobody_decides_before_the_files_are_checked(another: START) -> None:
    site = another(GIGDESK_SCANNER_URL="clamd://127.0.0.1:9")
    people = open_case(site)
    people[WORKER].send("evidence", [PHOTO])
    decision = {"disposition": "upheld", "reasons": "x", "notify": "now"}
    refused(people[AGENT].do("decision", decision), 409, "evidence.pending")


def test_a_repeat_is_answered_word_for_word_and_keeps_no_second_file(people: dict[str, Sender]) -> None:
    client, agent = people[CLIENT], people[AGENT]
    ask(agent, "respondent")
    first = client.send("statement", [PAPER, PHOTO], SAID, Idempotency_Key="s-1")
    assert agent.inspected()
    before = client.site.stored()
    again = client.send("statement", [PHOTO, PAPER], SAID, Idempotency_Key="s-1")
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body  # although there is no statement to give any more
    other = client.send("statement", [PAPER], SAID, Idempotency_Key="s-1")
    refused(other, 422, "idempotency.other_body")
    assert nothing_left(client.site, before)
    alone = [client.send("evidence", [PHOTO], Idempotency_Key="e-1") for _ in range(2)]
    assert [answer.status for answer in alone] == [201, 200]
    assert alone[0].body == alone[1].body


@dataclass(frozen=True)
class Case:
    """What is sent to ``evidence``, or to another act, and how it is refused."""

    status: int
    code: str
    body: bytes
    says: str = ""
    act: str = "evidence"
    headers: Mapping[str, str] = field(default_factory=dict)


FORMS = {
    "malformed": Case(400, "multipart.part_headers", forms.part("X: y", b"") + forms.end()),
    "wrong boundary": Case(400, "multipart.boundary_not_found", forms.form({}, [PHOTO], "another")),
    "truncated": Case(400, "multipart.truncated", forms.form({}, [PHOTO])[:-9], "client_max_body_size"),
    "no boundary": Case(
        400, "multipart.malformed", forms.form({}, [PHOTO]), headers={"Content-Type": "multipart/form-data"}
    ),
    "names that conflict": Case(
        400,
        "multipart.part_headers",
        forms.part("Content-Disposition: form-data; name=files; filename=a.jpg; filename*=UTF-8''b.php")
        + forms.end(),
        "disagree",
    ),
    "another kind of form": Case(
        415, "json.expected", b"files=x", headers={"Content-Type": "application/x-www-form-urlencoded"}
    ),
    "a program called photo": Case(415, "file.type_not_allowed", forms.form({}, [PHOTO, EXE]), "photo.jpg"),
    "an SVG": Case(415, "file.type_not_allowed", forms.form({}, [File(samples.svg(), "a.svg")]), "JPEG"),
    "too many files": Case(413, "files.too_many", forms.form({}, [PHOTO] * 11), "10"),
    "too many parts": Case(413, "parts.too_many", forms.form([("uploads", "")] * 60), "50"),
    "a field too large": Case(
        413, "field_too_large", forms.form({"text": "x" * 400_000}), "text", "messages"
    ),
    "no file": Case(422, "files.missing", forms.form(), "files"),
    "an empty file": Case(422, "file.empty", forms.form({}, [File(b"", "none.jpg")]), "none.jpg"),
    "a file in another field": Case(
        422, "field.not_a_file", forms.form({}, [File(PHOTO.content, field="avatar")]), "avatar"
    ),
    "an unknown field": Case(422, "fields.wrong", forms.form({"status": "closed"}, [PHOTO])),
    "no text": Case(422, "fields.wrong", forms.form({}, [PHOTO]), "", "messages"),
    "a text too long": Case(422, "fields.wrong", forms.form({"text": "x" * 10_001}, [PHOTO]), "", "messages"),
    "a repeated text": Case(
        422, "fields.wrong", forms.form([("text", "a"), ("text", "b")], [PHOTO]), "", "messages"
    ),
    "an upload": Case(422, "fields.wrong", forms.form({"uploads": "01890000-0000-7000-8000-000000000000"})),
    "a JSON of uploads": Case(
        422, "fields.wrong", b'{"uploads": ["1"]}', headers={"Content-Type": "application/json"}
    ),
    "an empty JSON": Case(
        422, "files.missing", b'{"uploads": []}', headers={"Content-Type": "application/json"}
    ),
    "a key that is none": Case(
        400, "idempotency.malformed", forms.form({}, [PHOTO]), headers={"Idempotency-Key": "k" * 129}
    ),
    "an old version": Case(412, "version.outdated", forms.form({}, [PHOTO]), headers={"If-Match": '"999"'}),
    "a statement that nobody asked for": Case(
        409, "move.illegal", forms.form(SAID, [PHOTO]), "messages", "statement"
    ),
}


@pytest.fixture(scope="module")
def worker(site: Live) -> Sender:
    return open_case(site)[WORKER]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in FORMS.items()])
def test_what_is_refused_says_why_and_leaves_nothing(worker: Sender, case: Case) -> None:
    before, seen = worker.site.stored(), worker.see().body
    headers = {name.replace("-", "_"): value for name, value in case.headers.items()}
    document = refused(worker.send_body(case.act, case.body, **headers), case.status, case.code)
    assert case.says in str(document["message"])
    assert nothing_left(worker.site, before)
    assert worker.see().body == seen


def test_refusals_of_files_speak_spanish(worker: Sender) -> None:
    for case in (FORMS["no file"], FORMS["a program called photo"]):
        english, spanish = (
            worker.send_body(case.act, case.body, Accept_Language=tag).json() for tag in ("en", "es")
        )
        assert spanish["message"] != english["message"]


def test_limits_are_those_of_a_report(another: START) -> None:
    site = another(GIGDESK_MAX_IMAGE_BYTES=str(MIB), GIGDESK_MAX_BODY_BYTES=str(3 * MIB))
    worker = open_case(site)[WORKER]
    large = File(samples.jpeg() + bytes(MIB), "large.jpg")
    document = refused(worker.send("messages", [PHOTO, large], SAID), 413, "file.too_large")
    assert "large.jpg" in str(document["message"])
    whole = [File(samples.jpeg() + bytes(900_000), f"{n}.jpg") for n in range(4)]
    refused(worker.send("evidence", whole), 413, "body.too_large")
    assert nothing_left(site, (1, 0, 0))


def test_each_side_of_a_case_sends_so_much_and_no_more(another: START) -> None:
    people = open_case(another(GIGDESK_MAX_FILES="2"), [PHOTO])
    worker, client, agent = people[WORKER], people[CLIENT], people[AGENT]
    ask(agent, "respondent")
    for _ in range(4):
        assert worker.send("evidence", [PHOTO, OTHER_PHOTO]).status == 201
    document = refused(worker.send("messages", [PHOTO, OTHER_PHOTO], SAID), 413, "case.too_many_files")
    assert "10 files" in str(document["message"])
    assert worker.send("evidence", [PHOTO], Idempotency_Key="last").status == 201
    refused(worker.send("evidence", [PHOTO]), 413, "case.too_many_files")
    assert worker.send("evidence", [PHOTO], Idempotency_Key="last").status == 200
    assert worker.send("messages", [], SAID).status == 201, "words find room"
    assert client.send("statement", [PHOTO], SAID).status == 201, "the other side has its own"
    assert nothing_left(worker.site, (1, 11, 0))


def test_the_bytes_of_a_side_are_bounded_as_well(another: START) -> None:
    worker = open_case(another(GIGDESK_MAX_BODY_BYTES=str(MIB)))[WORKER]
    photo = File(samples.jpeg() + bytes(900_000), "wall.jpg")
    for _ in range(5):
        assert worker.send("evidence", [photo]).status == 201
    document = refused(worker.send("evidence", [photo, photo]), 413, "body.too_large")
    document = refused(worker.send("evidence", [photo]), 413, "case.too_many_bytes")
    assert "5 MB" in str(document["message"])
    assert nothing_left(worker.site, (1, 5, 0))


def test_who_sends_too_often_waits(another: START) -> None:
    worker = open_case(another())[WORKER]
    nowhere = Sender(worker.site, worker.who, "01890000-0000-7000-8000-000000000000")
    assert {nowhere.send("evidence", [PHOTO]).status for _ in range(120)} == {404}
    answer = worker.send("evidence", [PHOTO])
    refused(answer, 429, "rate.act")
    assert int(answer.headers["retry-after"]) > 0
    assert nothing_left(worker.site, (1, 0, 0))


def test_staff_who_read_alone_send_nothing(site: Live, people: dict[str, Sender]) -> None:
    before = site.stored()
    token = f"Bearer {site.token('paul', 'auditor')}"
    for act in ("evidence", "messages"):
        assert (
            people[WORKER].send(act, [PHOTO], SAID if act == "messages" else {}, Authorization=token).status
            == 409
        )
    assert nothing_left(site, before)


def test_equal_requests_at_the_same_moment_send_their_files_once(people: dict[str, Sender]) -> None:
    worker, before = people[WORKER], people[WORKER].site.stored()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(
            crowd.map(lambda _: worker.send("messages", [PHOTO], SAID, Idempotency_Key="storm"), range(8))
        )
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len({answer.body for answer in answers}) == 1
    assert nothing_left(worker.site, (before[0], before[1] + 1, 0))


def test_files_come_and_are_checked_on_postgresql_with_two_workers(
    tmp_path: Path, postgres_url: str, postgres: Cluster
) -> None:
    site = Live(tmp_path, {**RAISED, "GIGDESK_DATABASE_URL": postgres_url}, workers=2)
    try:
        migrated = site.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        site.start()
        people = open_case(site)
        worker, agent = people[WORKER], people[AGENT]
        with ThreadPoolExecutor(8) as crowd:
            answers = list(
                crowd.map(
                    lambda n: worker.send("evidence", [PHOTO, PAPER], Idempotency_Key=f"k-{n % 4}"), range(8)
                )
            )
        assert sorted(answer.status for answer in answers) == [200] * 4 + [201] * 4
        site.work()  # only now, so that nobody is in the way of anybody five times
        assert agent.inspected()
        assert worker.names() == ["wall.jpg", "invoice.pdf"] * 4
        photo = str(worker.files()[0]["url"]).removeprefix(site.base)
        assert worker.see(photo).status == 200
        [(rows,)] = postgres.fetch("SELECT count(*) FROM objects", postgres_url.rpartition("/")[2])
        assert eventually(lambda: len(site.objects()) == rows), "the files of the repeats are gone"
    finally:
        site.close()
