"""Files sent from the page of a case, by a browser without script."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import pytest

import forms
import samples
from forms import File
from journeys.test_case_pages import Browser, ask, said, status
from journeys.test_later_files import Sender, open_case
from journeys.test_life_of_a_case import AGENT, Caller
from live import CLIENT, WORKER, Live, eventually, nothing_left
from raw import Answer

PHOTO = File(samples.jpeg(), "wall.jpg")
OTHER_PHOTO = File(samples.png(), "floor.png", "image/png")
PAPER = File(samples.pdf(), "invoice.pdf", "application/pdf")
EXE = File(b"MZ\x90\x00" + b"\0" * 400, "holiday.jpg")
NOTHING = File(b"", "", "application/octet-stream")
"""What a browser sends for a control in which no file was chosen."""


class Person(Browser):
    """Somebody at the page of a case, whose forms bring files."""

    @classmethod
    def of(cls, sender: Sender) -> "Person":
        return cls(sender.site, sender.who, sender.case)

    def post(
        self,
        act: str,
        files: Iterable[File],
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post the form of the page with these files in its two controls."""
        body = forms.form(self.fields(act) if fields is None else fields, [*files, NOTHING])
        sent = {**(headers or self.headers), "Content-Type": forms.content_type()}
        return self.site.call("POST", f"{self.address}/{act}", body, sent, by=None)

    def put_in(self, act: str, files: Iterable[File], **typed: str) -> str:
        """Fill in the form of the page and send it; the page where that leads."""
        answer = self.post(act, files, {**self.fields(act), **typed})
        assert answer.status == 303, answer.body.decode()
        return self.look(answer.headers["location"].removeprefix(self.address))


@pytest.fixture
def people(site: Live) -> dict[str, Sender]:
    return open_case(site)


@pytest.fixture
def agent(people: dict[str, Sender]) -> Sender:
    return people[AGENT]


@pytest.fixture
def worker(people: dict[str, Sender]) -> Person:
    return Person.of(people[WORKER])


@pytest.fixture
def client(people: dict[str, Sender]) -> Person:
    return Person.of(people[CLIENT])


def checked(agent: Caller) -> bool:
    return eventually(lambda: all(f["state"] == "clean" for f in agent.see().json()["files"]), 30)


def shown(page: str) -> list[tuple[str, str]]:
    """The files of the page: name and state."""
    found = re.findall(r'<li class="file" data-state="(\w+)">(.*?)</li>', page, re.S)
    names = [
        re.sub(r"<[^>]+>|\s", "", re.search(r"<p class=\"file-name\".*?</p>", row, re.S)[0])
        for _, row in found
    ]  # type: ignore[index]
    return list(zip(names, [state for state, _ in found], strict=True))


def test_a_question_is_answered_with_two_photos_and_a_statement_with_a_paper(
    agent: Caller, worker: Person, client: Person
) -> None:
    ask(agent, "reporter")
    page = worker.put_in("messages", [PHOTO, OTHER_PHOTO], text="Here is the wall.")
    assert said(page) == "Your reply was sent."
    assert [name for name, _ in shown(page)] == ["wall.jpg", "floor.png"]
    assert status(agent) == "in_review"
    assert checked(agent)
    assert shown(worker.look()) == [("wall.jpg", "clean"), ("floor.png", "clean")]
    [photo, _] = agent.see().json()["files"]
    assert agent.see(photo["url"].removeprefix(agent.site.base)).status == 200

    ask(agent, "respondent")
    page = client.put_in("statement", [PAPER], text="This is what I paid.")
    assert said(page) == "Your answer was sent."
    assert [name for name, _ in shown(page)] == ["invoice.pdf"]
    assert checked(agent)
    assert [f["name"] for f in agent.see().json()["files"]] == ["wall.jpg", "floor.png", "invoice.pdf"]
    assert "invoice.pdf" not in worker.look()
    assert "wall.jpg" not in client.look()
    for path in ("", "/thumbnail"):
        address = f"/reports/{agent.case}/files/{photo['id']}{path}"
        found = [
            worker.site.call("GET", address, headers=p.headers, by=None).status for p in (worker, client)
        ]
        assert found == [200, 404]


def test_photos_need_no_words(agent: Caller, worker: Person) -> None:
    ask(agent, "reporter")
    page = worker.put_in("messages", [PHOTO], text=" ")
    assert said(page) == "Your files were sent."
    assert status(agent) == "in_review"
    assert "This text was erased." not in page
    assert [name for name, _ in shown(page)] == ["wall.jpg"]


def test_words_need_no_photos(agent: Caller, worker: Person) -> None:
    page = worker.put_in("messages", [], text="No photo today.")
    assert said(page) == "Your message was sent."
    assert shown(page) == []


def test_the_page_says_what_may_be_chosen_before_it_is(agent: Caller, worker: Person) -> None:
    page = worker.look()
    assert "Up to 10 files: photos up to" in page
    controls = re.findall(r'<input class="file-input"[^>]*name="files"[^>]*>', page)
    assert len(controls) == 2
    assert " multiple " in controls[0]
    assert 'capture="environment"' in controls[1]
    assert all("image/*" in control for control in controls)


def test_files_of_the_report_stay_with_the_report(site: Live) -> None:
    page = Person.of(open_case(site, [PHOTO])[WORKER]).put_in("messages", [OTHER_PHOTO], text="And this.")
    assert [name for name, _ in shown(page)] == ["wall.jpg", "floor.png"]
    assert page.index(">wall<") < page.index("And this.") < page.index(">floor<")
    assert "Received, with 1 file" in page


@pytest.mark.parametrize(
    ("files", "code", "says"),
    [
        ([PHOTO, EXE], 415, "holiday.jpg is not of a type that is taken here"),
        ([File(b"", "none.jpg")], 422, "none.jpg is empty"),
        ([PHOTO] * 11, 413, "A report takes 10 files."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_the_files_and_the_words_stay(
    agent: Caller, worker: Person, files: list[File], code: int, says: str
) -> None:
    ask(agent, "reporter")
    before = worker.site.stored()
    answer = worker.post("messages", files, {**worker.fields("messages"), "text": "Look at <this>."})
    page = answer.body.decode()
    assert answer.status == code
    assert says in page
    assert 'href="#reply-files"' in page
    assert re.search(r'id="reply-files"[^>]* aria-invalid="true"', page)
    assert "Your files were not kept. Choose them again." in page
    assert "Look at &lt;this&gt;.</textarea>" in page
    assert status(agent) == "waiting_reporter"
    assert nothing_left(worker.site, before)


def test_a_statement_without_words_is_told_so_before_its_files_are_taken(
    agent: Caller, client: Person
) -> None:
    ask(agent, "respondent")
    before = client.site.stored()
    answer = client.post("statement", [PHOTO], {**client.fields("statement"), "text": " "})
    page = answer.body.decode()
    assert answer.status == 422
    assert 'href="#statement-text"' in page
    assert "Your files were not kept. Choose them again." in page
    assert nothing_left(client.site, before)


def test_files_for_a_case_that_moved_on_are_dropped_and_the_words_are_kept(
    agent: Caller, client: Person
) -> None:
    ask(agent, "respondent")
    fields = {**client.fields("statement"), "text": "My <side> of it."}
    agent.do("review")
    before = client.site.stored()
    refused = client.post("statement", [PHOTO], fields)
    page = refused.body.decode()
    assert refused.status == 409
    assert "The report has changed meanwhile." in page
    assert re.search(r'id="messages-text"[^>]*>\nMy &lt;side&gt; of it.</textarea>', page)
    assert nothing_left(client.site, before)


def test_a_form_with_files_that_is_sent_twice_does_nothing_twice(agent: Caller, worker: Person) -> None:
    fields = {**worker.fields("messages"), "text": "Twice."}
    answers = [worker.post("messages", [PHOTO], fields) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert [file["name"] for file in agent.see().json()["files"]] == ["wall.jpg"]


def test_a_form_with_files_needs_its_token_first(agent: Caller, worker: Person) -> None:
    fields = {**worker.fields("messages"), "text": "Hello."}
    headers = {name: value for name, value in worker.headers.items() if name != "Sec-Fetch-Site"}
    before = worker.site.stored()
    last = {name: value for name, value in fields.items() if name != "csrf"} | {"csrf": fields["csrf"]}
    for wrong in ({**fields, "csrf": "0" * 64}, {**fields, "csrf": ""}, last, {}):
        assert worker.post("messages", [PHOTO], wrong, headers).status == 403
    elsewhere = {**worker.headers, "Sec-Fetch-Site": "cross-site"}
    assert worker.post("messages", [PHOTO], fields, elsewhere).status == 403
    assert nothing_left(worker.site, before)
    assert worker.post("messages", [PHOTO], fields, headers).status == 303


def test_to_somebody_else_there_is_no_case_to_send_files_to(
    site: Live, people: dict[str, Sender], worker: Person
) -> None:
    fields, before = {"text": "x"}, site.stored()
    for who in ("mallory", CLIENT):  # the other side was never asked
        stranger = Person.of(people[who])
        for act in ("messages", "statement"):
            assert stranger.post(act, [PHOTO], fields).status == 404
    nobody = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert worker.post("messages", [PHOTO], fields, nobody).status == 401
    assert nothing_left(site, before)


def test_a_form_that_takes_no_files_takes_none(agent: Caller, worker: Person) -> None:
    fields = {**worker.fields("withdrawal"), "sure": "yes"}
    assert worker.post("withdrawal", [PHOTO], fields).status == 415
    assert status(agent) == "in_review"


def test_a_form_written_as_before_still_works(agent: Caller, worker: Person) -> None:
    body = urlencode({**worker.fields("messages"), "text": "Plain."}).encode()
    sent = {**worker.headers, "Content-Type": "application/x-www-form-urlencoded"}
    assert worker.site.call("POST", f"{worker.address}/messages", body, sent, by=None).status == 303


def test_the_files_of_a_page_speak_the_language_of_its_reader(agent: Caller, worker: Person) -> None:
    worker.headers["Accept-Language"] = "es"
    assert said(worker.put_in("messages", [PHOTO], text="")) == "Tus archivos se han enviado."
