"""The page of a case as its parties use it in a browser without script."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import uuid4

import pytest

import forms
import samples
from forms import File
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, OTHER, Caller, due
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Answer


class Browser:
    """One person at the page of one case."""

    def __init__(self, site: Live, who: str, case: str) -> None:
        self.site, self.address = site, f"/reports/{case}"
        self.headers = signed_in(site, uuid4().hex, sub=who)

    def look(self, more: str = "") -> str:
        answer = self.site.call("GET", self.address + more, headers=self.headers, by=None)
        assert answer.status == 200
        return answer.body.decode()

    def fields(self, act: str) -> dict[str, str]:
        """The hidden fields of the form that posts there, as the page has them."""
        [found] = re.findall(rf'<form[^>]*action="{self.address}/{act}"[^>]*>(.*?)</form>', self.look(), re.S)
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found))

    def send(self, act: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Post these fields as they are."""
        sent = {**(headers or self.headers), "Content-Type": "application/x-www-form-urlencoded"}
        return self.site.call("POST", f"{self.address}/{act}", urlencode(fields).encode(), sent, by=None)

    def do(self, act: str, **typed: str) -> str:
        """Fill in the form of the page and send it; the page where that leads."""
        answer = self.send(act, {**self.fields(act), **typed})
        assert answer.status == 303, answer.body.decode()
        assert answer.headers["location"].startswith(self.address)
        return self.look(answer.headers["location"].removeprefix(self.address))

    def acts(self) -> set[str]:
        """What the page lets its reader do."""
        return set(re.findall(rf'action="{self.address}/(\w+)"', self.look()))


@pytest.fixture
def case(site: Live) -> str:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    return str(site.report(fields).json()["id"])


@pytest.fixture
def agent(site: Live, case: str) -> Caller:
    found = Caller(site, AGENT, case)
    assert found.do("assignment", {"owner": AGENT}).status == 200
    return found


@pytest.fixture
def worker(site: Live, case: str) -> Browser:
    return Browser(site, WORKER, case)


@pytest.fixture
def client(site: Live, case: str) -> Browser:
    return Browser(site, CLIENT, case)


def ask(agent: Caller, of: str, text: str = "Which day was it?") -> None:
    assert agent.do("request", {"to": of, "text": text, "due": due()}).status == 200


def decide(agent: Caller, **more: str) -> None:
    body = {"disposition": "partly_upheld", "reasons": "The photos show it.", "notify": "now", **more}
    assert agent.do("decision", body).status == 200


def status(agent: Caller) -> str:
    return str(agent.see().json()["status"])


def entries(agent: Caller, kind: str) -> int:
    return sum(entry["type"] == kind for entry in agent.see("/events").json()["items"])


def said(page: str) -> str:
    [told] = re.findall(r'role="status"[^>]*>.*?<span>([^<]*)</span>', page, re.S)
    return str(told)


def test_a_question_is_shown_with_its_date_and_answered(agent: Caller, worker: Browser) -> None:
    ask(agent, "reporter")
    page = worker.look()
    assert "Needs your reply" in page
    assert "Which day was it?" in page
    assert re.search(r"Question, due <time datetime=", page)
    assert worker.acts() == {"messages", "withdrawal"}
    page = worker.do("messages", text="It was <Monday>.")
    assert said(page) == "Your reply was sent."
    assert "It was &lt;Monday&gt;." in page
    assert status(agent) == "in_review"


def test_a_message_is_written_while_the_desk_works(agent: Caller, worker: Browser) -> None:
    agent.do("messages", {"text": "We look into it."})
    assert "We look into it." in worker.look()
    assert said(worker.do("messages", text="There is more.")) == "Your message was sent."
    assert entries(agent, "message.sent") == 2


def test_a_respondent_gives_their_side_and_sees_nothing_else(agent: Caller, client: Browser) -> None:
    assert client.site.call("GET", client.address, headers=client.headers, by=None).status == 404
    agent.do("notes", {"text": "A secret note."})
    ask(agent, "respondent", "What is your side?")
    page = client.look()
    assert page.count("What is your side?") == 1
    assert forms.report(GIG)["description"] not in page
    assert "secret note" not in page
    assert "receipt" not in page
    assert client.acts() == {"statement"}
    page = client.do("statement", text="I was there on time.")
    assert said(page) == "Your answer was sent."
    assert "I was there on time." in page
    assert status(agent) == "in_review"


def test_what_one_side_wrote_is_not_on_the_page_of_the_other(
    agent: Caller, worker: Browser, client: Browser
) -> None:
    ask(agent, "respondent", "What is your side?")
    client.do("statement", text="Words of the client.")
    worker.do("messages", text="Words of the worker.")
    assert "Words of the client." not in worker.look()
    assert "What is your side?" not in worker.look()
    assert "Words of the worker." not in client.look()


def test_a_decision_is_read_and_accepted(agent: Caller, worker: Browser) -> None:
    decide(agent)
    page = worker.look()
    assert "We agree with the report in part" in page
    assert "The photos show it." in page
    assert worker.acts() == {"acceptance", "appeal", "messages"}
    page = worker.do("acceptance")
    assert said(page) == "You accepted the decision. The report is closed."
    assert "Closed: it is resolved" in page
    assert status(agent) == "closed"


def test_a_decision_that_nobody_was_told_of_is_nowhere_on_the_pages(agent: Caller, worker: Browser) -> None:
    agent.do("decision", {"disposition": "upheld", "reasons": "The photos show it."})
    for page in (worker.look(), reports(worker)):
        assert "The photos show it." not in page
        assert 'data-status="decided"' not in line_of(worker, page)


def reports(browser: Browser) -> str:
    return browser.site.call("GET", "/reports", headers=browser.headers, by=None).body.decode()


def line_of(browser: Browser, page: str) -> str:
    """The line of this case in the list; of any other page all of it."""
    lines = [line for line in page.split('<li class="case"') if f'href="{browser.address}"' in line]
    return lines[0] if lines else page


def test_the_list_says_what_waits_for_whom(agent: Caller, worker: Browser) -> None:
    ask(agent, "reporter")
    line = line_of(worker, reports(worker))
    assert "data-needs-you" in line
    assert "We need your reply to go on." in line
    assert re.search(r"By <time datetime=", line)


@pytest.mark.parametrize("who", ["worker", "client"])
def test_each_party_may_appeal_and_reads_how_it_ended(
    site: Live, agent: Caller, who: str, request: pytest.FixtureRequest
) -> None:
    ask(agent, "respondent")
    browser: Browser = request.getfixturevalue(who)
    decide(agent)
    page = browser.do("appeal", reason="There is a witness.")
    assert said(page) == "Your appeal was sent."
    assert "There is a witness." in page
    assert "Under appeal" in page
    other = Caller(site, OTHER, agent.case)
    decide(other, outcome="varied", disposition="upheld", reasons="The witness says so.")
    page = browser.look()
    assert "After the appeal: the decision is changed in part" in page
    assert "The witness says so." in page
    assert "appeal" not in browser.acts()


def test_a_report_is_withdrawn_only_by_who_is_sure(agent: Caller, worker: Browser) -> None:
    unsure = worker.send("withdrawal", {**worker.fields("withdrawal"), "reason": "It is <solved>."})
    assert unsure.status == 422
    page = unsure.body.decode()
    assert "Tick this box if you want to withdraw the report." in page
    assert 'href="#withdrawal-sure"' in page
    assert "It is &lt;solved&gt;." in page
    assert status(agent) == "in_review"
    page = worker.do("withdrawal", sure="yes", reason="It is solved.")
    assert said(page) == "You withdrew this report."
    assert "Closed: the report was withdrawn" in page


def test_a_report_on_hold_is_not_said_to_be_withdrawn(site: Live, agent: Caller, worker: Browser) -> None:
    Caller(site, LEAD, agent.case).do("hold", {"reason": "The police asked."})
    page = worker.do("withdrawal", sure="yes")
    assert said(page).startswith("We noted that you want to withdraw it.")
    assert status(agent) == "in_review"


def test_a_closed_report_is_opened_again(agent: Caller, worker: Browser) -> None:
    worker.do("withdrawal", sure="yes")
    assert worker.acts() == {"reopening"}
    page = worker.do("reopening", reason="It broke again.")
    assert said(page) == "The report is open again."
    assert "It broke again." in page
    assert status(agent) == "in_review"


def test_a_form_that_is_sent_twice_does_nothing_twice(agent: Caller, worker: Browser) -> None:
    ask(agent, "reporter")
    fields = {**worker.fields("messages"), "text": "It was Monday."}
    answers = [worker.send("messages", fields) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert entries(agent, "message.sent") == 1
    decide(agent)
    accepted = worker.fields("acceptance")
    assert [worker.send("acceptance", accepted).status for _ in range(2)] == [303, 303]
    assert entries(agent, "case.closed") == 1


@pytest.mark.parametrize(
    ("text", "sentence"), [(" \n", "Write something here"), ("x" * 10_001, "at most 10")]
)
def test_what_was_typed_stays_where_it_is_wrong(
    agent: Caller, worker: Browser, text: str, sentence: str
) -> None:
    ask(agent, "reporter")
    answer = worker.send("messages", {**worker.fields("messages"), "text": text})
    page = answer.body.decode()
    assert answer.status == 422
    assert sentence in page
    assert 'href="#reply-text"' in page
    assert re.search(r'<textarea[^>]* aria-invalid="true">\n' + re.escape(text) + "</textarea>", page)
    assert status(agent) == "waiting_reporter"


def test_a_long_text_in_any_script_fits_into_the_form(agent: Caller, worker: Browser) -> None:
    assert "𐌰" * 10_000 in worker.do("messages", text="𐌰" * 10_000)


def test_a_text_changed_under_a_used_key_can_be_sent_with_a_fresh_one(agent: Caller, worker: Browser) -> None:
    fields = worker.fields("messages")
    assert worker.send("messages", {**fields, "text": "One."}).status == 303
    refused = worker.send("messages", {**fields, "text": "Another."})
    page = refused.body.decode()
    assert refused.status == 422
    assert "Another.</textarea>" in page
    assert fields["idempotencyKey"] not in page


def test_words_for_a_case_that_moved_on_are_kept(agent: Caller, client: Browser) -> None:
    ask(agent, "respondent")
    fields = {**client.fields("statement"), "text": "My <side> of it."}
    agent.do("review")
    refused = client.send("statement", fields)
    page = refused.body.decode()
    assert refused.status == 409
    assert "The report has changed meanwhile." in page
    assert re.search(r'id="messages-text"[^>]*>\nMy &lt;side&gt; of it.</textarea>', page)
    assert client.send("messages", {**client.fields("messages"), "text": "My side."}).status == 303


def test_words_that_no_form_takes_any_more_are_shown(agent: Caller, worker: Browser) -> None:
    fields = {**worker.fields("messages"), "text": "Wait, there is more."}
    agent.do("closure", {"reason": "invalid", "text": "Not ours."})
    refused = worker.send("messages", fields)
    page = refused.body.decode()
    assert refused.status == 409
    assert re.search(r"readonly>\nWait, there is more.</textarea>", page)
    assert "Closed: it is nothing that we can look into" in page


def test_nobody_accepts_a_decision_that_they_have_not_seen(
    site: Live, agent: Caller, worker: Browser
) -> None:
    decide(agent)
    fields = worker.fields("acceptance")
    Caller(site, LEAD, agent.case).do("review", {"reason": "A mistake."})
    decide(agent, disposition="not_upheld", reasons="It was another gig.")
    refused = worker.send("acceptance", fields)
    assert refused.status == 412
    assert "It was another gig." in refused.body.decode()
    assert status(agent) == "decided"
    assert worker.send("acceptance", {**fields, "version": "x"}).status == 412


def test_a_file_that_was_checked_meanwhile_stands_in_nobodys_way(site: Live) -> None:
    sent = site.report(forms.report(GIG) | {"issueType": "quality.late"}, [File(samples.jpeg(), "wall.jpg")])
    case = str(sent.json()["id"])
    agent, worker = Caller(site, AGENT, case), Browser(site, WORKER, case)
    checked = lambda: worker.fields("withdrawal")["version"] == "2"  # noqa: E731 - the report, and its file
    assert eventually(checked)
    drawn_before = {**worker.fields("withdrawal"), "version": "1", "sure": "yes"}
    agent.do("messages", {"text": "Which wall?"})
    assert worker.send("withdrawal", drawn_before).status == 412
    assert worker.send("withdrawal", {**drawn_before, "version": "3"}).status == 303

    again = str(site.report(forms.report(GIG), [File(samples.jpeg(), "wall.jpg")]).json()["id"])
    worker = Browser(site, WORKER, again)
    assert eventually(checked)
    drawn_before = {**worker.fields("withdrawal"), "version": "1", "sure": "yes"}
    assert worker.send("withdrawal", drawn_before).status == 303
    assert "You withdrew this report" in worker.look("?done=withdrawal")


def test_a_form_without_its_token_is_refused(agent: Caller, worker: Browser) -> None:
    fields = {**worker.fields("messages"), "text": "Hello."}
    headers = {name: value for name, value in worker.headers.items() if name != "Sec-Fetch-Site"}
    for csrf in ("", "0" * 64):
        assert worker.send("messages", {**fields, "csrf": csrf}, headers).status == 403
    elsewhere = {**worker.headers, "Sec-Fetch-Site": "cross-site"}
    assert worker.send("messages", fields, elsewhere).status == 403
    assert entries(agent, "message.sent") == 0
    assert worker.send("messages", fields, headers).status == 303


@pytest.mark.parametrize("act", ["messages", "statement", "acceptance", "appeal", "withdrawal", "reopening"])
def test_to_somebody_else_the_case_does_not_exist(site: Live, agent: Caller, act: str) -> None:
    for who in ("mallory", CLIENT):  # the other side was never asked
        stranger = Browser(site, who, agent.case)
        fields = {"text": "x", "reason": "x", "sure": "yes"}
        assert stranger.send(act, fields).status == 404
    nobody = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert Browser(site, "mallory", agent.case).send(act, {"text": "x"}, nobody).status == 401


def test_who_signed_in_again_is_led_back_to_the_page(worker: Browser) -> None:
    for act in ("messages", "withdrawal"):
        answer = worker.site.call("GET", f"{worker.address}/{act}", headers=worker.headers, by=None)
        assert (answer.status, answer.headers["location"]) == (303, worker.address)


def test_who_works_here_acts_by_the_desk_and_finds_no_forms(
    site: Live, agent: Caller, worker: Browser
) -> None:
    staff = Browser(site, WORKER, agent.case)
    staff.headers = signed_in(site, uuid4().hex, sub=LEAD, roles=["lead"])
    assert staff.acts() == set()
    assert forms.report(GIG)["description"] in staff.look()
    assert staff.send("messages", {"text": "x"}).status == 403
    assert entries(agent, "message.sent") == 0


def test_the_page_speaks_the_language_of_its_reader(agent: Caller, worker: Browser) -> None:
    ask(agent, "reporter")
    worker.headers["Accept-Language"] = "es"
    assert "Falta tu respuesta" in worker.look()
    assert said(worker.do("messages", text="Fue el lunes.")) == "Tu respuesta se ha enviado."
