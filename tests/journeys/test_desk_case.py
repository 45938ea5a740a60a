"""The page of a case as staff use it in a browser without script: each move by a form, and what is refused."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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

AUDITOR = "otto"
ROLES = {AGENT: ["agent"], OTHER: ["agent"], LEAD: ["lead"], AUDITOR: ["auditor"]}
_HIDDEN = r'<input type="hidden" name="(\w+)" value="([^"]*)">'


class Agent:
    """One member of staff at the page of one case."""

    def __init__(self, site: Live, who: str, case: str, roles: list[str] | None = None) -> None:
        self.site, self.who, self.address = site, who, f"/desk/cases/{case}"
        roles = ROLES.get(who, []) if roles is None else roles
        self.headers = signed_in(site, uuid4().hex, sub=who, name=who.title(), roles=roles)

    def get(self, more: str = "") -> Answer:
        return self.site.call("GET", self.address + more, headers=self.headers, by=None)

    def look(self, more: str = "") -> str:
        answer = self.get(more)
        assert answer.status == 200, answer.body.decode()
        return answer.body.decode()

    def fields(self, move: str) -> tuple[str, dict[str, str]]:
        """Where the form of a move posts to, and its hidden fields, as the page has them."""
        for address, inside in re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', self.look(), re.S):
            hidden = dict(re.findall(_HIDDEN, inside))
            if hidden.get("move") == move:
                return address, hidden
        raise AssertionError(f"the page has no form {move}")

    def post(self, address: str, fields: Mapping[str, object], **headers: str) -> Answer:
        sent = {**self.headers, "Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.site.call("POST", address, urlencode(fields, doseq=True).encode(), sent, by=None)

    def send(self, move: str, **typed: object) -> Answer:
        """Fill in the form of the page and send it."""
        address, hidden = self.fields(move)
        return self.post(address, {**hidden, **typed})

    def do(self, move: str, **typed: object) -> str:
        """The same, done: the page where that leads."""
        answer = self.send(move, **typed)
        assert answer.status == 303, answer.body.decode()
        return self.look(answer.headers["location"].removeprefix(self.address))

    def moves(self) -> set[str]:
        """What the page lets its reader do."""
        return set(re.findall(r'name="move" value="(\w+)"', self.look()))


def said(page: str) -> str:
    [told] = re.findall(r"data-said[^>]*>.*?<span>([^<]*)</span>", page, re.S)
    return str(told)


def status(page: str) -> str:
    [found] = re.findall(r'<span class="pill" data-status="(\w+)"', page)
    return str(found)


@pytest.fixture
def case(site: Live) -> str:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    return str(site.report(fields).json()["id"])


@pytest.fixture
def agent(site: Live, case: str) -> Agent:
    """Somebody who owns the case."""
    found = Agent(site, AGENT, case)
    found.do("claim")
    return found


@pytest.fixture
def lead(site: Live, case: str) -> Agent:
    return Agent(site, LEAD, case)


@pytest.fixture
def worker(site: Live, case: str) -> Caller:
    return Caller(site, WORKER, case)


@pytest.fixture
def client(site: Live, case: str) -> Caller:
    return Caller(site, CLIENT, case)


def test_a_case_is_taken_and_shown_as_yours(site: Live, case: str) -> None:
    agent = Agent(site, AGENT, case)
    assert agent.moves() == {
        *("claim", "reply", "note", "assign", "snooze", "escalate", "merge", "close", "priority", "tags"),
    }
    page = agent.do("claim")
    assert said(page) == "The case is yours."
    assert status(page) == "in_review"
    assert "<b>You</b> took the case" in page
    assert {"ask_reporter", "ask_respondent", "decide"} <= agent.moves()


def test_a_reply_is_read_by_whom_it_is_for_and_by_nobody_else(
    agent: Agent, worker: Caller, client: Caller
) -> None:
    page = agent.do("reply", text="We look into <it>.")
    assert said(page) == "Your reply was sent."
    assert "We look into &lt;it&gt;." in page
    assert "We look into <it>." in worker.see("/events").json()["items"][-1]["data"]["text"]
    assert client.see().status == 404


def test_a_reply_brings_files(agent: Agent, worker: Caller) -> None:
    address, hidden = agent.fields("reply")
    body = forms.form({**hidden, "text": "Is it this one?"}, [File(samples.jpeg(), name="wall.jpg")])
    sent = {**agent.headers, "Content-Type": forms.content_type()}
    answer = agent.site.call("POST", address, body, sent, by=None)
    assert answer.status == 303, answer.body.decode()
    assert eventually(lambda: "wall.jpg" in [file["name"] for file in worker.see().json()["files"]])
    assert "wall" in agent.look()


def test_a_file_that_is_none_is_told_and_the_text_is_kept(agent: Agent) -> None:
    address, hidden = agent.fields("reply")
    body = forms.form({**hidden, "text": "Is it this one?"}, [File(samples.html(), name="page.html")])
    sent = {**agent.headers, "Content-Type": forms.content_type()}
    answer = agent.site.call("POST", address, body, sent, by=None)
    page = answer.body.decode()
    assert answer.status == 415
    assert "page.html" in page
    assert "Is it this one?</textarea>" in page
    assert "Your files were not kept" in page


def test_a_note_reaches_staff_alone(agent: Agent, worker: Caller) -> None:
    page = agent.do("note", text="A secret note.")
    assert "Internal note, staff only" in page
    assert "A secret note." in page
    assert b"A secret note." not in worker.see("/events").body


@pytest.mark.parametrize(
    ("move", "typed", "expected"),
    [
        ("ask_reporter", {"due": "2d"}, "waiting_reporter"),
        ("ask_respondent", {"due": "5w"}, "waiting_respondent"),
        ("ask_external", {"due": "2d", "body": "The insurer"}, "waiting_external"),
    ],
)
def test_somebody_is_asked_and_the_case_waits_and_is_taken_back(
    agent: Agent, move: str, typed: dict[str, str], expected: str
) -> None:
    page = agent.do(move, text="Which day was it?", **typed)
    assert status(page) == expected
    assert re.search(r"until <time datetime=", page)
    assert "Which day was it?" in page
    assert re.search(r"Question, due <time datetime=", page)
    assert status(agent.do("review")) == "in_review"


def test_a_question_without_a_day_is_not_sent_and_keeps_its_text(agent: Agent) -> None:
    answer = agent.send("ask_reporter", text="Which day?", due="own", dueOwn="")
    page = answer.body.decode()
    assert answer.status == 422
    assert "Choose a day and a time" in page
    assert "Which day?</textarea>" in page
    assert re.search(r'<dialog[^>]*id="move-ask_reporter"[^>]* open', page)
    assert status(page) == "in_review"


def test_a_day_of_ones_own_is_meant_where_one_is(agent: Agent) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    agent.do("ask_reporter", text="When?", due="own", dueOwn=f"{day}T12:00", zone="Asia/Tokyo")
    asked = Caller(agent.site, AGENT, agent.address.rpartition("/")[2]).see("/events").json()["items"][-1]
    assert asked["data"]["due"] == f"{day}T03:00:00.000000Z"


def test_a_decision_waits_and_is_taken_back_by_who_made_it(agent: Agent, worker: Caller) -> None:
    page = agent.do("decide", disposition="upheld", reasons="The photos show it.", notify="later")
    assert status(page) == "decided"
    assert "nobody knows yet" in page
    assert worker.see().json()["status"] == "in_review"
    assert status(agent.do("take_back")) == "in_review"


def test_a_decision_is_told_at_once_with_the_files_it_relies_on(site: Live, worker: Caller) -> None:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    case = str(
        site.report(fields, [File(samples.jpeg(), name="a.jpg"), File(samples.png(), name="b.png")]).json()[
            "id"
        ]
    )
    agent = Agent(site, AGENT, case)
    agent.do("claim")
    seen = Caller(site, AGENT, case)
    assert eventually(lambda: all(f["state"] == "clean" for f in seen.see().json()["files"]))
    ids = [file["id"] for file in seen.see().json()["files"]]
    agent.do("decide", disposition="not_upheld", reasons="Neither shows it.", notify="now", evidence=ids)
    decided = [e for e in seen.see("/events").json()["items"] if e["type"] == "case.decided"]
    assert decided[-1]["data"]["evidence"] == ids
    assert Caller(site, WORKER, case).see().json()["reasons"] == "Neither shows it."


def test_an_outcome_is_asked_for_and_the_reasons_are_kept(agent: Agent) -> None:
    answer = agent.send("decide", reasons="The photos show it.")
    assert answer.status == 422
    page = answer.body.decode()
    assert "Choose an outcome." in page
    assert "The photos show it.</textarea>" in page


def test_all_that_is_missing_is_told_at_once(agent: Agent) -> None:
    page = agent.send("decide").body.decode()
    assert "Choose an outcome." in page
    assert "Write something here, then send it." in page


def test_an_appeal_is_decided_by_somebody_else(site: Live, case: str, agent: Agent, worker: Caller) -> None:
    agent.do("decide", disposition="not_upheld", reasons="Nothing shows it.", notify="now")
    assert worker.do("appeal", {"reason": "There is a witness."}).status == 200
    assert "decide_appeal" not in agent.moves()
    other = Agent(site, OTHER, case)
    page = other.do(
        "decide_appeal", outcome="overturned", disposition="upheld", reasons="The witness is right."
    )
    assert status(page) == "decided"
    assert worker.see().json()["disposition"] == "upheld"


def test_a_case_sleeps_and_wakes(agent: Agent) -> None:
    page = agent.do("snooze", until="tomorrow")
    assert 'data-undo="form-unsnooze"' in page
    assert re.search(r"Snoozed until <time", page)
    assert "Snoozed until" not in agent.do("unsnooze")


def test_a_case_is_escalated_and_calmed(agent: Agent) -> None:
    page = agent.do("escalate", reason="They threaten each other.")
    assert 'data-flag="escalated"' in page
    assert "They threaten each other." in page
    assert 'data-flag="escalated"' not in agent.do("end_escalation")


def test_a_lead_gives_the_case_to_somebody_and_an_agent_lets_go(
    site: Live, case: str, agent: Agent, lead: Agent
) -> None:
    lead.do("assign", owner="other", ownerId=OTHER)
    seen = Caller(site, LEAD, case).see().json()
    assert seen["owner"]["id"] == OTHER
    assert "assign" not in agent.moves()
    Agent(site, OTHER, case).do("assign", owner="nobody")
    assert Caller(site, LEAD, case).see().json()["owner"] is None


def test_a_case_is_closed_and_opened_again(agent: Agent) -> None:
    page = agent.do("close", reason="invalid", text="It is about another gig.")
    assert status(page) == "closed"
    assert "nothing to look into" in page
    assert status(agent.do("reopen", reason="It was this gig after all.")) == "in_review"


def test_only_a_lead_closes_as_spam(agent: Agent, lead: Agent) -> None:
    answer = agent.send("close", reason="spam", text="Buy now.")
    assert answer.status == 403
    assert "A lead closes as spam" in answer.body.decode()
    assert "Buy now.</textarea>" in answer.body.decode()
    assert status(lead.do("close", reason="spam", text="Buy now.")) == "closed"


def test_a_case_is_merged_by_reference_and_parted_again(site: Live, agent: Agent) -> None:
    other = site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()
    assert other["reference"] in agent.look()
    page = agent.do("merge", into=other["reference"].lower())
    assert status(page) == "closed"
    assert other["reference"] in page
    assert status(agent.do("unmerge")) == "in_review"


def test_no_case_is_merged_into_one_that_there_is_not(agent: Agent) -> None:
    answer = agent.send("merge", into="GD-0000-00000")
    assert answer.status == 422
    assert "There is no such case to merge into" in answer.body.decode()


def test_a_case_gets_another_type_and_the_timeline_says_so(agent: Agent, worker: Caller) -> None:
    page = agent.do("type", issueType="payment.underpaid", reason="It is about <money>.")
    assert said(page) == "The case has another type."
    assert "<b>You</b> gave the case another type: <b>I was paid too little</b>" in page
    assert "It is about &lt;money&gt;." in page
    assert worker.see().json()["issueType"] == "payment.underpaid"
    assert b"about <money>" not in worker.see("/events").body


def test_the_types_are_those_that_the_reporters_side_may_report(agent: Agent) -> None:
    form = agent.look("?move=type").partition('id="form-type"')[2].partition("</form>")[0]
    offered = re.findall(r'<option value="([\w.]+)"', form)
    assert {"payment.underpaid", "no_show.client", "harassment.verbal"} <= set(offered)
    assert not {"quality.late", "no_show.worker"} & set(offered)  # it is the one; a worker reported it
    [group] = re.findall(r'<optgroup label="Payment">(.*?)</optgroup>', form, re.S)
    assert "I was paid too little" in group
    answer = agent.send("type", issueType="no_show.worker", reason="So it is.")
    assert answer.status == 422
    assert "So it is.</textarea>" in answer.body.decode()


def test_a_type_without_a_reason_is_not_given_and_what_was_chosen_is_kept(agent: Agent) -> None:
    page = agent.send("type", issueType="payment.underpaid").body.decode()
    assert "Write something here, then send it." in page
    assert '<option value="payment.underpaid" selected>' in page
    assert "Choose what it is about." in agent.send("type", reason="It is another.").body.decode()


def test_a_case_that_is_gone_by_its_new_type_leads_to_the_list(site: Live, agent: Agent, lead: Agent) -> None:
    answer = agent.send("type", issueType="harassment.verbal", reason="He shouted at her.")
    assert (answer.status, answer.headers["location"]) == (303, "/desk?gone=1")
    listed = site.call("GET", "/desk?gone=1", headers=agent.headers, by=None)
    assert listed.status == 200
    assert "The case has another type, and went to a queue that others work." in listed.body.decode()
    assert agent.get().status == 404
    assert "gave the case another type" in lead.look()


def test_a_lead_places_and_lifts_a_legal_hold(agent: Agent, lead: Agent) -> None:
    assert "hold" not in agent.moves()
    assert 'data-flag="legal_hold"' in lead.do("hold", reason="A court asked.")
    assert "Say why" in lead.send("lift_hold").body.decode()
    assert 'data-flag="legal_hold"' not in lead.do("lift_hold", reason="The court is done.")


def test_a_reply_that_crosses_another_shows_that_first_and_is_sent_again(
    agent: Agent, worker: Caller
) -> None:
    address, hidden = agent.fields("reply")
    worker.do("messages", {"text": "We have settled it."})
    crossed = agent.post(address, {**hidden, "text": "How do you want to settle it?"})
    page = crossed.body.decode()
    assert crossed.status == 412
    assert "Something happened in this case while you wrote" in page
    assert "We have settled it." in page
    assert "How do you want to settle it?</textarea>" in page
    again = dict(re.findall(_HIDDEN, page.partition('id="form-reply"')[2].partition("</form>")[0]))
    assert agent.post(address, {**again, "text": "I am glad to hear that."}).status == 303


def test_what_happens_by_itself_crosses_nothing(site: Live) -> None:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    case = str(site.report(fields, [File(samples.jpeg())]).json()["id"])
    agent = Agent(site, AGENT, case)
    address, hidden = agent.fields("reply")
    seen = Caller(site, AGENT, case)
    assert eventually(lambda: seen.see().json()["files"][0]["state"] == "clean")
    assert agent.post(address, {**hidden, "version": "1", "text": "We look into it."}).status == 303


def test_a_move_that_is_closed_now_keeps_what_was_typed(agent: Agent) -> None:
    address, hidden = agent.fields("ask_reporter")
    agent.do("decide", disposition="upheld", reasons="It is shown.", notify="now")
    late = agent.post(address, {**hidden, "text": "Which day was it?", "due": "2d"})
    page = late.body.decode()
    assert late.status == 412
    assert "This was not done" in page
    assert 'href="?' not in page  # it stands at the address of the form
    assert "Which day was it?</textarea>" in page


def test_the_same_form_sent_twice_is_done_once(agent: Agent, worker: Caller) -> None:
    address, hidden = agent.fields("reply")
    for _ in range(2):
        assert agent.post(address, {**hidden, "text": "We look into it."}).status == 303
    texts = [entry["data"].get("text") for entry in worker.see("/events").json()["items"]]
    assert texts.count("We look into it.") == 1


def test_a_form_of_another_site_is_refused(agent: Agent) -> None:
    address, hidden = agent.fields("note")
    foreign = agent.post(address, {**hidden, "text": "x"}, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status == 403
    agent.headers.pop("Sec-Fetch-Site")
    assert agent.post(address, {**hidden, "csrf": "forged", "text": "x"}).status == 403
    assert agent.post(address, {**hidden, "text": "x"}).status == 303


def test_a_form_that_names_no_move_of_its_address_is_refused(agent: Agent) -> None:
    address, hidden = agent.fields("note")
    assert agent.post(address, {**hidden, "move": "decide", "text": "x"}).status == 422


def test_who_is_no_staff_finds_no_desk(site: Live, case: str) -> None:
    for who in (WORKER, CLIENT, "zoe"):
        assert Agent(site, who, case, []).get().status == 404
    signed_out = site.call("GET", f"/desk/cases/{case}", headers={"Accept": "text/html"}, by=None)
    assert signed_out.status == 303
    assert signed_out.headers["location"].startswith("/desk/sign-in?")


def test_staff_who_take_part_find_no_case_there(site: Live, case: str) -> None:
    for who in (WORKER, CLIENT):
        party = Agent(site, who, case, ["agent"])
        assert party.get().status == 404
        assert party.post(f"{party.address}/notes", {"move": "note", "text": "x"}).status == 404


def test_an_agent_finds_no_case_of_a_queue_that_is_not_theirs(site: Live) -> None:
    fields = forms.report(GIG) | {"issueType": "safety.conditions"}
    case = str(site.report(fields).json()["id"])
    assert Agent(site, AGENT, case).get().status == 404
    specialist = signed_in(site, uuid4().hex, sub=AGENT, roles=["agent"], queues=["safety"])
    assert site.call("GET", f"/desk/cases/{case}", headers=specialist, by=None).status == 200


def test_an_auditor_reads_everything_and_changes_nothing(site: Live, case: str, agent: Agent) -> None:
    agent.do("note", text="A note to read.")
    auditor = Agent(site, AUDITOR, case)
    assert "A note to read." in auditor.look()
    assert auditor.moves() == set()
    address, hidden = agent.fields("note")
    assert auditor.post(address, {**hidden, "csrf": "", "text": "x"}).status == 409


def test_pictures_of_harassment_are_hidden_until_somebody_asks(site: Live) -> None:
    fields = forms.report(GIG) | {"issueType": "harassment.verbal"}
    case = str(site.report(fields, [File(samples.jpeg())]).json()["id"])
    lead = Agent(site, LEAD, case)
    seen = Caller(site, LEAD, case)
    assert eventually(lambda: seen.see().json()["files"][0]["state"] == "clean")
    [file] = seen.see().json()["files"]
    thumbnail = f"/desk/cases/{case}/files/{file['id']}/thumbnail"
    assert thumbnail not in lead.look()
    assert thumbnail in lead.look(f"?file={file['id']}&show=yes")
    assert lead.site.call("GET", thumbnail, headers=lead.headers, by=None).status == 200


def test_a_file_of_the_desk_is_for_staff_alone(site: Live) -> None:
    case = str(site.report(forms.report(GIG), [File(samples.jpeg())]).json()["id"])
    seen = Caller(site, AGENT, case)
    assert eventually(lambda: seen.see().json()["files"][0]["state"] == "clean")
    path = f"/files/{seen.see().json()['files'][0]['id']}"
    assert Agent(site, AGENT, case).get(path).status == 200
    assert Agent(site, WORKER, case, []).get(path).status == 404
    assert Agent(site, WORKER, case, ["agent"]).get(path).status == 404


def test_the_desk_reads_in_spanish(site: Live, case: str) -> None:
    agent = Agent(site, AGENT, case)
    agent.headers["Accept-Language"] = "es"
    page = agent.look()
    assert '<html lang="es' in page
    assert "Nota interna. Solo para el equipo" in page


def test_an_answer_is_due_when_it_was_said(agent: Agent) -> None:
    agent.do("ask_reporter", text="Which day?", due="2d")
    case = Caller(agent.site, AGENT, agent.address.rpartition("/")[2])
    at = datetime.fromisoformat(case.see("/events").json()["items"][-1]["data"]["due"])
    assert abs(at - datetime.fromisoformat(due())) < timedelta(minutes=5)
