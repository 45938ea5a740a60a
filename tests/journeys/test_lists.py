"""The list of somebody's cases: of both roles, filtered, with what is new, by API and on the page."""

import asyncio
import re
from collections.abc import Callable
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest

import forms
from contracts.earlier import undo
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lists import SCANNED
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, Caller, due
from live import CLIENT, GIG, WORKER, Live
from raw import Answer


class Person:
    """Somebody with a list."""

    def __init__(self, site: Live, who: str) -> None:
        self.site, self.who = site, who
        self.session = signed_in(site, uuid4().hex, sub=who)

    def asks(self, **query: str) -> Answer:
        return self.site.call("GET", f"/api/cases?{urlencode(query)}", by=self.who)

    def items(self, **query: str) -> list[dict[str, object]]:
        answer = self.asks(**query)
        assert answer.status == 200, answer.body
        found: list[dict[str, object]] = answer.json()["items"]
        return found

    def ids(self, **query: str) -> list[str]:
        return [str(item["id"]) for item in self.items(**query)]

    def item(self, case: str) -> dict[str, object]:
        return next(item for item in self.items(limit="100") if item["id"] == case)

    def page(self, query: str = "") -> str:
        answer = self.site.call("GET", f"/reports{query}", headers=self.session, by=None)
        assert answer.status == 200
        return answer.body.decode()

    def line(self, case: str) -> str:
        lines = [line for line in self.page().split('<li class="case"') if f"/reports/{case}" in line]
        return lines[0]

    def look(self, case: str, **headers: str) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"/reports/{case}"
        assert self.site.call("GET", address, headers={**self.session, **sent}, by=None).status == 200


Report = Callable[..., str]


@pytest.fixture
def gig(site: Live) -> str:
    return f"gig-{uuid4().hex[:12]}"


@pytest.fixture
def people(site: Live, gig: str) -> tuple[Person, Person]:
    """A worker and a client whom nobody knows yet."""
    names = [f"{side}-{uuid4().hex[:12]}" for side in ("worker", "client")]
    site.put_gig(gig, *names)
    return Person(site, names[0]), Person(site, names[1])


@pytest.fixture
def report(site: Live, gig: str) -> Report:
    def send(by: Person, issue_type: str = "quality.late", text: str = "It came late.") -> str:
        fields = forms.report(gig) | {"issueType": issue_type, "description": text}
        return str(site.report(fields, by=by.who).json()["id"])

    return send


def agent_of(site: Live, case: str, who: str = AGENT) -> Caller:
    agent = Caller(site, who, case)
    assert agent.do("assignment", {"owner": who}).status == 200
    return agent


def ask(agent: Caller, of: str) -> None:
    assert agent.do("request", {"to": of, "text": "What do you say?", "due": due()}).status == 200


def test_a_respondent_finds_the_case_once_they_were_asked_in_a_view_of_their_own(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, client = people
    case = report(worker, text="The client shouted.")
    agent = agent_of(site, case)
    agent.do("messages", {"text": "We look into it.", "to": "reporter"})
    agent.do("notes", {"text": "A note."})
    assert client.items() == []
    assert "You have not reported anything" in client.page()

    ask(agent, "respondent")

    item, seen = client.item(case), Caller(site, client.who, case).see().json()
    assert (item["role"], item["side"], item["status"]) == ("respondent", "client", "waiting_respondent")
    assert (item["updatedAt"], item["fileCount"]) == (seen["updatedAt"], 0)
    line = client.line(case)
    assert "You are asked for your side" in line
    assert "Needs your reply" in line
    assert "data-needs-you" in line
    assert "The client shouted." not in line
    assert worker.item(case)["role"] == "reporter"
    assert "The client shouted." in worker.line(case)


def test_a_list_does_not_tell_a_respondent_who_reported_where_the_type_shields_them(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, client = people
    case = report(worker, "harassment.verbal", "They shouted at me.")
    lead = agent_of(site, case, LEAD)
    ask(lead, "respondent")
    told = f"{client.items()} {client.page()}"
    assert case in told
    assert worker.who not in told
    assert "They shouted" not in told


def test_cases_of_both_roles_come_in_pages_newest_first(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, client = people
    cases = [report(by) for by in (worker, client, worker, client, worker)]
    for case in cases[1::2]:
        ask(agent_of(site, case), "respondent")

    found, cursor = [], ""
    while True:
        answer = worker.asks(limit="2", **({"cursor": cursor} if cursor else {})).json()
        found += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break

    assert found == cases[::-1]
    assert [item["role"] for item in worker.items()] == ["reporter", "respondent"] * 2 + ["reporter"]


def test_every_filter_narrows_by_what_the_party_knows(
    site: Live, people: tuple[Person, Person], report: Report, gig: str
) -> None:
    worker, client = people
    late = report(worker, text="The tiles came three days late.")
    rude = report(worker, "conduct.rude", "Él gritó: MUY alto.")
    decided = report(worker, "payment.underpaid", "Half was paid.")
    agent = agent_of(site, decided)
    agent.do("decision", {"disposition": "upheld", "reasons": "So it is."})  # nobody is told yet
    ask(agent_of(site, rude), "reporter")
    reference = str(worker.item(late)["reference"])

    assert worker.ids(status="received") == [late]
    assert worker.ids(status="decided") == []
    assert worker.ids(status="in_review") == [decided]
    assert worker.ids(phase="in_progress") == [decided, rude]
    assert worker.ids(issueType="conduct.rude") == [rude]
    assert worker.ids(gigId=gig, phase="open") == [late]
    assert worker.ids(gigId="gig-1") == []
    assert worker.ids(q=reference.lower().replace("-", " ")) == [late]
    assert worker.ids(q="grito muy") == [rude]
    assert worker.ids(q="muy tiles") == []
    assert worker.ids(q="GRITÓ", status="received") == []
    assert client.ids(q="tiles") == []
    assert client.ids(q=reference) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"status": "lost"}, "waiting_respondent"),
        ({"phase": "lost"}, "in_progress"),
        ({"issueType": "lost"}, "payment.not_received"),
        ({"issueType": "never.known"}, "payment.not_received"),
        ({"gigId": "no gig"}, "letters"),
        ({"q": "GD-7K3M-9XQ2X"}, "compare each character"),
        ({"q": "x" * 101}, "100"),
        ({"owner": "ada"}, "issueType"),
    ],
)
def test_a_wrong_filter_is_refused_with_what_is_allowed(
    people: tuple[Person, Person], query: dict[str, str], named: str
) -> None:
    refused = people[0].asks(**query)
    assert refused.status == 422
    [error] = refused.json()["errors"]
    assert error["field"] == next(iter(query))
    assert named in error["message"]


def test_staff_search_by_reference_alone(site: Live) -> None:
    headers = {"Authorization": f"Bearer {site.token(AGENT, 'agent')}"}
    refused = site.call("GET", "/api/cases?q=tiles", headers=headers, by=None)
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "q")


def test_a_case_is_unread_until_its_party_has_looked(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, _ = people
    case = report(worker)
    assert worker.item(case)["unread"] is False
    agent = agent_of(site, case)
    ask(agent, "reporter")
    assert worker.item(case)["unread"] is True
    assert ">New message<" in worker.line(case)

    for looking in ({"Sec_Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}):
        worker.look(case, **looking)
    site.call("HEAD", f"/reports/{case}", headers=worker.session, by=None)
    Caller(site, AGENT, case).see()
    assert worker.item(case)["unread"] is True

    before = site.rows("SELECT count(*) FROM commits")
    worker.look(case)
    assert worker.item(case)["unread"] is False
    assert "new-dot" not in worker.line(case)
    assert site.rows("SELECT count(*) FROM commits") == before

    Caller(site, worker.who, case).do("messages", {"text": "It was Monday."})
    assert worker.item(case)["unread"] is False
    agent.do("messages", {"text": "Thank you.", "to": "reporter"})
    assert worker.item(case)["unread"] is True
    assert site.call("GET", f"/api/cases/{case}", by=worker.who).status == 200
    assert worker.item(case)["unread"] is False


async def forget_marks(site: Live) -> None:
    """Leave the database as it was before there were marks."""
    store = SqlStore(f"sqlite:///{site.folder}/gigdesk.db")
    await store.open()
    await undo(store, "0005")
    await store.database.write(("DELETE FROM seen", ()))
    await store.close()


def test_after_an_upgrade_nothing_that_was_there_before_is_unread(another: Callable[..., Live]) -> None:
    site = another()
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    case = str(site.report(fields).json()["id"])
    agent = agent_of(site, case)
    ask(agent, "respondent")
    agent.do("messages", {"text": "Long ago.", "to": "reporter"})
    site.stop()
    asyncio.run(forget_marks(site))

    site.start()

    people = [Person(site, who) for who in (WORKER, CLIENT)]
    assert [person.item(case)["unread"] for person in people] == [False, False]
    agent.do("messages", {"text": "Today.", "to": "reporter"})
    assert [person.item(case)["unread"] for person in people] == [True, False]
    people[0].look(case)
    assert people[0].item(case)["unread"] is False


def test_what_a_party_may_not_see_makes_no_case_unread(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, client = people
    case = report(worker)
    agent = agent_of(site, case)
    ask(agent, "respondent")
    for person in people:
        person.look(case)
    before = [person.item(case) for person in people]

    agent.do("notes", {"text": "A note."})
    agent.do("escalation", {"reason": "It burns."})
    agent.do("messages", {"text": "For the worker alone.", "to": "reporter"})

    assert client.item(case) == before[1]
    assert worker.item(case) == {**before[0], "unread": True, "updatedAt": worker.item(case)["updatedAt"]}
    worker.look(case)
    agent.do("decision", {"disposition": "upheld", "reasons": "So it is."})
    assert not worker.item(case)["unread"]
    assert client.item(case)["status"] == before[1]["status"]


def test_marks_are_of_one_person(site: Live, people: tuple[Person, Person], report: Report) -> None:
    worker, client = people
    case = report(worker)
    ask(agent_of(site, case), "respondent")
    worker.look(case)
    assert client.item(case)["unread"] is True
    assert worker.item(case)["unread"] is False


def test_the_page_is_narrowed_by_links(
    site: Live, people: tuple[Person, Person], report: Report, gig: str
) -> None:
    worker, _ = people
    open_case, closed = report(worker, text="First of all"), report(worker, text="Second to none")
    assert Caller(site, worker.who, closed).do("withdrawal", {}).status == 200

    assert re.findall(r'<a href="/reports/([^"]+)">', worker.page()) == [closed, open_case]
    assert re.findall(r'<a href="/reports/([^"]+)">', worker.page("?show=open")) == [open_case]
    assert re.findall(r'<a href="/reports/([^"]+)">', worker.page("?show=closed")) == [closed]
    page = worker.page(f"?show=closed&gigId={gig}")
    assert f"Only reports on “Gig {gig}”." in page
    assert f'href="/reports?show=open&amp;gigId={gig}"' in page
    assert 'href="/reports?show=closed">Show all gigs' in page
    assert "There is no report here" in worker.page("?gigId=another")
    odd = worker.site.call("GET", "/reports?show=lost", headers=worker.session, by=None)
    assert odd.status == 422


def test_words_of_people_are_escaped_in_the_list(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, _ = people
    case = report(worker, text="<b>bold</b> & 'more'")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &#39;more&#39;" in worker.line(case)
    assert worker.ids(q=quote("<b>")) == []
    assert worker.ids(q="<b>") == [case]


def test_a_search_looks_at_so_many_cases_a_page_and_goes_on_from_there(
    site: Live, people: tuple[Person, Person], report: Report
) -> None:
    worker, _ = people
    wanted = report(worker, text="The needle.")
    for _ in range(SCANNED):
        report(worker, text="Hay.")

    first = worker.asks(q="needle").json()
    assert first["items"] == []
    second = worker.asks(q="needle", cursor=first["next"]).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == ([wanted], None)
    page = worker.page("?show=closed")
    assert "None among the newest" in page
    assert "Older reports" in page
