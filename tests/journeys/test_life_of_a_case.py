"""A case lives its whole life by API: who may do what, what each side sees, what is refused and how."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

import forms
from live import CLIENT, GIG, WORKER, Live
from raw import Answer

AGENT, OTHER, LEAD = "ada", "bert", "lena"
LIST = "/api/cases?limit=100"
ROLES = {AGENT: ("agent",), OTHER: ("agent",), LEAD: ("lead",)}


class Caller:
    """One person and one case."""

    def __init__(self, site: Live, who: str, case: str) -> None:
        self.site, self.who, self.case = site, who, case

    def see(self, path: str = "", **headers: str) -> Answer:
        return self._call("GET", path, None, headers)

    def do(
        self, act: str, body: Mapping[str, object] | None = None, method: str = "POST", **headers: str
    ) -> Answer:
        if act in ("assignment", "decision", "merge", "closure") and method == "POST":
            headers.setdefault("If_Match", "*")
        return self._call(method, f"/{act}", body or {}, headers)

    def _call(
        self, method: str, path: str, body: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> Answer:
        token = self.site.token(self.who, *ROLES.get(self.who, ()))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        address = path if path.startswith("/api/") else f"/api/cases/{self.case}{path}"
        return self.site.call(method, address, data, sent, by=None)


@pytest.fixture
def people(site: Live) -> dict[str, Caller]:
    fields = forms.report(GIG) | {"issueType": "quality.late"}
    case = site.report(fields).json()["id"]
    return {who: Caller(site, who, case) for who in (WORKER, CLIENT, AGENT, OTHER, LEAD)}


def due(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**(span or {"days": 2}))).isoformat()


def test_from_received_to_closed_by_way_of_question_statement_decision_and_appeal(
    people: dict[str, Caller],
) -> None:
    worker, client, agent, other, lead = people.values()
    assert agent.do("assignment", {"owner": AGENT}).json()["status"] == "in_review"

    asked = agent.do("request", {"to": "reporter", "text": "Which day was it?", "due": due()})
    assert (asked.json()["status"], asked.json()["waitingOn"]) == ("waiting_reporter", "reporter")
    seen = worker.see().json()
    assert seen["nextStep"]["text"] == "We need your reply to go on."
    assert seen["owner"] is None
    entry = worker.see("/events").json()["items"][-1]
    assert (entry["type"], entry["data"]["text"]) == ("reply.requested", "Which day was it?")
    assert entry["by"] == {"role": "staff", "name": ""}

    answered = worker.do("messages", {"text": "It was Monday."})
    assert answered.status == 201
    assert agent.see().json()["status"] == "in_review"

    assert client.see().status == 404  # never asked: there is no case for them
    agent.do("request", {"to": "respondent", "text": "What is your side?", "due": due()})
    view = client.see().json()
    assert (view["description"], view["files"], view["allowed"]) == (
        "",
        [],
        ["evidence", "messages", "statement"],
    )
    assert "id" not in view["reporter"]
    assert client.do("statement", {"text": "I was there on time."}).status == 201
    assert "I was there" not in json.dumps(worker.see("/events").json())

    decided = agent.do(
        "decision", {"disposition": "upheld", "reasons": "The photos show it.", "notify": "now"}
    )
    assert decided.json()["status"] == "decided"
    told = worker.see().json()
    assert (told["disposition"], told["reasons"]) == ("upheld", "The photos show it.")

    assert client.do("appeal", {"reason": "I have a witness."}).json()["status"] == "appealed"
    again = {"disposition": "partly_upheld", "reasons": "Both are right.", "outcome": "varied"}
    assert agent.do("decision", again).json()["code"] == "appeal.same_decider"
    assert other.do("decision", again).json()["disposition"] == "partly_upheld"
    closed = worker.do("acceptance")
    assert (closed.json()["status"], closed.json()["closedReason"]) == ("closed", "resolved")
    assert lead.see().json()["phase"] == "closed"


def test_a_note_leaves_no_trace_that_a_party_could_find(people: dict[str, Caller]) -> None:
    worker, agent = people[WORKER], people[AGENT]
    agent.do("assignment", {"owner": AGENT})
    before = [worker.see(path) for path in ("", "/events", LIST)]

    assert agent.do("notes", {"text": "Looks like the third time."}).status == 201
    agent.do("escalation", {"reason": "A pattern?"})
    people[LEAD].do("hold", {"reason": "The police asked."})

    after = [worker.see(path) for path in ("", "/events", LIST)]
    assert [a.headers.get("etag") for a in after] == [b.headers.get("etag") for b in before]
    assert [a.body for a in after] == [b.body for b in before]
    assert "third time" in json.dumps(agent.see("/events").json())


def test_an_illegal_move_says_what_is_open(people: dict[str, Caller]) -> None:
    refused = people[WORKER].do("acceptance")
    assert (refused.status, refused.json()["code"]) == (409, "move.illegal")
    assert refused.json()["allowed"] == ["evidence", "messages", "withdrawal"]


def test_two_agents_at_once_do_not_write_over_each_other(people: dict[str, Caller]) -> None:
    agent, other = people[AGENT], people[OTHER]
    etag = agent.see().headers["etag"]
    assert agent.do("assignment", {"owner": AGENT}, If_Match=etag).status == 200

    late = other.do("assignment", {"owner": OTHER}, If_Match=etag)

    assert (late.status, late.json()["code"]) == (412, "version.outdated")
    blind = other.do("closure", {"reason": "invalid", "text": "No."}, If_Match="")
    assert (blind.status, blind.json()["code"]) == (428, "version.missing")


def test_the_same_request_is_done_once(people: dict[str, Caller]) -> None:
    worker = people[WORKER]
    first = worker.do("messages", {"text": "Hello?"}, Idempotency_Key="k-1")
    again = worker.do("messages", {"text": "Hello?"}, Idempotency_Key="k-1")
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    other = worker.do("messages", {"text": "Another."}, Idempotency_Key="k-1")
    assert (other.status, other.json()["code"]) == (422, "idempotency.other_body")


def test_a_decision_can_be_taken_back_before_anybody_was_told(people: dict[str, Caller]) -> None:
    worker, agent = people[WORKER], people[AGENT]
    agent.do("assignment", {"owner": AGENT})
    before, listed = worker.see(), worker.see(LIST)
    agent.do("decision", {"disposition": "not_upheld", "reasons": "No proof."})
    assert worker.see().body == before.body  # the parties are told in 15 minutes
    assert worker.see(LIST).body == listed.body
    assert agent.case not in worker.see(LIST + "&status=decided").body.decode()
    assert agent.case in worker.see(LIST + "&status=in_review").body.decode()

    assert agent.do("review").json()["status"] == "in_review"

    assert worker.see().body == before.body
    assert agent.see().json()["disposition"] is None


def test_a_duplicate_is_merged_and_undone(site: Live, people: dict[str, Caller]) -> None:
    agent = people[AGENT]
    into = site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"]
    merged = agent.do("merge", {"into": into})
    assert (merged.json()["status"], merged.json()["closedReason"]) == ("closed", "duplicate")
    assert agent.do("merge", method="DELETE").json()["status"] == "received"
    unknown = agent.do("merge", {"into": "01890000-0000-7000-8000-000000000000"})
    assert (unknown.status, unknown.json()["code"]) == (422, "merge.unknown")


@pytest.mark.parametrize(
    "act", ["assignment", "notes", "decision", "closure", "escalation", "hold", "review"]
)
def test_a_party_does_nothing_that_is_the_desks(people: dict[str, Caller], act: str) -> None:
    bodies: dict[str, dict[str, object]] = {
        "assignment": {"owner": WORKER},
        "notes": {"text": "x"},
        "decision": {"disposition": "upheld", "reasons": "x"},
        "closure": {"reason": "invalid", "text": "x"},
        "escalation": {"reason": "x"},
        "hold": {"reason": "x"},
    }
    assert people[WORKER].do(act, bodies.get(act, {})).status == 409
    assert people[CLIENT].do(act, bodies.get(act, {})).status == 404


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("messages", {}, "text"),
        ("messages", {"text": " \n"}, "text"),
        ("messages", {"text": 7}, "text"),
        ("messages", {"text": "x" * 10_001}, "text"),
        ("messages", {"text": "x", "more": 1}, "more"),
        ("request", {"to": "reporter", "text": "x", "due": "tomorrow"}, "due"),
        ("request", {"to": "reporter", "text": "x", "due": "2026-11-24T09:30:00"}, "due"),
        ("request", {"to": "desk", "text": "x", "due": "2126-11-24T09:30:00Z"}, "to"),
        ("decision", {"disposition": "guilty", "reasons": "x"}, "disposition"),
        ("decision", {"disposition": "upheld", "reasons": "x", "evidence": ["1"]}, "evidence"),
        ("merge", {"into": "x"}, "into"),
    ],
)
def test_a_wrong_body_names_its_field(
    people: dict[str, Caller], act: str, body: dict[str, object], field: str
) -> None:
    refused = people[AGENT].do(act, body)
    assert refused.status == 422
    assert field in [error["field"] for error in refused.json()["errors"]]


def test_a_body_that_is_no_json_is_refused(people: dict[str, Caller]) -> None:
    site, case = people[AGENT].site, people[AGENT].case
    path = f"/api/cases/{case}/messages"
    assert site.call("POST", path, b"{", {"Content-Type": "application/json"}).status == 400
    assert site.call("POST", path, b"text=x", {"Content-Type": "text/plain"}).status == 415
    assert site.call("POST", path, b"{}", {"Content-Type": "application/json"}, by=None).status == 401
