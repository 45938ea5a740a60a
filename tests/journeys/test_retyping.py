"""A report is sorted anew by the desk: who sees it then, on what terms it goes on, and what its parties are told."""

import json
from uuid import uuid4

import pytest

import forms
from gigdesk.cases.issue_table import built_in
from journeys.test_life_of_a_case import AGENT, LEAD, LIST, OTHER, Caller, due
from live import CLIENT, GIG, WORKER, Live

WHY = "It is about money, and not about anything else."


@pytest.fixture
def people(site: Live) -> dict[str, Caller]:
    """A case of the type “other” that Ada owns, and who has to do with it."""
    case = site.report(forms.report(GIG) | {"issueType": "other"}).json()["id"]
    found = {who: Caller(site, who, case) for who in (WORKER, CLIENT, AGENT, OTHER, LEAD)}
    assert found[AGENT].do("assignment", {"owner": AGENT}).status == 200
    return found


def row(site: Live, case: str) -> tuple[object, ...]:
    [found] = site.rows(
        "SELECT issue_type, severity, queue, version FROM cases WHERE hex(id) = ?",
        case.replace("-", "").upper(),
    )
    return found


def listed(caller: Caller, **query: str) -> list[str]:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return [item["id"] for item in caller.see(LIST + more).json()["items"]]


def test_the_owner_sorts_a_case_anew_and_queue_severity_and_clocks_follow(
    site: Live, people: dict[str, Caller]
) -> None:
    ada, worker = people[AGENT], people[WORKER]
    before = {clock["kind"]: clock["due"] for clock in ada.see().json()["clocks"]}

    done = ada.do("type", {"issueType": "Payment issue", "reason": WHY})

    case = done.json()
    assert (done.status, case["issueType"], case["queue"], case["status"], case["owner"]["id"]) == (
        200,
        "payment.not_received",
        "payments",
        "in_review",
        AGENT,
    )
    after = {clock["kind"]: clock["due"] for clock in case["clocks"]}
    assert after["first_reply"] < before["first_reply"]
    assert row(site, ada.case)[:3] == ("payment.not_received", "normal", "payments")
    assert ada.case in listed(ada, issueType="payment.not_received")
    assert ada.case not in listed(ada, issueType="other")
    assert worker.case in listed(worker, issueType="payment.not_received")
    assert site.run("audit", "verify").returncode == 0


def test_a_party_reads_that_it_was_sorted_anew_and_not_why(site: Live, people: dict[str, Caller]) -> None:
    people[AGENT].do("type", {"issueType": "payment.underpaid", "reason": WHY})
    worker = people[WORKER]

    told = worker.see("/events").json()["items"][-1]
    assert (told["type"], told["data"]) == ("type.changed", {"issueType": "payment.underpaid"})
    assert worker.see().json()["issueType"] == "payment.underpaid"
    staff = people[OTHER].see("/events").json()["items"][-1]
    assert staff["data"] == {
        "issueType": "payment.underpaid",
        "severity": "normal",
        "queue": "payments",
        "text": WHY,
    }
    for language, words in (
        ("en", "We changed what kind of issue it is filed under"),
        ("es", "Cambiamos el tipo de problema con el que está registrado"),
    ):
        page = site.call(
            "GET", f"/reports/{worker.case}", headers={"Accept-Language": language}
        ).body.decode()
        assert words in page
        assert "about money" not in page


def test_the_receipt_says_what_was_reported(site: Live, people: dict[str, Caller]) -> None:
    people[AGENT].do("type", {"issueType": "payment.underpaid", "reason": WHY})

    page = site.call("GET", f"/reports/{people[WORKER].case}/receipt").body.decode()
    labels = [kind.label for code in ("other", "payment.underpaid") if (kind := built_in(code))]
    assert [label in page for label in labels] == [True, False]
    assert people[WORKER].see("/receipt").json()["payload"]["issueType"] == "other"


def test_in_a_sensitive_queue_it_is_gone_for_who_is_no_specialist(
    site: Live, people: dict[str, Caller]
) -> None:
    ada, bert, lena = people[AGENT], people[OTHER], people[LEAD]

    done = ada.do("type", {"issueType": "harassment.verbal", "reason": "He shouted at her."})

    assert (done.status, done.body) == (204, b"")
    for agent in (ada, bert):
        assert agent.see().status == agent.see("/events").status == 404
        assert agent.do("notes", {"text": "x"}).status == 404
        assert ada.case not in listed(agent)
        assert ada.case not in listed(agent, issueType="harassment.verbal")
    found = lena.see().json()
    assert (found["queue"], found["severity"], found["owner"], found["status"]) == (
        "safety",
        "high",
        None,
        "in_review",
    )
    assert ada.case in listed(lena, issueType="harassment.verbal")


def test_who_is_asked_afterwards_is_not_told_who_reported(site: Live, people: dict[str, Caller]) -> None:
    people[AGENT].do("type", {"issueType": "harassment.verbal", "reason": "He shouted at her."})
    people[LEAD].do("request", {"to": "respondent", "text": "What is your side?", "due": due()})

    seen = people[CLIENT].see()
    assert seen.status == 200
    assert (seen.json()["reporter"], seen.json()["issueType"]) == ({}, "harassment.verbal")
    entries = people[CLIENT].see("/events").body.decode()
    assert WORKER not in seen.body.decode() + entries
    assert "shouted" not in entries


def test_the_same_request_again_does_nothing_and_a_stale_one_is_refused(
    site: Live, people: dict[str, Caller]
) -> None:
    ada, key = people[AGENT], uuid4().hex
    tag = ada.see().headers["etag"]
    body = {"issueType": "payment.underpaid", "reason": WHY}

    answers = [ada.do("type", body, Idempotency_Key=key) for _ in range(2)]
    stands = row(site, ada.case)

    assert [answer.status for answer in answers] == [200, 200]
    other = ada.do("type", {**body, "issueType": "payment.refund"}, Idempotency_Key=key)
    assert (other.status, other.json()["code"]) == (422, "idempotency.other_body")
    stale = ada.do("type", {**body, "issueType": "payment.refund"}, If_Match=tag)
    assert stale.status == 412
    assert row(site, ada.case) == stands


def test_what_is_not_open_is_refused_and_what_is_wrong_is_named(people: dict[str, Caller]) -> None:
    ada, body = people[AGENT], {"issueType": "payment.underpaid", "reason": WHY}

    for who in (WORKER, OTHER):
        refused = people[who].do("type", body)
        assert (refused.status, refused.json()["code"]) == (409, "move.illegal")
        assert "type" not in refused.json()["allowed"]
    assert "type" in ada.see().json()["allowed"]
    for wrong, field in (
        ({"issueType": "never.known", "reason": WHY}, "issueType"),
        ({"issueType": "no_show.worker", "reason": WHY}, "issueType"),  # a worker reported it
        ({"issueType": "payment.underpaid"}, "reason"),
        ({"issueType": "payment.underpaid", "reason": " "}, "reason"),
        ({"reason": WHY}, "issueType"),
    ):
        told = ada.do("type", wrong)
        assert told.status == 422
        assert [error["field"] for error in told.json()["errors"]] == [field]
    ada.do("decision", {"disposition": "upheld", "reasons": "So it is.", "notify": "now"})
    late = people[LEAD].do("type", body)
    assert (late.status, late.json()["code"]) == (409, "move.illegal")
    assert "type" not in json.dumps(late.json()["allowed"])
