"""The document at ``/api/openapi.json`` is true: what is answered is what it says, and it says all of it."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import forms
import samples
from forms import File
from live import CLIENT, GIG, RAISED, WORKER, Live, eventually
from openapi_check import Contract, Undocumented
from raw import Answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    running = Live(tmp_path_factory.mktemp("site"), RAISED)
    try:
        yield running.open()
    finally:
        running.close()


@pytest.fixture(scope="module")
def answers(site: Live) -> dict[str, tuple[str, str, Answer]]:
    """One answer of every operation that went well; each was held against the document on its way."""
    integration = {"Authorization": f"Bearer {site.token('market', 'integration')}"}
    lead = {"Authorization": f"Bearer {site.token('lea', 'lead')}"}
    gig = {
        "title": "Paint a fence",
        "parties": [{"userId": "w", "side": "worker", "name": "W", "email": "w@x.example", "locale": "es"}],
        "trade": "painting",
        "place": "Elm Street",
        "startsAt": "2026-11-24T09:30:00+01:00",
        "state": "booked",
    }
    opened = site.report(
        forms.report(GIG, issueType="payment.underpaid", amount="12.50"),
        [File(samples.jpeg()), File(samples.pdf(), "a.pdf", "application/pdf")],
        Idempotency_Key="openapi",
    )
    case = f"/api/cases/{opened.json()['id']}"
    photo = opened.json()["files"][0]["url"].removeprefix(site.base)
    assert eventually(lambda: site.call("GET", photo).status == 200, 30)
    every = [
        ("events", "GET", f"{case}/events", None),
        ("report", "POST", "/api/report-issue", opened),
        ("intake", "GET", f"/api/intake?gigId={GIG}", None),
        ("cases", "GET", "/api/cases?limit=1", None),
        ("case", "GET", case, None),
        ("receipt", "GET", f"{case}/receipt", None),
        ("record", "GET", f"{case}/record", None),
        ("evidence", "GET", photo, None),
        ("ready", "GET", "/readyz", None),
    ]
    found = {name: (method, path, answer or site.call(method, path)) for name, method, path, answer in every}
    put = {**integration, "Content-Type": "application/json"}
    address = "/api/gigs/fence-1"
    found["gig"] = ("PUT", address, site.call("PUT", address, json.dumps(gig).encode(), put, by=None))
    address = f"{photo}/original?reason=a+test"
    found["original"] = ("GET", address, site.call("GET", address, headers=lead, by=None))
    address, sent = f"{case}/evidence", {"Content-Type": forms.content_type()}
    body = forms.form({}, [File(samples.png(), "a.png", "image/png")])
    found["POST evidence"] = ("POST", address, site.call("POST", address, body, sent))
    address = "/api/search?q=is:open&limit=1"
    assert eventually(lambda: site.call("GET", address, headers=lead, by=None).json()["items"], 30)
    found["search"] = ("GET", address, site.call("GET", address, headers=lead, by=None))
    for address in ("/api/figures", "/api/export?format=json"):
        found[address] = ("GET", address, site.call("GET", address, headers=lead, by=None))
    for part in ("notices", "duplicates"):
        address = f"/api/cases/{opened.json()['id']}/{part}"
        found[part] = ("GET", address, site.call("GET", address, headers=lead, by=None))
    address = f"/api/macros?case={opened.json()['id']}"
    found["macros"] = ("GET", address, site.call("GET", address, headers=lead, by=None))
    return found | moved(site, opened.json()["id"])


def moved(site: Live, into: str) -> dict[str, tuple[str, str, Answer]]:
    """Every move there is, made once or more on one case."""
    case = site.report(forms.report(GIG, issueType="quality.late")).json()["id"]
    found = {}
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    moves: list[tuple[str, str, str, dict[str, object]]] = [
        ("lena", "POST", "hold", {"reason": "x"}),
        ("lena", "DELETE", "hold", {"reason": "x"}),
        ("lena", "POST", "snooze", {"until": due}),
        ("lena", "DELETE", "snooze", {}),
        ("lena", "POST", "escalation", {"reason": "x"}),
        ("lena", "DELETE", "escalation", {}),
        ("lena", "POST", "merge", {"into": into}),
        ("lena", "DELETE", "merge", {}),
        ("lena", "POST", "assignment", {"owner": "lena"}),
        ("lena", "POST", "type", {"issueType": "quality.scope", "reason": "x"}),
        ("lena", "POST", "priority", {"priority": "urgent", "reason": "x"}),
        ("lena", "POST", "tags", {"add": ["refund", "Año"], "remove": ["bank"]}),
        ("lena", "POST", "notes", {"text": "x"}),
        ("lena", "POST", "messages", {"text": "x"}),
        ("lena", "POST", "request", {"to": "respondent", "text": "x", "due": due}),
        (CLIENT, "POST", "statement", {"text": "x"}),
        ("lena", "POST", "request", {"to": "reporter", "text": "x", "due": due}),
        ("lena", "POST", "review", {}),
        ("lena", "POST", "decision", {"disposition": "upheld", "reasons": "x", "notify": "now"}),
        (WORKER, "POST", "acceptance", {}),
        (WORKER, "POST", "reopening", {"reason": "x"}),
        (WORKER, "POST", "withdrawal", {}),
        ("lena", "POST", "reopening", {"reason": "x"}),
        ("lena", "POST", "closure", {"reason": "invalid", "text": "x"}),
        (WORKER, "POST", "appeal", {"reason": "x"}),
    ]
    for who, method, act, body in moves:
        roles = ("lead",) if who == "lena" else ()
        headers = {"Authorization": f"Bearer {site.token(who, *roles)}", "If-Match": "*"}
        headers["Content-Type"] = "application/json"
        address = f"/api/cases/{case}/{act}"
        answer = site.call(method, address, json.dumps(body).encode(), headers, by=None)
        found[f"{method} {act}"] = (method, address, answer)
    return found


def test_every_operation_is_documented_and_answers_as_it_says(
    site: Live, answers: dict[str, tuple[str, str, Answer]]
) -> None:
    assert {name: answer.status for name, (_, _, answer) in answers.items()} == {
        **dict.fromkeys(answers, 200),
        "report": 201,
        **dict.fromkeys(("POST messages", "POST notes", "POST statement", "POST evidence"), 201),
    }
    reached = {
        (method.lower(), template)
        for method, path, _ in answers.values()
        for template, operations in site.contract.document["paths"].items()
        if method.lower() in operations
        and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path.partition("?")[0])
    }
    documented = {
        (method, path)
        for path, operations in site.contract.document["paths"].items()
        for method in operations
    }
    assert documented <= reached


@pytest.mark.parametrize("name", ["report", "intake", "cases", "case", "receipt", "gig"])
def test_an_answer_that_lacks_a_required_key_is_found(
    site: Live, answers: dict[str, tuple[str, str, Answer]], name: str
) -> None:
    method, path, answer = answers[name]
    site.contract.check(method, path, answer)
    document = answer.json()
    required = [key for key in document if not (name == "gig" and key not in ("title", "parties"))]
    for key in required:
        less = {k: v for k, v in document.items() if k != key}
        with pytest.raises(Undocumented):
            site.contract.check(method, path, _with(answer, less))
    with pytest.raises(Undocumented):
        site.contract.check(method, path, _with(answer, {**document, "more": 1}))


def test_a_refusal_that_lacks_a_required_key_is_found(site: Live) -> None:
    answer = site.report(forms.report(GIG, issueType="volcano"))
    assert answer.status == 422
    for key in ("type", "title", "status", "detail", "code", "success", "message"):
        less = {k: v for k, v in answer.json().items() if k != key}
        with pytest.raises(Undocumented):
            site.contract.check("POST", "/api/report-issue", _with(answer, less))


def test_a_status_that_is_not_documented_is_found(site: Live) -> None:
    with pytest.raises(Undocumented):
        site.contract.check("POST", "/api/report-issue", Answer(418, {}, b"{}"))
    less = copy.deepcopy(site.contract.document)
    del less["paths"]["/api/cases"]["get"]["responses"]["200"]
    with pytest.raises(Undocumented):
        Contract(less).check("GET", "/api/cases", site.call("GET", "/api/cases"))


def test_the_document_is_openapi_3_1_and_names_this_site(site: Live) -> None:
    from openapi_spec_validator import validate

    document = site.contract.document
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": site.base}]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("roles", [(), ("integration", "lead")], ids=["party", "staff"])
def test_random_requests_are_answered_as_the_document_says(
    site: Live, answers: dict[str, tuple[str, str, Answer]], tmp_path: Path, roles: tuple[str, ...]
) -> None:
    """schemathesis in a process of its own, with a seed, on a case and a file that are there."""
    opened = answers["report"][2].json()
    known = {"path.case": opened["id"], "path.evidence": opened["files"][0]["id"], "query.gigId": GIG}
    lines = [f'"{name}" = "{value}"' for name, value in known.items()]
    (tmp_path / "schemathesis.toml").write_text("\n".join(["[parameters]", *lines, ""]))
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{site.base}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {site.token('wanda', *roles)}"),
        *("--checks", checks, "--phases", "examples,coverage,fuzzing", "--max-examples", "12"),
        *("--seed", "20261", "--request-timeout", "20", "--generation-database", "none", "--no-color"),
        *("--suppress-health-check", "all", "--workers", "1"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "request_failed" not in site.whole_log


def _with(answer: Answer, document: object) -> Answer:
    return Answer(answer.status, answer.headers, json.dumps(document).encode())
