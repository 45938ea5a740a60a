"""Rows 29 to 32 of the abuse cases, on a case that is worked: ids, fields and rights of somebody else."""

import json
from typing import Any

import pytest

import forms
from gigdesk.web.api.act_bodies import FIELDS
from journeys.test_life_of_a_case import AGENT, Caller, due
from live import CLIENT, GIG, WORKER, Live

PDF = forms.File(b"%PDF-1.7\n1 0 obj\n", "floor.pdf", "application/pdf")
NOBODY = "01890000-0000-7000-8000-000000000000"
# What a caller would like to set, and nobody may.
FORBIDDEN: dict[str, Any] = {
    "status": "decided",
    "phase": "closed",
    "closedReason": "resolved",
    "reporter": {"id": WORKER},
    "reporterId": "mallory",
    "reporter_id": "mallory",
    "queue": "general",
    "severity": "low",
    "priority": "urgent",
    "version": 1,
    "by": "staff:1",
    "at": "2020-01-01T00:00:00Z",
    "flags": [],
    "__proto__": {"status": "closed"},
}
POSTS = sorted({act.value for method, act in FIELDS if method == "POST"})
WHOLE: dict[str, dict[str, Any]] = {
    "assignment": {"owner": AGENT},
    "request": {"to": "reporter", "text": "Which day?", "due": due()},
    "messages": {"text": "Hello.", "to": "reporter"},
    "decision": {"disposition": "upheld", "reasons": "The photos show it."},
    "evidence": {"uploads": []},
    "closure": {"reason": "invalid", "text": "It is none."},
    "merge": {"into": NOBODY},
    "snooze": {"until": due()},
    "priority": {"priority": "high"},
    "tags": {"add": ["refund"]},
    "type": {"issueType": "quality.damage", "reason": "It broke."},
}


def report(site: Live, issue_type: str = "quality.late", *files: forms.File) -> dict[str, Any]:
    document = site.report(forms.report(GIG) | {"issueType": issue_type}, files).json()
    assert isinstance(document, dict)
    return document


def commits(site: Live) -> list[tuple[Any, ...]]:
    """What people have done; what time does to other cases goes on meanwhile."""
    by_time = """instr(CAST(content AS TEXT), '"by":"system"') > 0"""
    return site.rows(f"SELECT count(*) FROM commits WHERE NOT {by_time}")


@pytest.fixture
def agent(site: Live) -> Caller:
    """An agent on a case that they own."""
    agent = Caller(site, AGENT, report(site)["id"])
    assert agent.do("assignment", {"owner": AGENT}).status == 200
    return agent


@pytest.mark.abuse(29)
@pytest.mark.parametrize("end", ["", "/original?reason=x"])
def test_a_file_is_not_found_by_way_of_another_case(site: Live, agent: Caller, end: str) -> None:
    other = report(site, "quality.late", PDF)
    file = other["files"][0]["id"]

    foreign, missing = (agent.see(f"/evidence/{one}{end}") for one in (file, NOBODY))

    assert (foreign.status, foreign.json()["message"]) == (404, missing.json()["message"])


@pytest.mark.abuse(30)
def test_a_case_is_not_merged_into_one_that_its_agent_may_not_see(site: Live, agent: Caller) -> None:
    hidden = report(site, "safety.conditions")["id"]
    before = commits(site)

    foreign, missing = (agent.do("merge", {"into": one}) for one in (hidden, NOBODY))

    assert (foreign.status, foreign.code) == (missing.status, missing.code)
    assert foreign.json()["message"] == missing.json()["message"]
    assert commits(site) == before


@pytest.mark.abuse(30)
def test_a_decision_does_not_rely_on_a_file_of_another_case(site: Live, agent: Caller) -> None:
    other = report(site, "quality.late", PDF)
    decision = {"disposition": "upheld", "reasons": "It shows.", "notify": "now"}
    before = agent.see().json()

    foreign, missing = (
        agent.do("decision", decision | {"evidence": [one]}) for one in (other["files"][0]["id"], NOBODY)
    )

    assert (foreign.status, foreign.code) == (missing.status, missing.code) == (422, foreign.code)
    assert agent.see().json() == before


@pytest.mark.abuse(31)
@pytest.mark.parametrize("act", POSTS)
def test_fields_that_nobody_may_set_are_refused_with_the_whole_body(
    site: Live, agent: Caller, act: str
) -> None:
    whole = WHOLE.get(act, {"text": "x"} if act in ("notes", "statement") else {"reason": "x"})
    before = commits(site)
    for caller in (agent, Caller(site, WORKER, agent.case)):
        refused = caller.do(act, FORBIDDEN | whole)
        errors = {error["field"]: error["code"] for error in refused.json()["errors"]}
        assert refused.status == 422
        assert errors == dict.fromkeys(FORBIDDEN.keys() - whole.keys(), "field.unknown")
    assert commits(site) == before


@pytest.mark.abuse(32)
def test_who_leaves_a_gig_reports_on_it_no_more_and_keeps_what_was_reported(site: Live) -> None:
    site.put_gig("gig-left", WORKER, CLIENT)
    first = site.report(forms.report("gig-left"))
    assert first.status == 201
    site.put_gig("gig-left", "nadia", CLIENT)

    late = site.report(forms.report("gig-left"))

    assert late.status == 403
    assert site.report(forms.report("gig-left"), by="nadia").status == 201
    case = first.json()["id"]
    assert site.call("GET", f"/api/cases/{case}", by=WORKER).status == 200
    assert site.call("GET", f"/api/cases/{case}", by="nadia").status == 404
    written = site.call(
        "POST",
        f"/api/cases/{case}/messages",
        json.dumps({"text": "One thing more."}).encode(),
        {"Content-Type": "application/json"},
        by=WORKER,
    )
    assert written.status == 201
