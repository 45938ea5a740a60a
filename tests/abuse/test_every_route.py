"""Every route of a case against everybody who has no business with it: as if it did not exist."""

import json
from datetime import UTC, datetime, timedelta

import pytest

import forms
from gigdesk.web.openapi.document import document
from live import CLIENT, GIG, Live
from raw import Answer

NOBODY = "01890000-0000-7000-8000-000000000000"
DUE = (datetime.now(UTC) + timedelta(days=2)).isoformat()
BODIES: dict[str, dict[str, object]] = {
    "assignment": {"owner": "x"},
    "request": {"to": "reporter", "text": "x", "due": DUE},
    "messages": {"text": "x"},
    "notes": {"text": "x"},
    "statement": {"text": "x"},
    "decision": {"disposition": "upheld", "reasons": "x"},
    "appeal": {"reason": "x"},
    "reopening": {"reason": "x"},
    "closure": {"reason": "invalid", "text": "x"},
    "merge": {"into": NOBODY},
    "snooze": {"until": DUE},
    "escalation": {"reason": "x"},
    "hold": {"reason": "x"},
    "type": {"issueType": "other", "reason": "x"},
    "priority": {"priority": "urgent"},
    "tags": {"add": ["x"]},
}
ROUTES = sorted(
    (method.upper(), path)
    for path, operations in document("https://market.example")["paths"].items()  # type: ignore[attr-defined]
    for method in operations
    if "{case}" in path
)
STRANGERS = {
    "a stranger": ("mallory",),
    "the other party, who was never asked": (CLIENT,),
    "an integration": ("market", "integration"),
    "an agent, of a case of safety": ("ada", "agent"),
    "a lead who is the other party": (CLIENT, "lead"),
}


@pytest.fixture(scope="module")
def case(site: Live) -> str:
    answer = site.report(forms.report(GIG) | {"issueType": "safety.conditions"})
    return str(answer.json()["id"])


def call(site: Live, method: str, path: str, case: str, who: tuple[str, ...] | None) -> Answer:
    address = path.replace("{case}", case).replace("{evidence}", NOBODY)
    headers: dict[str, str | int] = {"If-Match": "*"}
    if who is not None:
        headers["Authorization"] = f"Bearer {site.token(*who)}"
    body = None
    if method in ("POST", "DELETE"):
        body = json.dumps(BODIES.get(path.rpartition("/")[2], {}) if method == "POST" else {}).encode()
        headers["Content-Type"] = "application/json"
    query = "?reason=x" if path.endswith("/original") else ""
    return site.call(method, address + query, body, headers, by=None)


@pytest.mark.abuse(29)
@pytest.mark.parametrize("who", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_case_of_others_answers_as_one_that_does_not_exist(
    site: Live, case: str, method: str, path: str, who: tuple[str, ...]
) -> None:
    before = site.rows("SELECT count(*) FROM commits")
    foreign, missing = (call(site, method, path, one, who) for one in (case, NOBODY))

    assert (foreign.status, foreign.code) == (missing.status, missing.code)
    assert foreign.status in (404, 422)  # to merge into a case that is not theirs is a wrong field
    assert foreign.json()["message"] == missing.json()["message"]
    assert site.rows("SELECT count(*) FROM commits") == before


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_is_told_anything(site: Live, case: str, method: str, path: str) -> None:
    assert call(site, method, path, case, None).status == 401


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] != "GET"])
def test_an_auditor_changes_nothing(site: Live, case: str, method: str, path: str) -> None:
    before = site.rows("SELECT count(*) FROM commits")
    answer = call(site, method, path, case, ("paul", "auditor"))
    assert answer.status in (403, 409, 422)
    assert site.rows("SELECT count(*) FROM commits") == before
