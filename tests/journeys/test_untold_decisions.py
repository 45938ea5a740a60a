"""A decision that nobody was told of yet cannot be found by API: by no answer, no refusal and no line."""

import json

import pytest

import forms
from journeys.test_life_of_a_case import AGENT, LEAD, LIST, Caller, due
from live import CLIENT, GIG, WORKER, Live

LATER = {"disposition": "not_upheld", "reasons": "No proof."}
SIDE = {"to": "respondent", "text": "What is your side?"}
STATEMENT = {"text": "I was there on time."}


@pytest.fixture
def people(site: Live) -> dict[str, Caller]:
    return people_of(site, "quality.late")


def people_of(site: Live, issue_type: str) -> dict[str, Caller]:
    case = site.report(forms.report(GIG) | {"issueType": issue_type}).json()["id"]
    people = {who: Caller(site, who, case) for who in (WORKER, CLIENT, AGENT, LEAD)}
    assert people[LEAD].do("assignment", {"owner": LEAD}).status == 200
    return people


def reads(caller: Caller) -> list[tuple[int, str | None, bytes]]:
    """What somebody can look at: the line in their list, the case, and what happened."""
    # The list first: to look at a case makes it read.
    line = [item for item in caller.see(LIST).json()["items"] if item["id"] == caller.case]
    answers = [caller.see(path) for path in ("", "/events")]
    seen = [(a.status, a.headers.get("etag"), a.body) for a in answers]
    return [*seen, (200, None, json.dumps(line).encode())]


def test_a_statement_tells_nobody_of_a_decision(people: dict[str, Caller]) -> None:
    worker, client, lead = people[WORKER], people[CLIENT], people[LEAD]
    lead.do("request", SIDE | {"due": due()})
    assert client.do("statement", STATEMENT).status == 201
    refused = [party.do("statement", STATEMENT) for party in (worker, client)]
    for party in (worker, client):
        party.see()  # what happened before is no news
    seen = reads(worker), reads(client)

    assert lead.do("decision", LATER).json()["status"] == "decided"

    again = [party.do("statement", STATEMENT) for party in (worker, client)]
    assert [a.status for a in again] == [r.status for r in refused] == [409, 409]
    assert [said(a.json()) for a in again] == [said(r.json()) for r in refused]
    assert (reads(worker), reads(client)) == seen
    assert lead.see().json()["status"] == "decided"


def said(problem: dict[str, object]) -> dict[str, object]:
    """A refusal without what is its own."""
    return {name: problem.get(name) for name in ("code", "detail", "allowed")}


def test_a_statement_that_is_waited_for_is_taken_after_an_untold_decision(people: dict[str, Caller]) -> None:
    client, lead = people[CLIENT], people[LEAD]
    lead.do("request", SIDE | {"due": due()})
    lead.do("decision", LATER)
    assert "statement" in client.see().json()["allowed"]

    assert client.do("statement", STATEMENT).status == 201

    assert (client.see().json()["status"], lead.see().json()["status"]) == ("in_review", "in_review")
    assert lead.see().json()["disposition"] is None


@pytest.mark.parametrize("issue_type", ["quality.late", "harassment.sexual"])
def test_what_one_side_writes_shows_nowhere_at_the_other(site: Live, issue_type: str) -> None:
    worker, client, _, lead = people_of(site, issue_type).values()
    lead.do("request", SIDE | {"due": due()})
    lead.do("decision", LATER)
    client.see()
    seen = reads(client)

    assert worker.do("messages", {"text": "He was here again."}).status == 201

    assert reads(client) == seen
    assert lead.see().json()["status"] == "waiting_respondent"
    assert client.do("statement", STATEMENT).status == 201
    lead.do("request", {"to": "reporter", "text": "Which day was it?", "due": due()})
    lead.do("decision", LATER)
    worker.see()
    seen = reads(worker)

    assert client.do("messages", {"text": "I have a witness."}).status == 201

    assert reads(worker) == seen
    assert worker.see().json()["status"] == lead.see().json()["status"] == "waiting_reporter"


def test_a_refusal_names_the_status_that_the_party_sees(people: dict[str, Caller]) -> None:
    worker, client, lead = people[WORKER], people[CLIENT], people[LEAD]
    outside = {"to": "external", "text": "Is there a file?", "body": "The police", "due": due()}
    assert lead.do("request", outside).status == 200
    assert_names("in_review", worker, "acceptance")
    lead.do("review")
    lead.do("request", SIDE | {"due": due()})
    client.do("statement", STATEMENT)
    lead.do("request", {"to": "reporter", "text": "Which day was it?", "due": due()})
    assert_names("in_review", client, "appeal")
    lead.do("decision", LATER)
    assert_names("waiting_reporter", worker, "acceptance")
    assert_names("in_review", client, "appeal")


def assert_names(status: str, caller: Caller, act: str) -> None:
    seen, refused = caller.see().json(), caller.do(act, {"reason": "I see it otherwise."})
    assert (refused.status, refused.json()["code"], seen["status"]) == (409, "move.illegal", status)
    assert f"“{status}”" in refused.json()["detail"]
    assert refused.json()["allowed"] == seen["allowed"]
